//! What of a claim the server does not have yet, and what it did not take.

use crate::i18n::{T, ts};
use crate::pages::outbox::problem_text;
use crate::routes::Route;
use crate::state::sync::OpStatus;
use crate::state::use_app;
use crate::ui::notice::{Notice, NoticeKind};
use leptos::prelude::*;

/// A notice while something waits or is refused; the outbox has the rest.
#[component]
pub fn Waiting(
    /// Id of the claim.
    id: StoredValue<String>,
) -> impl IntoView {
    let app = use_app();
    let waiting = Memo::new(move |_| {
        id.with_value(|id| {
            app.sync.view.with(|view| {
                let own: Vec<OpStatus> = view
                    .waiting
                    .iter()
                    .filter(|op| op.claim_id == *id)
                    .map(|op| op.status.clone())
                    .collect();
                let problem = own.iter().find_map(|status| match status {
                    OpStatus::Wedged(problem) => Some(problem.clone()),
                    OpStatus::Queued
                    | OpStatus::Sending
                    | OpStatus::Waiting { .. }
                    | OpStatus::NeedsSignIn
                    | OpStatus::Paused => None,
                });
                (!own.is_empty()).then_some(problem)
            })
        })
    });
    let text = Memo::new(move |_| {
        let is_scanned = id.with_value(|id| app.sync.view.with(|view| view.is_being_scanned(id)));
        if is_scanned { T::WaitsForScanner } else { T::WaitsForServer }
    });
    let link = || {
        view! {
            <a class="ca-link" href=Route::Outbox.path()>
                {ts(T::NavOutbox)}
            </a>
        }
    };
    let decide = move || {
        let is_open =
            id.with_value(|id| app.sync.view.with(|view| view.conflicts.contains_key(id)));
        is_open.then(|| {
            let path = id.with_value(|id| Route::Conflict { id: id.clone() }.path());
            view! {
                <a class="ca-link" href=path>
                    {ts(T::OutboxDecide)}
                </a>
                " · "
            }
        })
    };
    move || {
        waiting.get().map(|problem| match problem {
            Some(problem) => view! {
                <Notice kind=NoticeKind::Error title=ts(T::RefusedByServer)>
                    <p>{move || problem_text(&problem)}</p>
                    <p>{decide()} {link()}</p>
                </Notice>
            }
            .into_any(),
            None => view! {
                <Notice kind=NoticeKind::Info>
                    <p>{ts(text.get())} " " {link()}</p>
                </Notice>
            }
            .into_any(),
        })
    }
}
