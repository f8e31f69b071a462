//! What is asked before one signs out with something unsent: what that is, and
//! what is to become of it.

use super::outbox::kind_name;
use super::page::focus_title;
use crate::i18n::{T, t, tf, ts};
use crate::state::{actions, leaving, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::part::{changing, memo, when};
use leptos::prelude::*;

/// Lines that are listed; more are counted.
const MOST: usize = 6;

/// The question.
#[component]
pub fn LeavingDialog(
    /// Whether it is asked.
    open: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let waiting = app.sync.waiting_rows();
    let has_waiting = memo(move || !waiting.with(Vec::is_empty));
    let is_shared = app.settings.is_shared;
    let lines = move || {
        let name =
            |name: &str| if name.trim().is_empty() { t(T::UnnamedClaim) } else { name.to_owned() };
        let mut lines: Vec<String> = waiting.with(|rows| {
            rows.iter()
                .map(|row| format!("{} – {}", t(kind_name(row.kind)), name(&row.claim_name)))
                .collect()
        });
        if open.get() {
            let drafts = leaving::unsent_drafts();
            lines.extend(
                drafts.iter().map(|stored| {
                    tf(T::LeavingDraft, &[("name", &name(&stored.draft.claim_name))])
                }),
            );
        }
        if lines.len() > MOST {
            let more = (lines.len() - MOST).to_string();
            lines.truncate(MOST);
            lines.push(tf(T::LeavingMore, &[("n", &more)]));
        }
        lines
    };
    let sign_out = move || {
        open.set(false);
        app.session.sign_out(app);
        // The button goes with the account, so the focus goes to the page.
        focus_title();
    };
    let discard = move || {
        for row in waiting.get_untracked() {
            actions::discard(app, &row.op_id);
        }
        sign_out();
    };
    view! {
        <Dialog open title=ts(T::SignOut)>
            <p>{move || t(if is_shared.get() { T::LeavingShared } else { T::SignOutUnsent })}</p>
            {changing(move || {
                let lines = lines();
                if lines.is_empty() {
                    return view! { <p>{ts(T::LeavingNothing)}</p> }.into_any();
                }
                let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
                view! { <ul class="ca-list" aria-label=ts(T::LeavingUnsent)>{lines}</ul> }.into_any()
            })}
            <div class="ca-actions">
                <Button on_click=Callback::new(move |()| open.set(false))>{ts(T::Cancel)}</Button>
                {when(move || has_waiting.get(), move || view! {
                    <Button on_click=Callback::new(move |()| actions::send_now(app))>
                        {ts(T::LeavingSendNow)}
                    </Button>
                }.into_any())}
                <Button on_click=Callback::new(move |()| actions::download_unsent(app))>
                    {ts(T::LeavingDownload)}
                </Button>
                {when(move || has_waiting.get() && !is_shared.get(), move || view! {
                    <Button kind=ButtonKind::Subtle on_click=Callback::new(move |()| discard())>
                        {ts(T::LeavingDiscard)}
                    </Button>
                }.into_any())}
                <Button kind=ButtonKind::Danger on_click=Callback::new(move |()| sign_out())>
                    {ts(T::SignOut)}
                </Button>
            </div>
        </Dialog>
    }
    .into_any()
}
