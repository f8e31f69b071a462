//! The proof template with the claim's own data: a button for each language,
//! since the customer who signs it may read another one than the partner.

use crate::i18n::{T, t, tf, ts};
use crate::state::template::{self, Language};
use crate::state::use_app;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use cpor_rules::Draft;
use leptos::prelude::*;

/// The languages of the template, each under its own name.
const LANGUAGES: [(Language, &str); 2] =
    [(Language::English, "English"), (Language::Chinese, "繁體中文")];

/// The buttons, and the empty form for those who want to write by hand.
#[component]
pub fn TemplateDownload(
    /// The claim.
    #[prop(into)]
    draft: Signal<Option<Draft>>,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let has_failed = RwSignal::new(false);
    let busy = RwSignal::new(None::<Language>);
    let download = move |language: Language| {
        if busy.get_untracked().is_some() {
            return;
        }
        let Some(draft) = draft.get_untracked() else { return };
        let organisation = app
            .session
            .account
            .with_untracked(|account| account.as_ref().map(|known| known.organisation.clone()));
        has_failed.set(false);
        busy.set(Some(language));
        template::download(draft, organisation.unwrap_or_default(), language, move |outcome| {
            // Whoever pressed the button may have left the page meanwhile.
            let _ = busy.try_set(None);
            if outcome.is_ok() {
                announcer.say(t(T::TemplateReady));
            } else {
                let _ = has_failed.try_set(true);
                announcer.alarm(t(T::TemplateFailed));
            }
        });
    };
    view! {
        <div role="group" aria-labelledby="template-heading" class="ca-template">
            <p id="template-heading">
                <strong>{ts(T::ProofTemplate)}</strong>
            </p>
            <p class="ca-hint">{ts(T::TemplateHint)}</p>
            <div class="ca-actions">
                {LANGUAGES
                    .map(|(language, name)| {
                        view! {
                            <Button
                                kind=ButtonKind::Secondary
                                busy=Signal::derive(move || busy.get() == Some(language))
                                on_click=Callback::new(move |()| download(language))
                            >
                                {move || tf(T::TemplateIn, &[("language", name)])}
                            </Button>
                        }
                    })
                    .collect_view()}
            </div>
            {when(
                move || has_failed.get(),
                || {
                    view! {
                        <Notice kind=NoticeKind::Error>
                            <p>{ts(T::TemplateFailed)}</p>
                        </Notice>
                    }
                        .into_any()
                },
            )}
        </div>
    }
    .into_any()
}
