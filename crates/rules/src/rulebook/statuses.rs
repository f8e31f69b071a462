//! The life cycle: statuses and transitions.

use super::Book;
use super::names::{action_name, actor_name, guard_name, status_name, yes_no};
use super::sources::write_sources;
use crate::life_cycle::{Status, TRANSITIONS};

fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Draft => "The claim is created; its proof is missing, or it is not submitted yet.",
        Status::Submitted => "Handed in; the review has not started.",
        Status::UnderReview => {
            "Reviewers look at the proof. It takes longer when another partner holds the item."
        }
        Status::PartnerActionRequired => "Reviewers need more from the partner.",
        Status::Approved => {
            "The association exists. This is not a payment status, and the customer can still \
             decline."
        }
        Status::Rejected => "Refused, with a reason. It can be disputed once, for a limited time.",
        Status::Dispute => "The partner contests the refusal.",
        Status::RejectedFinal => "Refused for good after a dispute, or disassociated.",
        Status::CustomerConsentDenied => "The customer declined.",
    }
}

pub(super) fn life_cycle(book: &mut Book) {
    book.heading(2, "Life cycle");
    book.table(&["Status", "Meaning", "Waits for", "Final"]);
    for status in Status::ALL {
        book.row([
            status_name(status).to_owned(),
            status_meaning(status).to_owned(),
            status.waits_for().map_or("–", actor_name).to_owned(),
            yes_no(status.is_terminal()).to_owned(),
        ]);
    }
    for status in Status::ALL {
        book.heading(3, status_name(status));
        write_sources(book, status.cites(), status.disputes());
    }
    book.heading(3, "Steps of a claim");
    book.line(
        "These are all the steps that a claim can take; what is not in the table is refused. \
         After a final status, or a rejection whose time for a dispute is over, the partner can \
         claim again with a new claim.",
    );
    book.line("");
    book.table(&["No.", "From", "What", "By", "If", "To"]);
    for row in TRANSITIONS {
        book.row([
            row.id.to_owned(),
            row.from.map_or("(no claim yet)", status_name).to_owned(),
            action_name(row.action).to_owned(),
            actor_name(row.by).to_owned(),
            guard_name(row.guard),
            row.to.map_or("(deleted)", status_name).to_owned(),
        ]);
    }
}
