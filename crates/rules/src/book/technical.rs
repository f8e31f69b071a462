//! The technical contact of 2019 to 2021.

use super::contacts::email_given;
use super::{ALWAYS, BEFORE_2023, LENGTH_OF_NAMES, MAX_NAME, RuleId, Written, given};
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::field::Field;
use crate::violation::Severity;

pub(super) const TECHNICAL_CONTACT_GIVEN: Written = Written {
    id: RuleId::TechnicalContactGiven,
    says: "In Business Applications the customer's technical contact has a name, a title and an email address.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: BEFORE_2023,
    fields: &[
        Field::TechnicalContactName,
        Field::TechnicalContactTitle,
        Field::TechnicalContactEmail,
    ],
    cites: &[
        Cite {
            source: Source::Create2019,
            part: "You'll need the following information",
            quote: "For Dynamics 365, you also need to provide your customer's Technical contact name, title, and email address",
        },
        Cite {
            source: Source::Create2020,
            part: "You'll need the following information",
            quote: "For Dynamics 365, you also need to provide your customer's Technical contact name, title, and email address",
        },
        Cite {
            source: Source::Issues2020,
            part: "Subscription errors in the CPOR association claim flow",
            quote: "a product that you're trying to claim via Business Applications (Dynamics 365)",
        },
        LENGTH_OF_NAMES,
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::Create2019,
            part: "step 4, note",
            quote: "If you select Revenue association, you'll be prompted for slightly different information than what's listed below.",
        }],
        reading: "A revenue association names seller, customer and solution instead of contacts.",
    }],
    check: technical_contact_given,
};

fn technical_contact_given(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if !ctx.edition.form.asks_technical_contact(draft.partner_role)
        || draft.solution_area != Some(crate::association::SolutionArea::BusinessApplications)
    {
        return;
    }
    let contact = &draft.technical_contact;
    given(find, Field::TechnicalContactName, &contact.name, MAX_NAME);
    given(find, Field::TechnicalContactTitle, &contact.title, MAX_NAME);
    email_given(find, Field::TechnicalContactEmail, &contact.email);
}
