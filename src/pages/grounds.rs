//! Why a claim stands where it stands: the published grounds of the decision,
//! and what was said with it.

use crate::i18n::{T, names, t, tf, ts};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Edition, Ground, ReviewReason, Status};
use leptos::prelude::*;

/// Leads from a ground to what can be changed for it.
pub type Leads = Box<dyn Fn(Ground) -> AnyView>;

/// The grounds and the words; nothing where none were given.
pub fn grounds(record: &ClaimRecord, leads: Option<Leads>) -> AnyView {
    let reason = record.status_reason.trim().to_owned();
    if reason.is_empty() && record.status_grounds.is_empty() {
        return ().into_any();
    }
    let heading = heading(record);
    let whose = whose_words(record);
    let edition = record.draft.edition.get();
    let list = record
        .status_grounds
        .iter()
        .map(|reason| {
            let (text, ground) = (reason.clone(), reason.ground);
            view! {
                <li>
                    <span>{move || ground_text(&text, edition)}</span>
                    {leads.as_ref().map(|leads| leads(ground))}
                </li>
            }
        })
        .collect_view();
    let has_list = !record.status_grounds.is_empty();
    view! {
        <div class="ca-grounds">
            <h3>{ts(heading)}</h3>
            {has_list.then(|| view! { <ul class="ca-list">{list}</ul> })}
            {(!reason.is_empty())
                .then(|| {
                    view! {
                        <p class="ca-hint">{ts(whose)}</p>
                        <blockquote class="ca-grounds__words">{reason}</blockquote>
                    }
                })}
        </div>
    }
    .into_any()
}

/// A ground, with the item that it is about by its name in the edition.
fn ground_text(reason: &ReviewReason, edition: &Edition) -> String {
    let ground = t(names::ground(reason.ground));
    match &reason.item {
        Some(item) => {
            let item = edition.item_name(item);
            tf(T::GroundAboutItem, &[("ground", &ground), ("item", item)])
        }
        None => ground,
    }
}

const fn heading(record: &ClaimRecord) -> T {
    match record.status {
        Status::PartnerActionRequired => T::GroundsAsked,
        Status::Rejected => T::GroundsRejected,
        Status::RejectedFinal | Status::CustomerConsentDenied => T::GroundsEnded,
        Status::Dispute => T::GroundsDisputed,
        Status::Draft | Status::Submitted | Status::UnderReview | Status::Approved => {
            T::GroundsOther
        }
    }
}

/// Whose words came with the status.
fn whose_words(record: &ClaimRecord) -> T {
    let is_ground = |ground| record.status_grounds.iter().any(|reason| reason.ground == ground);
    if record.status == Status::Dispute || is_ground(Ground::Disassociated) {
        T::WordsOfPartner
    } else if is_ground(Ground::CustomerDeclined) {
        T::WordsOfCustomer
    } else {
        T::WordsOfReviewers
    }
}
