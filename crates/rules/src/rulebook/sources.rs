//! Where a rule comes from, and the list of all documents.

use super::Book;
use super::editions::edition_name;
use super::names::{deadline_name, status_name};
use crate::book::RULES;
use crate::cite::{Cite, Dispute, Source};
use crate::deadline::DeadlineKind;
use crate::edition::EditionId;
use crate::life_cycle::Status;

pub(super) fn write_sources(book: &mut Book, cites: &[Cite], disputes: &[Dispute]) {
    book.line("- Comes from:");
    for cite in cites {
        write_cite(book, cite);
    }
    for dispute in disputes {
        book.line("- Other documents say:");
        for cite in dispute.against {
            write_cite(book, cite);
        }
        book.line(&format!("- Reading chosen: {}", dispute.reading));
    }
}

fn write_cite(book: &mut Book, cite: &Cite) {
    if cite.source == Source::House {
        book.line(&format!("  - CPOR Claims, our own decision: {}", cite.part));
        return;
    }
    book.line(&format!("  - *{}* ({}), {}", cite.source.title(), cite.source.date(), cite.part));
    if !cite.quote.is_empty() {
        book.line("");
        book.line(&format!("    > {}", cite.quote));
    }
}

/// Where a heading is linked to.
fn anchor(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

pub(super) fn sources(book: &mut Book) {
    book.heading(2, "Documents");
    book.line(
        "Quotations are literal. Where only a summary of a document was at hand, the place is \
         named and nothing is quoted.",
    );
    book.line("");
    book.table(&["Document", "Date", "Rules, statuses, deadlines and editions"]);
    for source in Source::ALL {
        let cites = |cites: &[Cite], disputes: &[Dispute]| {
            let disputed = disputes.iter().flat_map(|dispute| dispute.against);
            cites.iter().chain(disputed).any(|cite| cite.source == source)
        };
        let rules = RULES
            .iter()
            .filter(|rule| cites(rule.grounds().cites, rule.grounds().disputes))
            .map(|rule| format!("[{0}](#{0})", rule.id.code()));
        let deadlines = DeadlineKind::ALL
            .into_iter()
            .filter(|kind| cites(kind.cites(), kind.disputes()))
            .map(|kind| {
                let name = deadline_name(kind);
                format!("[{name}](#{})", anchor(name))
            });
        let statuses = Status::ALL
            .into_iter()
            .filter(|status| cites(status.cites(), status.disputes()))
            .map(|status| {
                let name = status_name(status);
                format!("[{name}](#{})", anchor(name))
            });
        let editions = EditionId::ALL
            .into_iter()
            .filter(|id| cites(id.cites(), id.disputes()))
            .map(|id| format!("[{}](#{})", edition_name(id), anchor(edition_name(id))));
        let citing: Vec<_> = rules.chain(statuses).chain(deadlines).chain(editions).collect();
        if citing.is_empty() {
            continue;
        }
        let title = match source {
            Source::House => "CPOR Claims, our own decision".to_owned(),
            other => format!("*{}*", other.title()),
        };
        book.row([title, source.date().to_owned(), citing.join(", ")]);
    }
}
