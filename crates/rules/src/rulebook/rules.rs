//! The rules, in the order of the screens.

use super::Book;
use super::editions::edition_name;
use super::names::{path, stage_name, step_name};
use super::sources::write_sources;
use crate::book::{RULES, Rule};
use crate::flow::{FLOW, Step};
use crate::violation::Severity;

/// The step on whose screen a rule is explained first.
pub(super) fn step_of(rule: &Rule) -> Step {
    rule.fields.first().map_or(Step::Review, |field| Step::of(*field))
}

pub(super) fn rules(book: &mut Book) {
    book.heading(2, "Rules");
    book.line(
        "In the order of the screens. The rules of *Add customer* are checked when the claim is \
         created, and again with the others when it is submitted or, after *Partner action \
         required*, submitted again. A rule that needs to know what only a server knows (one's \
         own locations, other claims, subscriptions) is silent while nobody can tell.",
    );
    for row in FLOW {
        let mut of_step = RULES.iter().filter(|rule| step_of(rule) == row.step).peekable();
        if of_step.peek().is_some() {
            book.heading(2, &format!("Rules: {}", step_name(row.step)));
            book.line(&format!(
                "This screen leads up to {}. Its rules are:",
                stage_name(row.stage)
            ));
            for rule in of_step {
                write_rule(book, rule);
            }
        }
    }
}

fn write_rule(book: &mut Book, rule: &Rule) {
    book.heading(3, rule.id.code());
    book.line(rule.grounds().says);
    book.line("");
    let mut stages: Vec<_> = rule.stages.iter().map(|stage| stage_name(*stage)).collect();
    stages.sort_unstable();
    let editions: Vec<_> = rule.editions.iter().map(|id| edition_name(*id)).collect();
    let fields: Vec<_> = rule.fields.iter().map(|field| path(*field)).collect();
    let severity = match rule.severity {
        Severity::Blocks => "Blocks",
        Severity::Warns => "Warns at",
    };
    book.line(&format!("- {severity} {}", stages.join(" and ")));
    book.line(&format!("- Editions: {}", editions.join(", ")));
    book.line(&format!("- Fields: {}", fields.join(", ")));
    write_sources(book, rule.grounds().cites, rule.grounds().disputes);
}
