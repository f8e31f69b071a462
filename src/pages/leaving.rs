//! What is asked before one signs out with something unsent: what that is, and
//! what is to become of it.

use super::backup::saved_notice;
use super::outbox::kind_name;
use super::page::focus_title;
use crate::i18n::{T, t, tf, ts};
use crate::state::backup::{self, What};
use crate::state::departures::{self, Elsewhere};
use crate::state::{actions, leaving, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, effect, memo, when};
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
    let elsewhere = RwSignal::new(None::<Elsewhere>);
    let is_asking = memo(move || is_shared.get() && elsewhere.with(Option::is_none));
    let saved = RwSignal::new(None);
    let is_saving = RwSignal::new(false);
    effect(move || {
        if open.get() && is_shared.get_untracked() {
            elsewhere.set(None);
            saved.set(None);
            departures::ask(move |found| {
                let _ = elsewhere.try_set(Some(found));
            });
        }
    });
    let download = move || {
        is_saving.set(true);
        saved.set(None);
        backup::save(app, What::Everything, None, move |outcome| {
            let _ = is_saving.try_set(false);
            let _ = saved.try_set(Some(outcome));
        });
    };
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
        elsewhere.with(|found| {
            let names = found.iter().flat_map(|found| &found.unsent);
            lines.extend(names.map(|own| tf(T::LeavingElsewhere, &[("name", &name(own))])));
        });
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
                    let is_silent = elsewhere.with(|found| found.as_ref().is_some_and(|it| it.is_silent));
                    let is_all = !is_silent && !is_asking.get();
                    return is_all.then(|| view! { <p>{ts(T::LeavingNothing)}</p> }).into_any();
                }
                let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
                view! { <ul class="ca-list" aria-label=ts(T::LeavingUnsent)>{lines}</ul> }.into_any()
            })}
            {when(move || is_asking.get(), || view! { <p>{ts(T::LeavingAsking)}</p> }.into_any())}
            {changing(move || {
                let found = elsewhere.get().unwrap_or_default();
                let hint = (!found.unsent.is_empty())
                    .then(|| view! { <p class="ca-hint">{ts(T::LeavingElsewhereHint)}</p> });
                let silent = found.is_silent.then(|| view! {
                    <Notice kind=NoticeKind::Warning>
                        <p>{ts(T::LeavingSilent)}</p>
                    </Notice>
                });
                view! { {hint} {silent} }.into_any()
            })}
            {changing(move || saved.get().map(saved_notice).into_any())}
            <div class="ca-actions">
                <Button on_click=Callback::new(move |()| open.set(false))>{ts(T::Cancel)}</Button>
                {when(move || has_waiting.get(), move || view! {
                    <Button on_click=Callback::new(move |()| actions::send_now(app))>
                        {ts(T::LeavingSendNow)}
                    </Button>
                }.into_any())}
                <Button busy=is_saving on_click=Callback::new(move |()| download())>
                    {ts(T::LeavingDownload)}
                </Button>
                {when(move || has_waiting.get() && !is_shared.get(), move || view! {
                    <Button kind=ButtonKind::Subtle on_click=Callback::new(move |()| discard())>
                        {ts(T::LeavingDiscard)}
                    </Button>
                }.into_any())}
                {when(move || !is_asking.get(), move || view! {
                    <Button kind=ButtonKind::Danger on_click=Callback::new(move |()| sign_out())>
                        {ts(T::SignOut)}
                    </Button>
                }.into_any())}
            </div>
        </Dialog>
    }
    .into_any()
}
