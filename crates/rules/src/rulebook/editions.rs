//! The part of the printed rule book about editions.

use super::Book;
use super::names::{action_name, yes_no};
use super::sources::write_sources;
use crate::association::{PartnerRole, SolutionArea};
use crate::edition::{Ask, ClaimedSubscription, ConsentEmail, Days, Edition, EditionId};
use crate::edition::{Form, SubscriptionNeed};
use crate::life_cycle::{Action, Status};

/// A time limit in words.
pub(super) fn days(limit: Days) -> String {
    match limit {
        Days::Business(days) => format!("{days} business days"),
        Days::Calendar(days) => format!("{days} days"),
    }
}

fn days_if_any(limit: Option<Days>) -> String {
    limit.map_or_else(|| "–".to_owned(), days)
}

const fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Required => "required",
        Ask::Optional => "optional",
        Ask::No => "not asked for",
    }
}

/// A parameter of an edition, with what the book calls it.
type Parameter = (&'static str, fn(&Edition) -> String);

const PARAMETERS: [Parameter; 12] = [
    ("The partner's identifier is called", |e| e.names.partner_id.to_owned()),
    ("What the partner did is called", |e| e.names.role_question.to_owned()),
    ("The status before the submission is called", |e| e.names.status(Status::Draft).to_owned()),
    ("Submitted: the review is expected to start within", |e| days_if_any(e.review_start)),
    ("Under review: a decision is expected within", |e| days(e.review)),
    ("Partner action required: the answer is due within", |e| days(e.partner_action)),
    ("In all, besides the partner's time to answer, a decision is expected within", |e| {
        days_if_any(e.decision)
    }),
    ("Approved: the association counts as official after", |e| days(e.consent_window)),
    ("Rejected: a dispute is possible for", |e| days_if_any(e.dispute_right)),
    ("Dispute: an answer is expected within", |e| days_if_any(e.dispute_answer)),
    ("The customer is told", |e| {
        match e.consent_email {
            ConsentEmail::OnSubmit => "on submission",
            ConsentEmail::OnApproval => "on approval",
        }
        .to_owned()
    }),
    ("The customer's acknowledgement is at most this old", |e| {
        format!("{} months", e.poe_max_age_months)
    }),
];

/// What the form asks for, with what the book calls it.
type Question = (&'static str, fn(&Form) -> &'static str);

const QUESTIONS: [Question; 9] = [
    ("Domain name", |form| ask(form.domain)),
    ("Technical contact, in Business Applications", |form| ask(form.technical_contact)),
    ("Pre-sales together with usage", |form| ask(form.pre_sales_with_usage)),
    ("Declining incentive payments", |form| ask(form.opt_out)),
    ("Acknowledgements", |form| ask(form.acknowledgements)),
    ("Contacts, for revenue association", |form| ask(form.revenue_contacts)),
    ("Proof of execution, for revenue association", |form| ask(form.revenue_proof)),
    ("Subscription ID, in Business Applications", |form| match form.subscription {
        SubscriptionNeed::Always => "required",
        SubscriptionNeed::IfUnclear => "required if there are several, or none on the tenant",
    }),
    ("A subscription that is claimed already", |form| match form.claimed_subscription {
        ClaimedSubscription::Refused => "is refused",
        ClaimedSubscription::Competes => "goes through arbitration",
    }),
];

pub(super) const fn edition_name(id: EditionId) -> &'static str {
    match id {
        EditionId::Fy20 => "FY20 (July 2019 to June 2020)",
        EditionId::Fy21 => "FY21 (July 2020 to June 2021)",
        EditionId::Oct2023 => "October 2023",
        EditionId::Current => "Current (2024 and later)",
    }
}

pub(super) fn print(book: &mut Book) {
    book.heading(2, "Editions");
    book.line(
        "Rules and names change. An edition is the rules as they stood at a time; a claim keeps \
         the edition it was made under for life, and new claims take the current one. The \
         documents of 2024 name no time limits of their own, so those of October 2023 go on. A \
         dash stands where the documents of a time say nothing.",
    );
    book.line("");
    let heads: Vec<&str> =
        [""].into_iter().chain(EditionId::ALL.into_iter().map(edition_name)).collect();
    book.table(&heads);
    book.row(cells("Code", |id| format!("`{}`", id.code())));
    for (name, value) in PARAMETERS {
        book.row(cells(name, |id| value(id.get())));
    }
    for (name, value) in QUESTIONS {
        book.row(cells(name, |id| value(&id.get().form).to_owned()));
    }
    for action in Action::ALL {
        if EditionId::ALL.into_iter().any(|id| !id.get().knows(action)) {
            let name = format!("Action: {}", action_name(action));
            book.row(cells(&name, |id| yes_no(id.get().knows(action)).to_owned()));
        }
    }
    for area in SolutionArea::ALL {
        book.row(cells("Solution area", |id| id.get().names.area(area).to_owned()));
    }
    for role in PartnerRole::ALL {
        book.row(cells("Partner role", |id| id.get().names.role(role).to_owned()));
        book.row(cells("– its engagement", |id| id.get().names.engagement(role).to_owned()));
        book.row(cells("– can pay an incentive", |id| {
            yes_no(id.get().pays_incentive(role)).to_owned()
        }));
    }
    for id in EditionId::ALL {
        if !id.cites().is_empty() {
            book.heading(3, edition_name(id));
            write_sources(book, id.cites(), id.disputes());
        }
    }
}

/// The cells of a row with one value for each edition.
fn cells(name: &str, value: impl Fn(EditionId) -> String) -> Vec<String> {
    [name.to_owned()].into_iter().chain(EditionId::ALL.into_iter().map(value)).collect()
}
