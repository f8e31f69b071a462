//! The frame around all pages, and which page is shown.

use crate::i18n::{I18n, Locale, T, t, tf, tn, ts};
use crate::lazy;
use crate::pages;
use crate::pages::page::focus_title;
use crate::routes::{Route, Screen};
use crate::state::session::Phase;
use crate::state::settings::Settings;
use crate::state::sync::{SyncPhase, View};
use crate::state::{AppState, boot, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::FieldWords;
use crate::ui::icon::{Icon, IconView};
use crate::ui::live_region::{Announcer, LiveRegions};
use crate::ui::part::{changing, effect, either, memo, when};
use leptos::prelude::*;
use leptos_router::WildcardSegment;
use leptos_router::components::{FlatRoutes, Route as RouterRoute, Router};
use leptos_router::hooks::{use_location, use_query_map};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    let i18n = I18n::provide();
    crate::i18n::remember(i18n);
    let announcer = Announcer::provide();
    provide_context(FieldWords { error_prefix: ts(T::ErrorPrefix), optional: ts(T::Optional) });
    let app = AppState::provide();
    window::remove_shell();
    let stored = Settings::stored_locale();
    if stored != Locale::En {
        Settings::show_locale(i18n, stored);
    }
    boot::start(app);
    view! {
        <Router>
            <Frame app announcer />
        </Router>
    }
}

#[component]
fn Frame(app: AppState, announcer: Announcer) -> impl IntoView {
    // `?lang=` shows a language for this visit, as links from mails and tests do.
    let query = use_query_map();
    let i18n = crate::i18n::use_i18n();
    if let Some(tag) = query.with_untracked(|query| query.get("lang")) {
        Settings::show_locale(i18n, Locale::from_tag(&tag));
    }
    // For as long as the app is there.
    let _kept_focus = StoredValue::new_local(window::keep_focus());
    view! {
        <a class="ca-skip" href="#main" on:click=move |event| {
            event.prevent_default();
            window::focus_on("main".to_owned());
        }>
            {ts(T::SkipToContent)}
        </a>
        <div class="ca-app">
            <Header app announcer />
            <main class="ca-main" id="main" tabindex="-1">
                <FlatRoutes fallback=|| view! { <CurrentPage /> }>
                    <RouterRoute path=WildcardSegment("path") view=CurrentPage />
                </FlatRoutes>
            </main>
            <footer class="ca-footer">
                <p>{ts(T::AppName)}</p>
            </footer>
            <Rail app />
        </div>
        <LiveRegions announcer />
        <OfflineWatch app announcer />
        {ending(app)}
    }
    .into_any()
}

/// The page for the present URL. One page stays mounted while only its step
/// or its query changes.
#[component]
fn CurrentPage() -> impl IntoView {
    let path = use_location().pathname;
    let route = memo(move || path.with(|path| Route::parse(path)));
    // What is to be drawn anew: not each step of the same wizard.
    let page = memo(move || match route.get() {
        Some(Route::Wizard { id, .. }) => Some(Route::Wizard { id, screen: Screen::SinglePage }),
        other => other,
    });
    let screen = Signal::derive(move || match route.get() {
        Some(Route::Wizard { screen, .. }) => screen,
        _ => Screen::SinglePage,
    });
    view! {
        <div class="ca-page">
            {move || match page.get() {
                Some(Route::Wizard { id, .. }) => {
                    view! { <pages::wizard::WizardPage id screen /> }.into_any()
                }
                Some(Route::NewClaim) => view! { <pages::start::StartPage /> }.into_any(),
                Some(Route::Claims) => lazy::shown(lazy::claims),
                Some(Route::Backup { id }) => lazy::shown(move || lazy::backup(id.clone())),
                Some(route) => {
                    match route {
                        Route::Review | Route::ReviewCase { .. } => {
                            lazy::shown(move || lazy::review(route.clone()))
                        }
                        Route::Consent { .. } | Route::Explain => {
                            lazy::shown(move || lazy::customer(route.clone()))
                        }
                        Route::SignIn | Route::Settings | Route::Demo => {
                            lazy::shown(move || lazy::settings(route.clone()))
                        }
                        _ => lazy::shown(move || lazy::claim(route.clone())),
                    }
                }
                None => view! { <pages::not_found::NotFoundPage /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Header(app: AppState, announcer: Announcer) -> impl IntoView {
    let is_offline = memo(move || app.sync.view.with(|view| view.phase == SyncPhase::Offline));
    let has_bands = memo(move || {
        app.settings.lacks_bytes.get() > 0
            || app.sync.view.with(|view| view.needed_bytes > 0)
            || app.clock.behind_ms.get() != 0.0
    });
    view! {
        <header class="ca-header">
            <a class="ca-header__name" href=Route::Claims.path()>
                <IconView icon=Icon::List />
                {ts(T::AppName)}
            </a>
            <div class="ca-header__state">
                <SyncLine app />
                <Bell app announcer />
                <AccountLine app />
            </div>
            {when(move || is_offline.get(), move || view! { <p class="ca-banner">
                    <IconView icon=Icon::Warning />
                    {ts(T::SyncOffline)}
                </p> }.into_any())}
            {when(move || has_bands.get(), || lazy::shown(lazy::bands))}
            {when(move || app.settings.is_update_ready.get(), move || update_banner(app, announcer))}
            {when(move || app.settings.is_shared.get(), move || view! { <p class="ca-banner">
                    <IconView icon=Icon::Warning />
                    {ts(T::SharedBand)}
                </p> }.into_any())}
        </header>
    }
    .into_any()
}

/// Offers the version that is ready; it never comes by itself in the middle of
/// something.
fn update_banner(app: AppState, announcer: Announcer) -> AnyView {
    announcer.say(untrack(|| t(T::UpdateReady)));
    let update = move || {
        if !crate::state::actions::update(app) {
            announcer.alarm(t(T::UpdateUnsaved));
        }
    };
    view! {
        <div class="ca-banner" data-kind="news">
            <span>{ts(T::UpdateReady)}</span>
            <Button on_click=Callback::new(move |()| update())>{ts(T::UpdateNow)}</Button>
        </div>
    }
    .into_any()
}

/// How many notifications are not read. New ones are said once, by the same words.
#[component]
fn Bell(app: AppState, announcer: Announcer) -> impl IntoView {
    let unread = memo(move || app.sync.told.get().map(|told| told.unread));
    let label = move || match unread.get() {
        Some(0) | None => t(T::NoticesTitle),
        Some(count) => tf(T::NoticesUnread, &[("n", &count.to_string())]),
    };
    Effect::new(move |before: Option<Option<u32>>| {
        let now = unread.get();
        // What waited already when the app was opened is no news.
        if let (Some(Some(before)), Some(now)) = (before, now)
            && before < now
        {
            announcer.say(untrack(label));
        }
        now
    });
    when(
        move || unread.get().is_some(),
        move || {
            view! {
            <a class="ca-bell" href=Route::Notifications.path() aria-label=label>
                <IconView icon=Icon::Bell />
                <span class="ca-bell__count">{move || unread.get().filter(|count| *count > 0)}</span>
            </a>
        }
        .into_any()
        },
    )
}

/// Whether the session of whoever is here has ended; tracked.
fn has_ended(app: AppState) -> bool {
    app.session.phase.get() == Phase::SignedIn
        && app.sync.view.with(|view| view.phase) == SyncPhase::NeedsSignIn
}

/// The state of sending, always in the same place.
#[component]
fn SyncLine(app: AppState) -> impl IntoView {
    let waiting = memo(move || app.sync.view.with(|view| view.waiting.len()));
    let has_waiting = memo(move || waiting.get() > 0);
    let rests = memo(move || app.sync.view.with(View::rests));
    let state = move || {
        if app.session.phase.get() == Phase::DeviceOnly {
            return t(T::SyncDeviceOnly);
        }
        if app.session.phase.get() == Phase::SignedOut {
            return String::new();
        }
        match app.sync.view.with(|view| view.phase) {
            SyncPhase::Starting => t(T::SyncStarting),
            SyncPhase::Idle if waiting.get() == 0 => t(T::SyncIdle),
            // The link beside it says that something waits.
            SyncPhase::Working if rests.get() => String::new(),
            SyncPhase::Idle | SyncPhase::Working => t(T::SyncWorking),
            // The banner says it.
            SyncPhase::Offline => String::new(),
            SyncPhase::NeedsSignIn if waiting.get() == 0 => t(T::EndingOverTitle),
            SyncPhase::NeedsSignIn => t(T::SyncNeedsSignIn),
            SyncPhase::Trouble => t(T::SyncTrouble),
            // The band says it.
            SyncPhase::NotKept if app.sync.view.with(|view| view.needed_bytes > 0) => String::new(),
            SyncPhase::NotKept => t(T::SyncNotKept),
        }
    };
    // A session may end in the middle: one comes back to where one was.
    let path = use_location().pathname;
    view! {
        <span>{state}</span>
        {when(move || has_ended(app), move || view! { <a
                class="ca-link"
                href=move || format!("{}?return={}", Route::SignIn.path(), path.get())
            >
                {ts(T::SignInAgain)}
            </a> }.into_any())}
        {when(move || has_waiting.get(), move || view! { <a class="ca-link" href=Route::Outbox.path()>
                {move || {
                    let count = u32::try_from(waiting.get()).unwrap_or(u32::MAX);
                    tn(count, T::WaitingOne, T::WaitingOther).replace("{n}", &count.to_string())
                }}
            </a> }.into_any())}
    }
}

/// Who is signed in, and the way out. With unsent work it asks first, by a dialog
/// that comes when it is needed.
#[component]
fn AccountLine(app: AppState) -> impl IntoView {
    let asks = RwSignal::new(false);
    let has_asked = RwSignal::new(false);
    let sign_out = move || {
        let has_waiting = app.sync.view.with_untracked(|view| !view.waiting.is_empty());
        if has_waiting || app.settings.is_shared.get_untracked() {
            has_asked.set(true);
            asks.set(true);
        } else {
            app.session.sign_out(app);
            // The button goes with the account, so the focus goes to the page.
            focus_title();
        }
    };
    view! {
        {changing(move || match (app.session.phase.get(), app.session.account.get()) {
            (Phase::SignedIn, Some(account)) => {
                let label = move || {
                    let text = if has_ended(app) { T::WasSignedInAs } else { T::SignedInAs };
                    tf(text, &[("name", &account.name), ("organisation", &account.organisation)])
                };
                view! {
                    <span>{label}</span>
                    <Button kind=ButtonKind::Subtle on_click=Callback::new(move |()| sign_out())>
                        {ts(T::SignOut)}
                    </Button>
                }
                    .into_any()
            }
            (Phase::SignedOut, _) => {
                view! {
                    <a class="ca-link" href=Route::SignIn.path()>
                        {ts(T::SignIn)}
                    </a>
                }
                    .into_any()
            }
            _ => ().into_any(),
        })}
        {when(move || has_asked.get(), move || lazy::shown(move || lazy::leaving(asks)))}
    }
}

/// What is said before the session ends; it stays, so that it gives the focus back.
fn ending(app: AppState) -> AnyView {
    let was_near = RwSignal::new(false);
    effect(move || {
        if app.session.ending.get().is_some() {
            was_near.set(true);
        }
    });
    when(move || was_near.get(), || lazy::shown(lazy::ending))
}

#[component]
fn Rail(app: AppState) -> impl IntoView {
    let path = use_location().pathname;
    let waiting = memo(move || app.sync.view.with(|view| view.waiting.len()));
    let has_waiting = memo(move || waiting.get() > 0);
    let link = move |route: Route, icon: Icon, label: T| {
        let href = route.path();
        let own = href.clone();
        let is_here = move || {
            let here = path.get();
            let is_list = own == Route::Claims.path() && here == "/";
            is_list || here == own
        };
        view! {
            <a href=href aria-current=move || is_here().then_some("page")>
                <IconView icon />
                <span>{ts(label)}</span>
            </a>
        }
    };
    view! {
        <nav class="ca-rail" aria-label=ts(T::MainNavigation)>
            <ul>
                {either(move || app.session.is_reviewer(), move || view! {
                    <li>{link(Route::Review, Icon::List, T::NavReview)}</li>
                }.into_any(), move || view! {
                    <li>{link(Route::Claims, Icon::List, T::NavClaims)}</li>
                    <li>{link(Route::NewClaim, Icon::Plus, T::NavNewClaim)}</li>
                }.into_any())}
                <li>
                    {link(Route::Outbox, Icon::Outbox, T::NavOutbox)}
                    {when(move || has_waiting.get(), move || view! { <span class="ca-visually-hidden">{move || waiting.get()}</span> }.into_any())}
                </li>
                <li>{link(Route::Settings, Icon::Settings, T::NavSettings)}</li>
            </ul>
        </nav>
    }
    .into_any()
}

/// Says once when the connection goes and when it is back.
#[component]
fn OfflineWatch(app: AppState, announcer: Announcer) -> impl IntoView {
    Effect::new(move |before: Option<bool>| {
        let is_offline = app.sync.view.with(|view| view.phase == SyncPhase::Offline);
        match before {
            Some(before) if before != is_offline => {
                announcer.say(t(if is_offline { T::SyncOffline } else { T::SyncOnline }));
            }
            _ => {}
        }
        is_offline
    });
}
