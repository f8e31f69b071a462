//! Language, appearance, habits, and the data on this device.

use super::device_data::DeviceData;
use super::page::{Page, focus_title};
use crate::i18n::{Locale, T, t, tf, ts, use_i18n};
use crate::routes::Route;
use crate::state::session::Phase;
use crate::state::settings::Theme;
use crate::state::use_app;
use crate::ui::button::Button;
use crate::ui::checkbox::Checkbox;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use crate::ui::radio_group::{RadioGroup, RadioOption};
use cpor_protocol::Feature;
use cpor_rules::EditionId;
use leptos::prelude::*;

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let heading = ts(T::SettingsTitle);
    let option = |value: &str, label: String| RadioOption {
        value: value.to_owned(),
        label,
        hint: String::new(),
        facts: Vec::new(),
    };
    let languages = Signal::derive(move || {
        [(Locale::En, "English"), (Locale::ZhHantTw, "繁體中文")]
            .map(|(locale, name)| option(locale.tag(), name.to_owned()))
            .to_vec()
    });
    let themes = Signal::derive(move || {
        [
            (Theme::System, T::ThemeSystem),
            (Theme::Light, T::ThemeLight),
            (Theme::Dark, T::ThemeDark),
        ]
        .map(|(theme, text)| option(theme.code(), t(text)))
        .to_vec()
    });
    view! {
        <Page title=heading heading>
            <section class="ca-section" aria-labelledby="appearance">
                <h2 id="appearance">{ts(T::SettingsAppearance)}</h2>
                <RadioGroup
                    id="language"
                    legend=ts(T::Language)
                    options=languages
                    value=Signal::derive(move || i18n.locale.get().tag().to_owned())
                    on_change=Callback::new(move |tag: String| {
                        app.settings.set_locale(i18n, Locale::from_tag(&tag));
                    })
                />
                <RadioGroup
                    id="theme"
                    legend=ts(T::Theme)
                    options=themes
                    value=Signal::derive(move || app.settings.theme.get().code().to_owned())
                    on_change=Callback::new(move |code: String| {
                        app.settings.set_theme(Theme::from_code(&code));
                    })
                />
            </section>
            <section class="ca-section" aria-labelledby="wizard">
                <h2 id="wizard">{ts(T::SettingsWizard)}</h2>
                <Checkbox
                    id="single-page"
                    label=ts(T::SettingsSinglePage)
                    hint=ts(T::SettingsSinglePageHint)
                    checked=app.settings.single_page
                    on_change=Callback::new(move |is_on| app.settings.set_single_page(is_on))
                />
            </section>
            <DeviceData />
            {when(
                move || {
                    app.session
                        .backend
                        .with(|known| known.as_ref().is_some_and(|b| b.has(Feature::Demo)))
                },
                || {
                    view! {
                        <section class="ca-section" aria-labelledby="demonstration">
                            <h2 id="demonstration">{ts(T::DemoTitle)}</h2>
                            <p>
                                <a class="ca-link" href=Route::Demo.path()>
                                    {ts(T::DemoLink)}
                                </a>
                            </p>
                        </section>
                    }
                        .into_any()
                },
            )}
            // On a computer that others use, signing out asks first what becomes of what is here.
            {when(
                move || {
                    app.session.offers(Feature::SignOutEverywhere)
                        && app.session.phase.get() == Phase::SignedIn
                        && !app.settings.is_shared.get()
                },
                move || sessions().into_any(),
            )}
            <section class="ca-section" aria-labelledby="rules">
                <h2 id="rules">{ts(T::SettingsRules)}</h2>
                <p class="ca-mono">
                    {move || tf(
                        T::SettingsRuleset,
                        &[
                            ("digest", &cpor_rules::digest::ruleset_digest()),
                            ("edition", EditionId::Current.code()),
                        ],
                    )}
                </p>
            </section>
        </Page>
    }
    .into_any()
}

/// The way out of all sessions of the person.
fn sessions() -> impl IntoView {
    let app = use_app();
    let is_busy = RwSignal::new(false);
    let has_failed = RwSignal::new(false);
    let sign_out = move || {
        is_busy.set(true);
        has_failed.set(false);
        app.session.sign_out_everywhere(app, move |has_ended| {
            let _ = is_busy.try_set(false);
            let _ = has_failed.try_set(!has_ended);
            if has_ended {
                // The button goes with the account, so the focus goes to the page.
                focus_title();
            }
        });
    };
    view! {
        <section class="ca-section" aria-labelledby="sessions">
            <h2 id="sessions">{ts(T::SessionsTitle)}</h2>
            <p class="ca-hint">{ts(T::SessionsEverywhereHint)}</p>
            {when(move || has_failed.get(), || view! {
                <Notice kind=NoticeKind::Error>
                    <p>{ts(T::SignInOffline)}</p>
                </Notice>
            }.into_any())}
            <Button busy=is_busy on_click=Callback::new(move |()| sign_out())>
                {ts(T::SessionsEverywhere)}
            </Button>
        </section>
    }
}
