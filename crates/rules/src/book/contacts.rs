//! Contacts at the customer and at the partner.

use super::{ALWAYS, EVER, LENGTH_OF_NAMES, MAX_NAME, RuleId, Written, given};
use crate::association::SolutionArea;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::field::Field;
use crate::ids::{Domain, Email, EmailProblem};
use crate::violation::{Problem, Severity};

const ALL_REQUIRED: Cite = Cite {
    source: Source::Create2024,
    part: "Create a customer association, contacts",
    quote: "Complete the customer contact information and your company's contact information. All fields are required.",
};

const CONTACTS_2019: Cite = Cite {
    source: Source::Create2019,
    part: "You'll need the following information",
    quote: "Your customer's Contact name, title, and email address",
};

pub(super) const CUSTOMER_CONTACT_GIVEN: Written = Written {
    id: RuleId::CustomerContactGiven,
    says: "The customer contact has a name, a title and an email address.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::CustomerContactName, Field::CustomerContactTitle, Field::CustomerContactEmail],
    cites: &[
        ALL_REQUIRED,
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association",
            quote: "Microsoft will use these details to notify the customer of your request to be associated.",
        },
        CONTACTS_2019,
        LENGTH_OF_NAMES,
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::Create2019,
            part: "step 4, note",
            quote: "If you select Revenue association, you'll be prompted for slightly different information than what's listed below.",
        }],
        reading: "The page of 2023 lists the contacts without exception, so revenue association needs them too. Claims of 2019 to 2021 name seller, customer and solution instead.",
    }],
    check: customer_contact_given,
};

fn customer_contact_given(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if !asks_contacts(ctx, draft) {
        return;
    }
    let contact = &draft.customer_contact;
    given(find, Field::CustomerContactName, &contact.name, MAX_NAME);
    given(find, Field::CustomerContactTitle, &contact.title, MAX_NAME);
    email_given(find, Field::CustomerContactEmail, &contact.email);
}

pub(super) const PARTNER_CONTACT_GIVEN: Written = Written {
    id: RuleId::PartnerContactGiven,
    says: "The partner contact has a name and an email address; the customer will see them.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::PartnerContactName, Field::PartnerContactEmail],
    cites: &[
        ALL_REQUIRED,
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association",
            quote: "They should be familiar with the customer, as they will be included in the consent email.",
        },
        LENGTH_OF_NAMES,
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::TrainingFy20,
            part: "Customer Notification, note",
            quote: "Please note that the claiming partner is not copied on this notification.",
        }],
        reading: "Name and address are printed in the mail to the customer; the partner does not receive it.",
    }],
    check: partner_contact_given,
};

fn partner_contact_given(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if !asks_contacts(ctx, draft) {
        return;
    }
    given(find, Field::PartnerContactName, &draft.partner_contact.name, MAX_NAME);
    email_given(find, Field::PartnerContactEmail, &draft.partner_contact.email);
}

/// Whether the screen of the contacts is shown. Where role and area do not go
/// together it is, whatever the role.
fn asks_contacts(ctx: &RuleContext, draft: &Draft) -> bool {
    draft.solution_area != Some(SolutionArea::BusinessApplications)
        || ctx.edition.form.asks_contacts(draft.partner_role)
}

pub(super) fn email_given(find: &mut Finder, field: Field, text: &str) {
    match Email::parse(text) {
        Ok(_) => {}
        Err(EmailProblem::Empty) => find.at(field, Problem::Missing),
        Err(EmailProblem::NoAt) => find.at(field, Problem::EmailWithoutAt),
        Err(EmailProblem::Domain) => find.at(field, Problem::EmailDomain),
        Err(EmailProblem::Character) => find.at(field, Problem::EmailCharacter),
    }
}

pub(super) const CONTACT_IN_CUSTOMER_DOMAIN: Written = Written {
    id: RuleId::ContactInCustomerDomain,
    says: "The customer contact's address should end in the customer's domain.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::CustomerContactEmail],
    cites: &[Cite {
        source: Source::House,
        part: "by analogy: for other engagements Partner Center compares the tenant with the contact's mail domain and asks for a reason",
        quote: "",
    }],
    disputes: &[],
    check: contact_in_customer_domain,
};

fn contact_in_customer_domain(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if !asks_contacts(ctx, draft) {
        return;
    }
    let (Ok(domain), Ok(email)) =
        (Domain::parse(&draft.domain), Email::parse(&draft.customer_contact.email))
    else {
        return;
    };
    if !domain.is_initial_tenant_domain() && !email.domain().is_related_to(&domain) {
        find.at(
            Field::CustomerContactEmail,
            Problem::MailDomainDiffers { domain: domain.as_str().to_owned() },
        );
    }
}
