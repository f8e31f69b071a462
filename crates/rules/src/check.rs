//! Checking a draft against the rule book.

use crate::book::RULES;
use crate::draft::Draft;
use crate::edition::{CURRENT, Edition};
use crate::facts::Facts;
use crate::field::Field;
use crate::violation::{Severity, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is about to be done with the draft. Each stage has its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// *Add customer*: the claim is created in Draft. No proof is needed yet.
    AddCustomer,
    /// *Submit claim*, and again after *Partner action required*.
    Submit,
}

impl Stage {
    /// Both stages, in order.
    pub const ALL: [Self; 2] = [Self::AddCustomer, Self::Submit];
}

/// What a rule may look at besides the draft.
#[derive(Clone, Copy, Debug)]
pub struct RuleContext<'a> {
    /// The rules of which time.
    pub edition: &'static Edition,
    /// Today, in the time zone of the partner's organisation.
    pub today: NaiveDate,
    /// What a backend told.
    pub facts: &'a Facts,
    /// The claim's own id, so that it does not compete with itself.
    pub claim_id: Option<&'a str>,
}

impl<'a> RuleContext<'a> {
    /// The rules of today's edition.
    pub const fn current(today: NaiveDate, facts: &'a Facts) -> Self {
        Self { edition: &CURRENT, today, facts, claim_id: None }
    }

    /// The rules of the draft's own edition.
    pub const fn of(draft: &Draft, today: NaiveDate, facts: &'a Facts) -> Self {
        Self { edition: draft.edition.get(), today, facts, claim_id: None }
    }

    /// The same for the claim with this id.
    #[must_use]
    pub const fn with_claim_id(mut self, id: &'a str) -> Self {
        self.claim_id = Some(id);
        self
    }
}

/// Everything that the rules of this stage find, in the order of the screens.
pub fn check(ctx: &RuleContext, draft: &Draft, stage: Stage) -> Vec<Violation> {
    let draft = draft.normalised();
    let mut found = Vec::new();
    for rule in RULES {
        if rule.stages.contains(&stage) && rule.holds_in(ctx.edition.id) {
            (rule.check)(ctx, &draft, &mut Finder { rule, found: &mut found });
        }
    }
    found
}

/// Puts a finding where it belongs in the order of the screens, after earlier
/// ones of the same field.
fn insert(found: &mut Vec<Violation>, violation: Violation) {
    let position = violation.field.position();
    let place = found.partition_point(|other| other.field.position() <= position);
    found.insert(place, violation);
}

/// Collects what one rule finds.
pub struct Finder<'a> {
    rule: &'static crate::book::Rule,
    found: &'a mut Vec<Violation>,
}

impl Finder<'_> {
    /// Notes a problem at a field.
    pub fn at(&mut self, field: Field, problem: crate::violation::Problem) {
        let (rule, severity) = (self.rule.id, self.rule.severity);
        insert(self.found, Violation { rule, severity, field, problem });
    }
}

/// The findings of a check, ready to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// All findings, in the order of the screens.
    pub violations: Vec<Violation>,
}

/// Checks a draft; see [`check`].
pub fn verdict(ctx: &RuleContext, draft: &Draft, stage: Stage) -> Verdict {
    Verdict { violations: check(ctx, draft, stage) }
}

impl Verdict {
    /// Adds a finding from elsewhere, unless it is there already.
    pub fn add(&mut self, violation: Violation) {
        if !self.violations.contains(&violation) {
            insert(&mut self.violations, violation);
        }
    }

    /// Whether the stage may be taken.
    pub fn passes(&self) -> bool {
        self.blocking().next().is_none()
    }

    /// What blocks.
    pub fn blocking(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.severity == Severity::Blocks)
    }

    /// What only warns.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.severity == Severity::Warns)
    }

    /// The first thing to say at a field: what blocks before what warns.
    pub fn at(&self, field: Field) -> Option<&Violation> {
        self.violations
            .iter()
            .filter(|violation| violation.field == field)
            .min_by_key(|violation| violation.severity)
    }
}
