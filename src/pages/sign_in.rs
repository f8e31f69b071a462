//! Signing in with an account of the backend, or at its provider.

use super::page::{Page, use_go};
use crate::i18n::{T, t, tf, ts};
use crate::routes::Route;
use crate::state::session::{Phase, SignInFailure};
use crate::state::{leaving, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::checkbox::Checkbox;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{either, when};
use crate::ui::text_field::TextField;
use cpor_protocol::SignIn;
use leptos::prelude::*;

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<SignInFailure>);
    let is_busy = RwSignal::new(false);
    let is_shared = RwSignal::new(app.settings.is_shared.get_untracked());
    let heading = ts(T::SignInTitle);
    // Only a page of this app: a link from elsewhere must not lead away.
    let return_to = move || {
        window::query_value("return")
            .filter(|path| path.starts_with('/') && !path.starts_with("//"))
            .and_then(|path| Route::parse(&path))
            .filter(|route| *route != Route::SignIn)
            .map_or_else(|| Route::Claims.path(), |route| route.path())
    };
    // From here on the fields of this page have the focus.
    let left_at = StoredValue::new(app.session.field.get_value());
    let sign_in = move |email: String, password: String| {
        let left_at = left_at.get_value();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        failure.set(None);
        let begins_shared = is_shared.get_untracked() && !app.settings.is_shared.get_untracked();
        if begins_shared && !leaving::share(app) {
            is_busy.set(false);
            failure.set(Some(SignInFailure::NotShared));
            return;
        }
        let to = return_to();
        app.session.sign_in(email, password, move |outcome| {
            let _ = is_busy.try_set(false);
            match outcome {
                Ok(()) => {
                    go.to(&to);
                    if let Some((path, field)) = left_at
                        && path == to
                    {
                        window::go_on_in(field);
                    }
                }
                Err(why) => {
                    if begins_shared {
                        leaving::share_no_more(app);
                    }
                    let _ = failure.try_set(Some(why));
                }
            }
        });
    };
    let provider = Memo::new(move |_| {
        app.session.backend.with(|backend| backend.as_ref()?.sign_in_provider.clone())
    });
    let is_only = move || provider.with(|it| it.as_ref().is_some_and(|known| known.is_only));
    let label =
        move || provider.with(|it| it.as_ref().map(|it| it.label.clone())).unwrap_or_default();
    let said = move |text: T| tf(text, &[("label", &label())]);
    // Why the provider sent the person back without a session.
    let refusal = window::query_value("failure").and_then(|code| refusal_text(&code));
    let refusal = RwSignal::new(refusal);
    let leave = move || {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        failure.set(None);
        refusal.set(None);
        let begins_shared = is_shared.get_untracked() && !app.settings.is_shared.get_untracked();
        if begins_shared && !leaving::share(app) {
            is_busy.set(false);
            failure.set(Some(SignInFailure::NotShared));
            return;
        }
        app.session.sign_in_at_provider(return_to(), move || {
            let _ = is_busy.try_set(false);
            if begins_shared {
                leaving::share_no_more(app);
            }
            let _ = failure.try_set(Some(SignInFailure::Offline));
        });
    };
    let demo = Memo::new(move |_| {
        app.session.backend.with(|backend| match backend.as_ref().map(|known| &known.sign_in) {
            Some(SignIn::Password { demo_accounts }) => demo_accounts.clone(),
            None => Vec::new(),
        })
    });
    view! {
        <Page title=heading heading>
            {either(move || app.session.phase.get() != Phase::DeviceOnly, move || view! { <div class="ca-sign-in">
                    <p>{ts(T::SignInIntro)}</p>
                    {move || failure.get().map(|why| view! {
                        <Notice kind=NoticeKind::Error>
                            <p>
                                {move || t(match why {
                                    SignInFailure::Wrong => T::SignInWrong,
                                    SignInFailure::Offline => T::SignInOffline,
                                    SignInFailure::SlowDown => T::SignInSlowDown,
                                    SignInFailure::NotShared => T::SharedNotPossible,
                                })}
                            </p>
                        </Notice>
                    })}
                    {move || refusal.get().filter(|_| provider.with(Option::is_some)).map(|why| view! {
                        <Notice kind=NoticeKind::Error>
                            <p>{move || said(why)}</p>
                        </Notice>
                    })}
                    <form
                        novalidate=true
                        on:submit=move |event| {
                            event.prevent_default();
                            if is_only() {
                                leave();
                            } else {
                                refusal.set(None);
                                sign_in(email.get_untracked(), password.get_untracked());
                            }
                        }
                    >
                        {when(move || !is_only(), move || view! { <TextField
                            id="email"
                            label=ts(T::SignInEmail)
                            value=email
                            on_input=Callback::new(move |text| email.set(text))
                            kind="email"
                            autocomplete="username"
                        />
                        <TextField
                            id="password"
                            label=ts(T::SignInPassword)
                            value=password
                            on_input=Callback::new(move |text| password.set(text))
                            kind="password"
                            autocomplete="current-password"
                        /> }.into_any())}
                        {when(move || !app.settings.is_shared.get(), move || view! { <Checkbox
                                id="shared-computer"
                                label=ts(T::SharedChoice)
                                hint=ts(T::SharedChoiceHint)
                                checked=is_shared
                                on_change=Callback::new(move |is_on| is_shared.set(is_on))
                            /> }.into_any())}
                        {either(
                            is_only,
                            move || view! {
                                <Button kind=ButtonKind::Primary busy=is_busy submits=true>
                                    {move || said(T::SignInWith)}
                                </Button>
                            }.into_any(),
                            move || view! {
                                <Button kind=ButtonKind::Primary busy=is_busy submits=true>
                                    {ts(T::SignIn)}
                                </Button>
                                {when(move || provider.with(Option::is_some), move || view! {
                                    " "
                                    <Button busy=is_busy on_click=Callback::new(move |()| leave())>
                                        {move || said(T::SignInWith)}
                                    </Button>
                                }.into_any())}
                            }.into_any(),
                        )}
                    </form>
                    {when(move || provider.with(Option::is_some), move || view! {
                        <p>
                            // Not a page of the app: the router leaves it to the browser.
                            <a class="ca-link" rel="external" href="/v1/session/oidc/end">
                                {move || said(T::SignInProviderEnd)}
                            </a>
                        </p>
                    }.into_any())}
                    {when(move || !demo.with(Vec::is_empty), move || view! { <section aria-labelledby="demo-accounts">
                            <h2 id="demo-accounts">{ts(T::SignInDemo)}</h2>
                            <p class="ca-hint">{ts(T::SignInDemoHint)}</p>
                            <ul class="ca-demo-accounts">
                                <For each=move || demo.get() key=|known| known.email.clone() let(known)>
                                    <li>
                                        {
                                            let (mail, secret) = (known.email, known.password);
                                            view! {
                                                <Button
                                                    kind=ButtonKind::Secondary
                                                    on_click=Callback::new(move |()| {
                                                        sign_in(mail.clone(), secret.clone());
                                                    })
                                                >
                                                    {known.label.clone()}
                                                </Button>
                                            }
                                        }
                                    </li>
                                </For>
                            </ul>
                        </section> }.into_any())}
                </div> }.into_any(), move || ({
                    view! {
                        <Notice kind=NoticeKind::Info>
                            <p>{ts(T::SignInNoServer)}</p>
                        </Notice>
                    }
                }).into_any())}
            {move || app.session.account.get().map(|account| view! {
                <p class="ca-hint">
                    {move || tf(
                        T::SignedInAs,
                        &[("name", &account.name), ("organisation", &account.organisation)],
                    )}
                </p>
            })}
        </Page>
    }
    .into_any()
}

/// What a word of the server means; a word that is not known says that it went wrong.
fn refusal_text(code: &str) -> Option<T> {
    Some(match code {
        "" => return None,
        "cancelled" => T::SignInCancelled,
        "unreachable" => T::SignInUnreachable,
        "late" => T::SignInLate,
        "clock" => T::SignInClock,
        "no-role" => T::SignInNoRole,
        "no-organisation" => T::SignInNoOrganisation,
        "no-location" => T::SignInNoLocation,
        "no-sign-out" => T::SignInNoEnd,
        "slow-down" => T::SignInSlowDown,
        _ => T::SignInNotTrusted,
    })
}
