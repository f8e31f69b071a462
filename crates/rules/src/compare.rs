//! The same draft under the rules of several times, side by side.

use crate::book::{RULES, Rule};
use crate::check::{RuleContext, Stage, check};
use crate::draft::Draft;
use crate::edition::EditionId;
use crate::facts::Facts;
use crate::flow::{self, Step};
use crate::violation::{Severity, Violation};
use chrono::NaiveDate;

/// What a rule says of a draft under one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// The edition has no such rule, or the draft has nothing that it is about.
    DoesNotApply,
    /// The draft keeps it.
    Holds,
    /// The draft breaks it and may go on.
    Warns(Vec<Violation>),
    /// The draft breaks it and may not go on.
    Blocks(Vec<Violation>),
}

impl Says {
    /// Whether the draft breaks the rule.
    pub const fn is_broken(&self) -> bool {
        matches!(self, Self::Warns(_) | Self::Blocks(_))
    }
}

/// One rule under all editions that are compared.
#[derive(Clone, Debug)]
pub struct Row {
    /// The rule.
    pub rule: &'static Rule,
    /// What it says under each edition, in the order asked for.
    pub says: Vec<Says>,
}

impl Row {
    /// Whether the draft breaks it under one of the editions.
    pub fn speaks(&self) -> bool {
        self.says.iter().any(Says::is_broken)
    }

    /// Whether it says something else from one edition to the other. A rule
    /// that is not there and one that is kept come to the same for a draft.
    pub fn differs(&self) -> bool {
        let weight = |says: &Says| match says {
            Says::DoesNotApply | Says::Holds => 0,
            Says::Warns(_) => 1,
            Says::Blocks(_) => 2,
        };
        self.says.windows(2).any(|pair| weight(&pair[0]) != weight(&pair[1]))
    }
}

/// Judges a draft that is about to be submitted on a day, whatever its own
/// edition: every rule that applies under one of the editions, in the order of
/// the screens.
pub fn compare(
    draft: &Draft,
    editions: &[EditionId],
    on: NaiveDate,
    facts: &Facts,
    claim_id: Option<&str>,
) -> Vec<Row> {
    let judged: Vec<_> = editions
        .iter()
        .map(|edition| {
            let draft = Draft { edition: *edition, ..draft.clone() };
            let ctx = RuleContext { claim_id, ..RuleContext::of(&draft, on, facts) };
            let found = check(&ctx, &draft, Stage::Submit);
            let steps: Vec<Step> =
                Stage::ALL.into_iter().flat_map(|stage| flow::steps(&draft, stage)).collect();
            (*edition, steps, found)
        })
        .collect();
    RULES
        .iter()
        .map(|rule| {
            let says = judged.iter().map(|(edition, steps, found)| {
                let broken: Vec<Violation> =
                    found.iter().filter(|found| found.rule == rule.id).cloned().collect();
                let is_about = rule.fields.is_empty()
                    || rule.fields.iter().any(|field| steps.contains(&Step::of(*field)));
                match (broken.is_empty(), rule.severity) {
                    (true, _) if !rule.holds_in(*edition) || !is_about => Says::DoesNotApply,
                    (true, _) => Says::Holds,
                    (false, Severity::Warns) => Says::Warns(broken),
                    (false, Severity::Blocks) => Says::Blocks(broken),
                }
            });
            Row { rule, says: says.collect() }
        })
        .filter(|row| row.says.iter().any(|says| *says != Says::DoesNotApply))
        .collect()
}
