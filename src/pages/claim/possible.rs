//! What may be done with a claim now, and why other things may not.

use super::comment::CommentForm;
use super::disassociate::Disassociate;
use super::is_open;
use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf, ts};
use crate::pages::page::use_go;
use crate::pages::template_download::TemplateDownload;
use crate::routes::{Purpose, Route, Screen};
use crate::state::changing::{WhyNot, has_begun, why_not};
use crate::state::claims::RowStatus;
use crate::state::{AppState, actions, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::part::{memo, when};
use cpor_protocol::ClaimRecord;
use cpor_rules::life_cycle::{Editable, Refusal};
use cpor_rules::{Action, Draft, Status, Step};
use leptos::prelude::*;

/// The actions.
#[component]
pub fn Possible(
    /// Id of the claim.
    id: StoredValue<String>,
    /// The claim as the server has it.
    record: Memo<Option<ClaimRecord>>,
    /// Its content.
    draft: Memo<Option<Draft>>,
    /// Where it stands.
    status: Memo<RowStatus>,
) -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let asks_delete = RwSignal::new(false);
    let step_path =
        move |step: Step| Route::Wizard { id: id.get_value(), screen: Screen::Step(step) }.path();
    let is_created = Memo::new(move |_| {
        id.with_value(|id| {
            matches!(status.get(), RowStatus::Known(Status::Draft))
                || app.sync.view.with(|view| view.is_pending(id))
        })
    });
    let on_continue = move |step: Step| {
        let path = step_path(step);
        let is_ready = draft.with_untracked(Option::is_some)
            && id.with_value(|id| actions::open_for_writing(app, id));
        if is_ready {
            go.to(&path);
        }
    };
    let can_delete = Memo::new(move |_| is_open(status.get()));
    let can_comment = Memo::new(move |_| {
        matches!(status.get(), RowStatus::Known(status) if status != Status::Draft)
            && !app.sync.is_device_only.get()
    });
    let change = memo(move || record.with(|record| record.as_ref().and_then(|r| change(app, r))));
    let can_disassociate = memo(move || {
        record.with(|record| {
            record.as_ref().is_some_and(|r| why_not(app, r, Action::Disassociate).is_none())
        })
    });
    let is_being_submitted =
        memo(move || app.sync.view.with(|view| view.is_being_submitted(&id.get_value())));
    let still_possible = memo(move || match status.get() {
        RowStatus::Known(Status::RejectedFinal) => Some(T::StillRejectedFinal),
        RowStatus::Known(Status::CustomerConsentDenied) => Some(T::StillConsentDenied),
        _ => None,
    });
    view! {
        <section class="ca-panel" aria-labelledby="possible">
            <h2 id="possible">{ts(T::ClaimActionsHeading)}</h2>
            {move || still_possible.get().map(|text| view! { <p>{t(text)}</p> })}
            <div class="ca-actions">
                {when(move || is_open(status.get()) && !is_created.get(), move || view! { <Button
                        kind=ButtonKind::Primary
                        on_click=Callback::new(move |()| on_continue(actions::place_of(app, &id.get_value())))
                    >
                        {ts(T::ActionContinueDraft)}
                    </Button> }.into_any())}
                {when(move || is_open(status.get()) && is_created.get() && !is_being_submitted.get(), move || view! { <Button
                        kind=ButtonKind::Primary
                        on_click=Callback::new(move |()| on_continue(Step::Proof))
                    >
                        {ts(T::ActionAddProof)}
                    </Button> }.into_any())}
                {move || change.get().map(|change| view! {
                    <a
                        class="ca-button"
                        data-kind=if change.is_expected { "primary" } else { "secondary" }
                        href=Route::change(&id.get_value(), change.purpose)
                    >
                        {ts(change.label)}
                    </a>
                })}
                <a
                    class="ca-button"
                    data-kind="secondary"
                    href=move || {
                        format!("{}?copy={}", Route::NewClaim.path(), id.get_value())
                    }
                >
                    {ts(T::ActionAgain)}
                </a>
                {when(move || can_delete.get(), move || view! { <Button
                        kind=ButtonKind::Danger
                        on_click=Callback::new(move |()| asks_delete.set(true))
                    >
                        {ts(T::ActionDelete)}
                    </Button> }.into_any())}
            </div>
            {move || change.get().filter(|change| change.is_begun).map(|_| view! {
                <p class="ca-hint">{ts(T::ChangeBegun)}</p>
            })}
            <p class="ca-hint">{ts(T::ActionAgainHint)}</p>
            <TemplateDownload draft />
            <p>
                <a class="ca-link" href=Route::Explain.path()>
                    {ts(T::ExplainLink)}
                </a>
            </p>
            <p>
                <a class="ca-link" href=move || Route::Then { id: id.get_value() }.path()>
                    {ts(T::ThenLink)}
                </a>
            </p>
            <ConfirmDialog
                open=asks_delete
                title=ts(T::ActionDelete)
                text=Signal::derive(move || {
                    t(if is_created.get() { T::ActionDeleteConfirm } else { T::DiscardDraftConfirm })
                })
                confirm=ts(T::ActionDelete)
                cancel=ts(T::Cancel)
                on_confirm=Callback::new(move |()| {
                    actions::delete_claim(app, &id.get_value());
                    go.to(&Route::Claims.path());
                })
            />
            {when(move || can_disassociate.get(), move || view! { <Disassociate id /> }.into_any())}
            {when(move || can_comment.get(), move || view! { <CommentForm id /> }.into_any())}
            <h3>{ts(T::WhyNotHeading)}</h3>
            <ul class="ca-list">
                {move || {
                    record
                        .with(|record| match record {
                            Some(record) => refusals(app, record),
                            None => refusals_before_the_server(status.get()),
                        })
                        .into_iter()
                        .map(|text| view! { <li>{text}</li> })
                        .collect_view()
                }}
            </ul>
        </section>
    }
    .into_any()
}

/// A page on which the claim can be changed now.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Change {
    purpose: Purpose,
    label: T,
    /// The claim waits for it.
    is_expected: bool,
    /// Something is written already and not sent.
    is_begun: bool,
}

fn change(app: AppState, record: &ClaimRecord) -> Option<Change> {
    let is_editable = || record.status.editable_in(record.draft.edition.get()) != Editable::Nothing;
    let (purpose, label) = match record.status {
        Status::PartnerActionRequired => (Purpose::Answer, T::ActionAnswer),
        Status::Submitted if is_editable() => (Purpose::Answer, T::ActionAddTo),
        Status::Approved => (Purpose::Proof, T::ActionNewerProof),
        Status::Rejected if why_not(app, record, Action::Dispute).is_none() => {
            (Purpose::Dispute, T::ActionDispute)
        }
        Status::Draft
        | Status::Submitted
        | Status::UnderReview
        | Status::Rejected
        | Status::Dispute
        | Status::RejectedFinal
        | Status::CustomerConsentDenied => return None,
    };
    let is_expected =
        matches!(purpose, Purpose::Dispute) || record.status == Status::PartnerActionRequired;
    let is_begun = has_begun(app, record, purpose);
    Some(Change { purpose, label, is_expected, is_begun })
}

/// What cannot be done while no server has the claim.
fn refusals_before_the_server(status: RowStatus) -> Vec<String> {
    let mut reasons = Vec::new();
    if matches!(status, RowStatus::Known(status) if status != Status::Draft) {
        reasons.extend([T::CannotEditSubmitted, T::CannotSubmitStatus, T::CannotDeleteStatus]);
    }
    reasons.extend([T::CannotDispute, T::CannotDisassociate]);
    reasons.into_iter().map(t).collect()
}

/// What cannot be done now, each with its reason.
fn refusals(app: AppState, record: &ClaimRecord) -> Vec<String> {
    let mut reasons: Vec<String> = cannot_edit(record).map(t).into_iter().collect();
    for action in [Action::Submit, Action::Delete, Action::Dispute, Action::Disassociate] {
        if let Some(why) = why_not(app, record, action) {
            reasons.push(cannot(action, why));
        }
    }
    reasons
}

/// Why nothing, or not everything, may be edited.
pub(super) fn cannot_edit(record: &ClaimRecord) -> Option<T> {
    match (record.status, record.status.editable_in(record.draft.edition.get())) {
        (_, Editable::Everything) => None,
        (Status::Approved, _) => Some(T::CannotEditApproved),
        (_, Editable::Only(_)) => Some(T::CannotEditAll),
        (Status::Submitted | Status::UnderReview | Status::Dispute, Editable::Nothing) => {
            Some(T::CannotEditSubmitted)
        }
        (
            Status::Draft
            | Status::PartnerActionRequired
            | Status::Rejected
            | Status::RejectedFinal
            | Status::CustomerConsentDenied,
            Editable::Nothing,
        ) => Some(T::CannotEditEnded),
    }
}

/// Why an action is not possible, in words.
fn cannot(action: Action, why: WhyNot) -> String {
    let text = match (action, why) {
        (Action::Submit, WhyNot::Role) => T::CannotSubmitRole,
        (Action::Submit, WhyNot::LifeCycle(Refusal::TooLate { until })) => {
            return tf(T::CannotSubmitTooLate, &[("date", &format_date(until))]);
        }
        (Action::Submit, _) => T::CannotSubmitStatus,
        (Action::Delete, _) => T::CannotDeleteStatus,
        (Action::Disassociate, WhyNot::Role) => T::CannotDisassociateRole,
        (Action::Disassociate, WhyNot::NotOffered) => T::CannotDisassociateServer,
        (Action::Disassociate, WhyNot::LifeCycle(Refusal::NotInEdition)) => {
            T::CannotDisassociateEdition
        }
        (Action::Disassociate, WhyNot::LifeCycle(_)) => T::CannotDisassociate,
        (_, WhyNot::Role) => T::CannotDisputeRole,
        (_, WhyNot::NotOffered) => T::CannotDisputeServer,
        (_, WhyNot::LifeCycle(refusal)) => return cannot_dispute(refusal),
    };
    t(text)
}

/// Why a rejection cannot be contested.
pub fn cannot_dispute(refusal: Refusal) -> String {
    match refusal {
        Refusal::DisputedBefore => t(T::CannotDisputeAgain),
        Refusal::TooLate { until } => tf(T::CannotDisputeLate, &[("date", &format_date(until))]),
        Refusal::NotInEdition => t(T::CannotDisputeEdition),
        Refusal::WrongStatus
        | Refusal::WrongActor { .. }
        | Refusal::ReasonMissing
        | Refusal::JustificationMissing
        | Refusal::TooEarly { .. } => t(T::CannotDispute),
    }
}
