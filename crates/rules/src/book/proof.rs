//! Proof of execution.

use super::{AT_SUBMIT, EVER, RuleId, Written};
use crate::calendar::parse_date;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::{Draft, PublicSector};
use crate::field::Field;
use crate::poe::{MAX_FILE_BYTES, MAX_FILES, earliest_acknowledgement, kind_by_name};
use crate::violation::{Problem, Severity};
use chrono::NaiveDate;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const POE_GIVEN: Written = Written {
    id: RuleId::PoeGiven,
    says: "A claim is submitted with at least one file that proves the work.",
    stages: AT_SUBMIT,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::PoeFiles],
    cites: &[
        Cite {
            source: Source::Manage2023,
            part: "Reasons a CPOR association claim is rejected",
            quote: "Proof of execution is required for every CPOR association.",
        },
        Cite {
            source: Source::Create2023,
            part: "To complete a claim, you need",
            quote: "Proof of execution (PoE), such as a statement of work signed by the customer.",
        },
        Cite {
            source: Source::Manage2020,
            part: "Reasons a CPOR association claim is rejected",
            quote: "Proof of Execution is required for every CPOR association.",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Proof of Execution, note",
            quote: "POE must be included with all claims in order to be submitted.",
        },
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::TrainingFy20,
            part: "Proof of Execution",
            quote: "POE must be included with all customer associations, for Microsoft to validate your involvement with the customer. Not applicable for revenue association.",
        }],
        reading: "The exception for revenue association belongs to FY20. Later pages require the proof for every association. A claim of FY20 may hold one all the same.",
    }],
    check: poe_given,
};

fn poe_given(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    let is_required = ctx.edition.form.requires_proof(draft.partner_role);
    if is_required && draft.poe_files.is_empty() {
        find.at(Field::PoeFiles, Problem::Missing);
    }
}

pub(super) const POE_FILES_ACCEPTED: Written = Written {
    id: RuleId::PoeFilesAccepted,
    says: "Up to 10 files of at most 25 MB each: PDF, Word, Excel, PowerPoint, Outlook messages, PNG, JPEG, TIFF.",
    stages: AT_SUBMIT,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::PoeFiles, Field::PoeFile(0)],
    cites: &[Cite {
        source: Source::House,
        part: "kinds, sizes and number of files: no document gives them",
        quote: "",
    }],
    disputes: &[],
    check: poe_files_accepted,
};

fn poe_files_accepted(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.poe_files.len() > MAX_FILES {
        find.at(Field::PoeFiles, Problem::TooMany { max: MAX_FILES });
    }
    let mut first_of = BTreeMap::new();
    for (index, file) in draft.poe_files.iter().enumerate() {
        let field = Field::at(Field::PoeFile, index);
        if kind_by_name(&file.name).is_none() {
            find.at(field, Problem::FileType);
        }
        if file.size_bytes == 0 {
            find.at(field, Problem::FileEmpty);
        } else if file.size_bytes > MAX_FILE_BYTES {
            find.at(field, Problem::FileTooLarge { max_bytes: MAX_FILE_BYTES });
        }
        match first_of.entry(&file.sha256) {
            Entry::Vacant(place) => {
                place.insert(index);
            }
            Entry::Occupied(first) => find.at(field, Problem::Repeated { first: first.get() + 1 }),
        }
    }
}

/// Dates of acknowledgement with their fields; blank ones left out.
fn dates(draft: &Draft) -> impl Iterator<Item = (Field, Option<NaiveDate>)> {
    draft.poe_files.iter().enumerate().filter(|(_, file)| !file.acknowledged_on.is_empty()).map(
        |(index, file)| {
            (Field::at(Field::PoeAcknowledgedOn, index), parse_date(&file.acknowledged_on))
        },
    )
}

pub(super) const POE_DATE_READABLE: Written = Written {
    id: RuleId::PoeDateReadable,
    says: "The date of the customer's acknowledgement, if given, is a date and not still to come.",
    stages: AT_SUBMIT,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::PoeAcknowledgedOn(0)],
    cites: &[
        Cite {
            source: Source::TrainingFy20,
            part: "Proof of Execution, point 4",
            quote: "Dates shown clearly. Please ensure milestones and partner/customer signature dates are visible.",
        },
        Cite {
            source: Source::House,
            part: "a day still to come cannot be the day of a signature",
            quote: "",
        },
    ],
    disputes: &[],
    check: poe_date_readable,
};

fn poe_date_readable(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    for (field, date) in dates(draft) {
        match date {
            None => find.at(field, Problem::NotADate),
            Some(date) if date > ctx.today => {
                find.at(field, Problem::DateInFuture { latest: ctx.today });
            }
            Some(_) => {}
        }
    }
}

/// The age counts back from today, not from the day the draft was made: the
/// template speaks of submission, and a draft may wait for months.
pub(super) const POE_NOT_TOO_OLD: Written = Written {
    id: RuleId::PoeNotTooOld,
    says: "The customer's acknowledgement should be dated, and not be older than 12 months at submission.",
    stages: AT_SUBMIT,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PoeAcknowledgedOn(0)],
    cites: &[
        Cite {
            source: Source::Manage2023,
            part: "Reasons why more information might be needed",
            quote: "Missing or old dates: Dates on PoE are missing or old in relation to the claim",
        },
        Cite {
            source: Source::PoeTemplate,
            part: "customer acknowledgment: within 12 months",
            quote: "",
        },
        Cite {
            source: Source::House,
            part: "a month counts from day to day; where a month has no such day, its last day counts",
            quote: "",
        },
    ],
    disputes: &[],
    check: poe_not_too_old,
};

fn poe_not_too_old(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    let Some(earliest) = earliest_acknowledgement(ctx.edition, ctx.today) else { return };
    // Supporting files need no date, but one file holds the acknowledgement.
    if !draft.poe_files.is_empty() && dates(draft).next().is_none() {
        find.at(Field::PoeAcknowledgedOn(0), Problem::Missing);
    }
    for (field, date) in dates(draft) {
        if date.is_some_and(|date| date < earliest) {
            find.at(field, Problem::DateTooEarly { earliest });
        }
    }
}

pub(super) const POE_NAMES_ITEMS: Written = Written {
    id: RuleId::PoeNamesItems,
    says: "The proof should name each workload or product that is claimed.",
    stages: AT_SUBMIT,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PoeNamesItems],
    cites: &[
        Cite {
            source: Source::Manage2023,
            part: "Reasons why more information might be needed",
            quote: "Missing products: PoE doesn't include a product or workload for which a claim is being made",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Proof of Execution, point 1",
            quote: "Connection between products/workloads and a description of the intended/ongoing work.",
        },
    ],
    disputes: &[],
    check: poe_names_items,
};

fn poe_names_items(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    // Where no proof is needed and none is given, there is none to name them.
    if draft.poe_files.is_empty() && !ctx.edition.form.requires_proof(draft.partner_role) {
        return;
    }
    // A claim can name a product several times, each with another subscription.
    let mut seen = BTreeSet::new();
    for item in draft.claimed_items() {
        if seen.insert(item) && !draft.poe_names_items.iter().any(|named| named == item) {
            find.at(Field::PoeNamesItems, Problem::ItemNotNamed { item: item.to_owned() });
        }
    }
}

pub(super) const PUBLIC_SECTOR_DISCLOSED: Written = Written {
    id: RuleId::PublicSectorDisclosed,
    says: "For a customer of the public sector the proof should hold the Public Sector Disclosure.",
    stages: AT_SUBMIT,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PublicSector],
    cites: &[Cite {
        source: Source::PoeTemplate,
        part: "section 1, Public Sector Disclosure",
        quote: "",
    }],
    disputes: &[],
    check: public_sector_disclosed,
};

fn public_sector_disclosed(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.public_sector == Some(PublicSector::YesNotDisclosed) {
        find.at(Field::PublicSector, Problem::DisclosureMissing);
    }
}
