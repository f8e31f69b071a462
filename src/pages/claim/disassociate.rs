//! *Disassociate customer*: the end of an association, with a reason and for good.

use crate::i18n::{T, t, tf, ts};
use crate::pages::page::focus_title;
use crate::state::{actions, changing, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::disclosure::Disclosure;
use crate::ui::live_region::use_announcer;
use crate::ui::text_area::TextArea;
use cpor_protocol::limits::MAX_WORDS;
use leptos::prelude::*;

const REASON_ID: &str = "disassociate-reason";

/// The form, folded away: it is seldom wanted, and ends something.
#[component]
pub fn Disassociate(
    /// Id of the claim.
    id: StoredValue<String>,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let reason = RwSignal::new(id.with_value(|id| changing::reason(app, id)));
    // What found no room is kept as soon as there is some.
    Effect::new(move |before: Option<u32>| {
        let made = app.settings.rooms_made.get();
        if before.is_some_and(|before| before != made) {
            let text = reason.get_untracked();
            id.with_value(|id| changing::keep_reason(app, id, &text));
        }
        made
    });
    let error = RwSignal::new(None::<String>);
    let asks = RwSignal::new(false);
    let ask = move || {
        let length = reason.with_untracked(|reason| reason.trim().chars().count());
        let problem = match length {
            0 => Some(t(T::DisassociateReasonMissing)),
            1..=MAX_WORDS => None,
            _ => Some(tf(T::TooLong, &[("max", &MAX_WORDS.to_string())])),
        };
        if problem.is_some() {
            error.set(problem);
            window::focus_on(REASON_ID.to_owned());
        } else {
            asks.set(true);
        }
    };
    let disassociate = move || {
        let text = reason.get_untracked().trim().to_owned();
        changing::disassociate(app, &id.get_value(), text, move |outcome| match outcome {
            Ok(()) => {
                // It is in the outbox now.
                let _ = id.try_with_value(|id| changing::keep_reason(app, id, ""));
                announcer.say(t(T::DisassociateOnItsWay));
                // The form goes with the association.
                focus_title();
            }
            // The text stays in the field, so nothing is lost.
            Err(why) => {
                let _ = error.try_set(Some(actions::send_error_text(&why)));
            }
        });
    };
    view! {
        <Disclosure summary=ts(T::ActionDisassociate)>
            <p>{ts(T::DisassociateHint)}</p>
            <TextArea
                id=REASON_ID
                label=ts(T::DisassociateReason)
                value=reason
                on_input=Callback::new(move |typed: String| {
                    id.with_value(|id| changing::keep_reason(app, id, &typed));
                    reason.set(typed);
                    error.set(None);
                })
                error
            />
            <Button kind=ButtonKind::Danger on_click=Callback::new(move |()| ask())>
                {ts(T::ActionDisassociate)}
            </Button>
        </Disclosure>
        <ConfirmDialog
            open=asks
            title=ts(T::DisassociateConfirmTitle)
            text=ts(T::DisassociateConfirm)
            confirm=ts(T::ActionDisassociate)
            cancel=ts(T::Cancel)
            on_confirm=Callback::new(move |()| disassociate())
        />
    }
    .into_any()
}
