//! Comment and acknowledgements, the last step before a claim is submitted.

use super::{AT_SUBMIT, EVER, MAX_COMMENT, RuleId, SINCE_2023, Written};
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Source};
use crate::draft::Draft;
use crate::field::Field;
use crate::violation::{Problem, Severity};

pub(super) const COMMENT_LENGTH: Written = Written {
    id: RuleId::CommentLength,
    says: "A comment has at most 4,000 characters.",
    stages: AT_SUBMIT,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::Comment, Field::PoeFileComment(0)],
    cites: &[Cite {
        source: Source::House,
        part: "limit of 4,000 characters: no document gives one",
        quote: "",
    }],
    disputes: &[],
    check: comment_length,
};

fn comment_length(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    let mut limit = |field, text: &str| {
        if text.chars().count() > MAX_COMMENT {
            find.at(field, Problem::TooLong { max: MAX_COMMENT });
        }
    };
    limit(Field::Comment, &draft.comment);
    for (index, file) in draft.poe_files.iter().enumerate() {
        limit(Field::at(Field::PoeFileComment, index), &file.comment);
    }
}

pub(super) const ACKNOWLEDGEMENTS_TICKED: Written = Written {
    id: RuleId::AcknowledgementsTicked,
    says: "All acknowledgements are ticked before a claim is submitted.",
    stages: AT_SUBMIT,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::ProofIsGenuine, Field::CustomerIsInformed, Field::EditingEnds],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Create a customer association, submit",
            quote: "Add and save Comments if you like, complete Acknowledgements, and then select Submit claim.",
        },
        Cite {
            source: Source::Create2024,
            part: "Create a customer association, note",
            quote: "You can't edit your customer association after you submit it.",
        },
        Cite {
            source: Source::House,
            part: "texts of the acknowledgements: no document gives them",
            quote: "",
        },
    ],
    disputes: &[],
    check: acknowledgements_ticked,
};

fn acknowledgements_ticked(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    let boxes = &draft.acknowledgements;
    for (field, is_ticked) in [
        (Field::ProofIsGenuine, boxes.proof_is_genuine),
        (Field::CustomerIsInformed, boxes.customer_is_informed),
        (Field::EditingEnds, boxes.editing_ends),
    ] {
        if !is_ticked {
            find.at(field, Problem::NotTicked);
        }
    }
}
