//! The printed rule book, `docs/rules.md`.
//!
//! Everything in it is read from the tables that the product runs on, so the
//! book cannot say anything else than the checks do.

mod catalogues;
mod deadlines;
mod editions;
mod names;
mod picture;
mod rights;
mod rules;
mod sources;
mod statuses;

pub use picture::life_cycle_picture;

use crate::book::RULES;
use crate::digest::ruleset_digest;
use names::severity;

const INTRODUCTION: &str = "\
This book holds every rule that CPOR Claims knows about customer association
claims under Microsoft's *Claiming Partner of Record* (CPOR) model: what a claim
must hold, who may do what with it, what follows, and by when. It is printed
from the tables in `crates/rules` that the app and the server run on, so it
cannot say anything else than they do.

Partner Center's documents are the law here, but they are short, they change,
and in places they contradict each other or say nothing. Each rule therefore
names the documents that it comes from and quotes them. Where documents
disagree, the other opinion is quoted too, with the reading that was chosen and
why. *CPOR Claims, our own decision* stands where no document says anything.

Some words that the book uses:

- **Claim**, or customer association claim: a partner's request to be recorded
  as the partner of record for a workload or a subscription of one customer.
- **Association**: the link between partner and customer that an approved claim
  makes. It is not a payment: whether it earns anything is decided elsewhere.
- **Tenant**: the customer's directory at Microsoft, named by a GUID.
- **Proof of execution** (PoE): documents that show the work, acknowledged by
  the customer.
- A rule **blocks** when the step cannot be taken while it is broken, and
  **warns** when it can, with the risk that is told.
";

/// The book as Markdown.
pub fn markdown() -> String {
    let mut book = Book(String::new());
    book.line("# Rule book of customer association claims");
    book.line("");
    book.line("<!-- Printed by `cargo xtask rulebook`. Edit `crates/rules` instead. -->");
    book.line("");
    book.text(INTRODUCTION);
    book.line("");
    book.line(&format!(
        "Rule set `{}`: this fingerprint travels with every submission, so that app and server \
         notice when their rules differ.",
        ruleset_digest()
    ));
    contents(&mut book);
    catalogues::pairs(&mut book);
    editions::print(&mut book);
    rules::rules(&mut book);
    statuses::life_cycle(&mut book);
    deadlines::deadlines(&mut book);
    rights::editing(&mut book);
    rights::permissions(&mut book);
    catalogues::catalogues(&mut book);
    sources::sources(&mut book);
    book.0
}

/// Collects lines.
struct Book(String);

impl Book {
    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn line(&mut self, text: &str) {
        self.text(text);
        self.0.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.line("");
        self.line(&format!("{} {text}", "#".repeat(level)));
        self.line("");
    }

    /// One row of a table. A bar in a text would end its cell.
    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.text("|");
        for cell in cells {
            self.text(" ");
            self.text(&cell.replace('|', "\\|"));
            self.text(" |");
        }
        self.line("");
    }

    fn table(&mut self, heads: &[&str]) {
        self.row(heads.iter().map(|&head| head.to_owned()));
        self.row(heads.iter().map(|_| "---".to_owned()));
    }
}

fn contents(book: &mut Book) {
    book.heading(2, "Contents");
    for (title, target) in [
        ("Solution areas and partner roles", "solution-areas-and-partner-roles"),
        ("Editions", "editions"),
        ("Rules", "rules"),
        ("Life cycle", "life-cycle"),
        ("Deadlines", "deadlines"),
        ("What may be edited", "what-may-be-edited"),
        ("Who may do what", "who-may-do-what"),
        ("Workloads and products", "workloads-and-products"),
        ("Documents", "documents"),
    ] {
        book.line(&format!("- [{title}](#{target})"));
    }
    book.line("");
    book.line("All rules:");
    book.line("");
    book.table(&["Rule", "", "What must hold"]);
    for rule in RULES {
        let code = rule.id.code();
        book.row([
            format!("[{code}](#{code})"),
            severity(rule).to_owned(),
            rule.grounds().says.to_owned(),
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::FLOW;

    #[test]
    fn every_rule_stands_under_a_step() {
        let printed = markdown();
        for rule in RULES {
            assert!(FLOW.iter().any(|row| row.step == rules::step_of(rule)), "{:?}", rule.id);
            assert!(printed.contains(&format!("### {}", rule.id.code())));
        }
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        let mut book = Book(String::new());
        book.row(["a|b".to_owned()]);
        assert_eq!(book.0, "| a\\|b |\n");
    }
}
