//! A comment on a claim: the channel to reviewers, and from them.

use crate::i18n::{T, t, tf, ts};
use crate::state::{actions, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::text_area::TextArea;
use cpor_protocol::limits::MAX_WORDS;
use leptos::prelude::*;

/// The form.
#[component]
pub fn CommentForm(
    /// Id of the claim.
    id: StoredValue<String>,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let send = move || {
        let comment = text.get_untracked().trim().to_owned();
        if comment.is_empty() {
            error.set(Some(t(T::MissingOther)));
            return;
        }
        if comment.chars().count() > MAX_WORDS {
            let max = MAX_WORDS.to_string();
            error.set(Some(tf(T::TooLong, &[("max", &max)])));
            return;
        }
        actions::comment(app, &id.get_value(), comment, move |outcome| match outcome {
            Ok(()) => {
                let _ = text.try_set(String::new());
                announcer.say(t(T::HistoryComment));
            }
            // The text stays in the field, so nothing is lost.
            Err(why) => {
                let _ = error.try_set(Some(actions::send_error_text(&why)));
            }
        });
    };
    view! {
        <TextArea
            id="comment"
            label=ts(T::ActionComment)
            value=text
            on_input=Callback::new(move |typed| {
                text.set(typed);
                error.set(None);
            })
            error
        />
        <Button kind=ButtonKind::Secondary on_click=Callback::new(move |()| send())>
            {ts(T::CommentSend)}
        </Button>
    }
}
