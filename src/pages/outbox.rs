//! What waits to be sent: each operation with its state, its last error and
//! what can be done about it.

use super::page::{Page, focus_title};
use super::refusal_text::refusal_text;
use super::uploads::Uploads;
use crate::i18n::format::{format_instant, format_time};
use crate::i18n::{T, t, tf, ts};
use crate::routes::Route;
use crate::state::sync::{OpProblem, OpRow, OpStatus};
use crate::state::{actions, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::empty_state::EmptyState;
use crate::ui::part::{either, memo};
use leptos::prelude::*;

/// The page.
#[component]
pub fn OutboxPage() -> impl IntoView {
    let app = use_app();
    let heading = ts(T::OutboxTitle);
    let rows = app.sync.waiting_rows();
    let discarding = RwSignal::new(None::<String>);
    let takes_submission = memo(move || {
        let Some(op_id) = discarding.get() else { return false };
        rows.with(|rows| {
            let Some(place) = rows.iter().position(|row| row.op_id == op_id) else { return false };
            let (going, behind) = (&rows[place], &rows[place + 1..]);
            matches!(going.kind, "create" | "change" | "upload")
                && behind.iter().any(|row| row.claim_id == going.claim_id && row.kind == "submit")
        })
    });
    let asks = RwSignal::new(false);
    view! {
        <Page title=heading heading>
            <p class="ca-lead">
                {move || {
                    t(if app.sync.is_device_only.get() { T::OutboxDeviceOnly } else { T::OutboxIntro })
                }}
            </p>
            <Uploads moving_only=true />
            {either(move || !rows.with(Vec::is_empty), move || view! { <p>
                    <Button
                        kind=ButtonKind::Primary
                        on_click=Callback::new(move |()| actions::send_now(app))
                    >
                        {ts(T::OutboxSendNow)}
                    </Button>
                </p>
                <ul class="ca-outbox">
                    <For each=move || rows.get() key=|row| row.op_id.clone() let(row)>
                        <Row row rows discarding asks />
                    </For>
                </ul> }.into_any(), move || ({
                    view! {
                        <EmptyState
                            title=ts(T::OutboxEmpty)
                            text=Signal::derive(String::new)
                        />
                    }
                }).into_any())}
            <p>
                <a class="ca-link" href=Route::backup()>
                    {ts(T::BackupLink)}
                </a>
            </p>
            <ConfirmDialog
                open=asks
                title=ts(T::OutboxDiscard)
                text=Signal::derive(move || t(if takes_submission.get() { T::OutboxDiscardBoth } else { T::OutboxDiscardConfirm }))
                confirm=ts(T::OutboxDiscard)
                cancel=ts(T::Cancel)
                on_confirm=Callback::new(move |()| {
                    if let Some(op_id) = discarding.get_untracked() {
                        actions::discard(app, &op_id);
                        // The button goes with the line.
                        focus_title();
                    }
                })
            />
        </Page>
    }
    .into_any()
}

/// A line stays the same while its state changes: somebody may be on its buttons.
#[component]
fn Row(
    row: OpRow,
    rows: Memo<Vec<OpRow>>,
    discarding: RwSignal<Option<String>>,
    asks: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let what = kind_name(row.kind);
    let claim_name = row.claim_name.clone();
    let op_id = row.op_id.clone();
    let status = Memo::new(move |_| {
        rows.with(|rows| {
            let now = rows.iter().find(|other| other.op_id == op_id);
            now.map_or_else(|| row.status.clone(), |now| now.status.clone())
        })
    });
    let state = move || match status.get() {
        OpStatus::Queued => t(T::OutboxQueued),
        OpStatus::Sending => t(T::OutboxSending),
        OpStatus::Waiting { until_ms, for_scanner } => waiting_text(until_ms, for_scanner),
        OpStatus::NeedsSignIn => t(T::OutboxNeedsSignIn),
        OpStatus::Paused => t(T::OutboxPaused),
        OpStatus::Wedged(problem) => tf(T::OutboxWedged, &[("why", &problem_text(&problem))]),
    };
    let is_wedged = move || status.with(|status| matches!(status, OpStatus::Wedged(_)));
    let (retry_id, discard_id, claim) =
        (row.op_id.clone(), row.op_id.clone(), Route::claim(&row.claim_id));
    // A file can be saved whatever has become of it.
    let export = Route::Backup { id: row.op_id.clone() }.path();
    // What met another change is decided, not sent again as it is.
    let conflict = Route::Conflict { id: row.claim_id.clone() }.path();
    let is_conflict = {
        let (op_id, claim_id) = (row.op_id.clone(), row.claim_id.clone());
        Memo::new(move |_| {
            app.sync.view.with(|view| {
                view.conflicts.get(&claim_id).is_some_and(|conflict| conflict.op_id == op_id)
            })
        })
    };
    let created = row.created_at_ms;
    view! {
        <li class="ca-outbox__item" data-state=move || if is_wedged() { "wedged" } else { "waiting" }>
            <div>
                <strong>{ts(what)}</strong>
                " – "
                {move || {
                    if claim_name.is_empty() { t(T::UnnamedClaim) } else { claim_name.clone() }
                }}
                <p class="ca-hint">{move || format_instant(created)}</p>
                <p>{state}</p>
            </div>
            <div class="ca-actions">
                {either(move || is_conflict.get(), move || {
                    let path = conflict.clone();
                    view! {
                        <a class="ca-button" data-kind="primary" href=path>
                            {ts(T::OutboxDecide)}
                        </a>
                    }
                    .into_any()
                }, move || {
                    let retry_id = retry_id.clone();
                    view! {
                        <Button
                            kind=ButtonKind::Secondary
                            on_click=Callback::new(move |()| actions::retry(app, &retry_id))
                        >
                            {move || t(if status.get() == OpStatus::Paused { T::OutboxResume } else { T::Retry })}
                        </Button>
                    }
                    .into_any()
                })}
                <a class="ca-button" data-kind="subtle" href=claim>
                    {ts(T::OutboxOpen)}
                </a>
                <a class="ca-button" data-kind="subtle" href=export>
                    {ts(T::OutboxExport)}
                </a>
                <Button
                    kind=ButtonKind::Danger
                    on_click=Callback::new(move |()| {
                        discarding.set(Some(discard_id.clone()));
                        asks.set(true);
                    })
                >
                    {ts(T::OutboxDiscard)}
                </Button>
            </div>
        </li>
    }
    .into_any()
}

/// What an operation does.
pub fn kind_name(kind: &str) -> T {
    match kind {
        "create" => T::OutboxCreate,
        "change" => T::OutboxChange,
        "upload" => T::OutboxUpload,
        "submit" => T::OutboxSubmit,
        "comment" => T::OutboxComment,
        "dispute" => T::OutboxDispute,
        "disassociate" => T::OutboxDisassociate,
        "review" => T::OutboxReview,
        _ => T::OutboxDelete,
    }
}

/// What an operation waits for that is tried again by itself.
pub fn waiting_text(until_ms: f64, for_scanner: bool) -> String {
    let text = if for_scanner { T::OutboxScanning } else { T::OutboxWaiting };
    tf(text, &[("time", &format_time(until_ms))])
}

/// Why the server did not take an operation.
pub fn problem_text(problem: &OpProblem) -> String {
    match problem {
        OpProblem::Stale => t(T::ProblemStale),
        OpProblem::Rules(first) => {
            let first =
                first.as_ref().map(crate::i18n::problem_text::problem_text).unwrap_or_default();
            tf(T::ProblemRules, &[("first", &first)])
        }
        OpProblem::State(refusal) => refusal_text(*refusal),
        OpProblem::NotAllowed => t(T::ProblemNotAllowed),
        OpProblem::NotFound => t(T::ProblemNotFound),
        OpProblem::Files => t(T::ProblemFiles),
        OpProblem::Quarantine(files) => tf(T::ProblemQuarantine, &[("files", &files.join(" · "))]),
        OpProblem::FileGone => t(T::ProblemFileGone),
        OpProblem::Ruleset => t(T::ProblemRuleset),
        OpProblem::Other(code) => tf(T::ProblemOther, &[("code", code)]),
    }
}
