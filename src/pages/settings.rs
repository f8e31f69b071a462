//! Language, appearance, habits, and the data on this device.

use super::device_data::DeviceData;
use super::page::Page;
use crate::i18n::{Locale, T, t, tf, ts, use_i18n};
use crate::routes::Route;
use crate::state::settings::Theme;
use crate::state::use_app;
use crate::ui::checkbox::Checkbox;
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
