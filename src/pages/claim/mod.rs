//! One claim: where it stands, what it holds, what happened, what may be done
//! now and why other things may not.

pub mod comment;
pub mod data;
mod disassociate;
mod files;
pub mod history;
mod path;
pub mod possible;
mod proof_age;
mod usage;
pub mod waiting;

use super::claims::status_pill_of;
use super::deadline_text::DeadlineText;
use super::grounds::grounds;
use super::page::{Page, use_go};
use super::uploads::Uploads;
use crate::i18n::{T, names, t, ts};
use crate::routes::Route;
use crate::state::claims::{self, RowStatus, customer_of};
use crate::state::{actions, use_app};
use crate::ui::part::when;
use crate::ui::skeleton::Skeleton;
use cpor_protocol::{ClaimRecord, Feature};
use cpor_rules::{Action, Draft, Status};
use leptos::prelude::*;
use path::Past;

/// The page.
#[component]
pub fn ClaimPage(
    /// Id of the claim.
    id: String,
) -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let id = StoredValue::new(id);
    // A reviewer sees it beside its proof.
    Effect::new(move |_| {
        if app.session.is_reviewer() {
            go.instead(&Route::ReviewCase { id: id.get_value() }.path());
        }
    });
    let record =
        Memo::new(move |_| id.with_value(|id| app.sync.view.with(|view| view.claim(id).cloned())));
    // What is written on this device is newer than what the server has.
    let local = Memo::new(move |_| {
        app.draft.saves.track();
        id.with_value(|id| actions::local_draft(app, id))
    });
    // Of a claim that was handed in, what is being written for the reviewers is
    // not the claim yet.
    let draft = Memo::new(move |_| {
        let record = record.get();
        let is_pending = id.with_value(|id| app.sync.view.with(|view| view.is_pending(id)));
        let known = record.map(|record| (record.status, record.draft));
        match known {
            Some((status, draft)) if status != Status::Draft && !is_pending => Some(draft),
            known => local.get().map(|stored| stored.draft).or(known.map(|(_, draft)| draft)),
        }
    });
    let rows = claims::rows(app);
    let status = Memo::new(move |_| {
        record.with(|record| record.as_ref().map(|record| record.status)).map_or_else(
            || {
                id.with_value(|id| {
                    rows.with(|rows| rows.iter().find(|row| row.id == *id).map(|row| row.status))
                })
                .unwrap_or(RowStatus::OnDevice)
            },
            RowStatus::Known,
        )
    });
    view! {
        {move || {
            if draft.with(Option::is_some) {
                view! { <Found id record draft status /> }.into_any()
            } else if claims::is_loading(app) {
                let title = ts(T::Loading);
                view! {
                    <Page title heading=title>
                        <Skeleton label=t(T::Loading) rows=8 />
                    </Page>
                }
                    .into_any()
            } else {
                view! { <Missing /> }.into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn Missing() -> impl IntoView {
    let title = ts(T::ClaimNotFoundTitle);
    view! {
        <Page title heading=title>
            <p>{ts(T::ClaimNotFoundText)}</p>
            <p>
                <a class="ca-button" data-kind="primary" href=Route::Claims.path()>
                    {ts(T::GoToClaims)}
                </a>
            </p>
        </Page>
    }
    .into_any()
}

#[component]
fn Found(
    id: StoredValue<String>,
    record: Memo<Option<ClaimRecord>>,
    draft: Memo<Option<Draft>>,
    status: Memo<RowStatus>,
) -> impl IntoView {
    let app = use_app();
    let heading = Signal::derive(move || {
        draft.with(|draft| match draft.as_ref().map(|draft| draft.claim_name.trim()) {
            Some("") | None => t(T::UnnamedClaim),
            Some(name) => name.to_owned(),
        })
    });
    let customer = move || draft.with(|draft| draft.as_ref().map(customer_of).unwrap_or_default());
    let edition = Memo::new(move |_| {
        draft.with(|draft| draft.as_ref().map(|draft| draft.edition).unwrap_or_default())
    });
    let reference = move || {
        record.with(|record| {
            record.as_ref().map(|record| record.reference.clone()).unwrap_or_default()
        })
    };
    let can_dispute = Memo::new(move |_| {
        record.with(|record| record.as_ref().is_some_and(|r| Past::of(app, r).can_dispute))
    });
    let has_usage = Memo::new(move |_| {
        status.get() == RowStatus::Known(Status::Approved) && app.session.offers(Feature::Usage)
    });
    let meaning = move || match status.get() {
        RowStatus::OnDevice => t(T::MeaningLocal),
        RowStatus::Known(Status::Rejected) if !edition.get().get().knows(Action::Dispute) => {
            t(T::MeaningRejectedThen)
        }
        RowStatus::Known(Status::Rejected) if !can_dispute.get() => t(T::MeaningRejectedClosed),
        RowStatus::Known(status) => t(names::status_meaning(status)),
    };
    let acts = move || match status.get() {
        RowStatus::OnDevice => t(T::ActsPartner),
        RowStatus::Known(status) => t(names::acts(status)),
    };
    view! {
        <Page title=heading heading>
            <p class="ca-claim__line">
                {move || status_pill_of(edition.get(), status.get())} <span>{customer}</span>
                <span class="ca-mono">{reference}</span>
            </p>
            <waiting::Waiting id />
            <Uploads />
            <section class="ca-panel" aria-labelledby="where">
                <h2 id="where">{ts(T::ClaimStatusHeading)}</h2>
                {move || {
                    let past = record.with(|record| {
                        record.as_ref().map(|record| Past::of(app, record)).unwrap_or_default()
                    });
                    path::diagram(edition.get(), status.get(), past)
                }}
                <p>
                    <strong>{acts}</strong>
                    " "
                    {meaning}
                </p>
                {move || record.with(|record| record.as_ref().and_then(|r| r.deadline)).map(|deadline| {
                    view! { <DeadlineText deadline=Some(deadline) /> }
                })}
                <proof_age::ProofAge draft status />
                {move || record.with(|record| record.as_ref().map(|record| grounds(record, None)))}
            </section>
            <div class="ca-claim">
                <div class="ca-claim__data">
                    <h2>{ts(T::ClaimDataHeading)}</h2>
                    {move || draft.with(|draft| draft.as_ref().map(|draft| data::data(draft, |label| label)))}
                    <files::Files draft />
                    {when(move || has_usage.get(), move || view! { <usage::Usage id edition /> }.into_any())}
                </div>
                <div class="ca-claim__side">
                    <possible::Possible id record draft status />
                    <history::History id record />
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// Whether a status is that of a claim that can still be written.
pub(super) const fn is_open(status: RowStatus) -> bool {
    matches!(status, RowStatus::OnDevice | RowStatus::Known(Status::Draft))
}
