//! CPOR on one sheet of paper, for customers, in both languages.

use super::consent::Seen;
use super::page::Page;
use crate::i18n::{Locale, T, ts, use_i18n};
use crate::state::settings::Settings;
use crate::state::window;
use crate::ui::button::{Button, ButtonKind};
use leptos::prelude::*;

/// The page.
#[component]
pub fn ExplainPage() -> impl IntoView {
    let i18n = use_i18n();
    let heading = ts(T::ExplainTitle);
    // For this visit only, as `?lang=` does: the reader's own choice stays.
    let languages =
        [(Locale::En, "English"), (Locale::ZhHantTw, "繁體中文")].map(|(locale, name)| {
            view! {
                <button
                    type="button"
                    class="ca-chip"
                    lang=locale.tag()
                    aria-pressed=move || (i18n.locale.get() == locale).to_string()
                    on:click=move |_| Settings::show_locale(i18n, locale)
                >
                    {name}
                </button>
            }
        });
    let part = |heading: T, text: T| {
        view! {
            <h2>{ts(heading)}</h2>
            <p>{ts(text)}</p>
        }
    };
    view! {
        <Page title=heading heading>
            <div class="ca-actions" role="group" aria-label=ts(T::Language)>
                {languages}
                <Button
                    kind=ButtonKind::Primary
                    on_click=Callback::new(|()| window::print())
                >
                    {ts(T::ExplainPrint)}
                </Button>
            </div>
            <div class="ca-prose ca-explain">
                <p>{ts(T::ExplainIntro)}</p>
                {part(T::ExplainWhyHeading, T::ExplainWhy)}
                {part(T::ExplainChangeHeading, T::ExplainChange)}
                <Seen />
                <h2>{ts(T::ExplainStepsHeading)}</h2>
                <ol class="ca-list">
                    {[
                        T::ExplainStepProof,
                        T::ExplainStepMail,
                        T::ExplainStepReview,
                        T::ExplainStepUse,
                    ]
                        .map(|step| view! { <li>{ts(step)}</li> })}
                </ol>
                {part(T::ExplainDeclineHeading, T::ExplainDecline)}
                <p class="ca-hint">{ts(T::ExplainFoot)}</p>
            </div>
        </Page>
    }
    .into_any()
}
