//! What was measured, as a text to print and to keep.

use super::{load::Scenario, machine::Facts, site::Row};

/// What stands before the numbers.
const ABOUT: &str = include_str!("about.md");

/// All servers with so many claims.
pub(super) struct Size {
    pub(super) claims: u64,
    pub(super) rows: Vec<Row>,
}

/// `docs/benchmarks.md`.
pub(super) fn document(facts: &Facts, command: &str, sizes: &[Size]) -> String {
    let mut text = ABOUT.replace("{command}", command);
    text.push_str("\n## Where\n\n| | |\n|---|---|\n");
    for (name, value) in facts {
        line(&mut text, &format!("| {name} | {value} |"));
    }
    text.push_str("\n## Numbers\n");
    for size in sizes {
        text.push('\n');
        text.push_str(&table(size));
    }
    text
}

/// The numbers of one size.
pub(super) fn table(size: &Size) -> String {
    let mut text = format!("### {} claims\n\n|", grouped(size.claims));
    for scenario in Scenario::ALL {
        text.push_str(" | ");
        text.push_str(scenario.title());
    }
    text.push_str(" | memory, MiB |\n");
    text.push_str(&"|---".repeat(Scenario::ALL.len() + 2));
    text.push_str("|\n");
    for row in &size.rows {
        let mut cells = vec![row.name.to_owned()];
        cells.extend(row.measured.iter().map(|(_, measured)| {
            let again = if measured.again > 0.0 {
                format!(" · {:.1} % again", 100.0 * measured.again)
            } else {
                String::new()
            };
            format!(
                "**{}**/s · {} / {} / {}{again}",
                rate(measured.rate),
                milliseconds(measured.p50_ms),
                milliseconds(measured.p99_ms),
                milliseconds(measured.max_ms)
            )
        }));
        cells.push(match row.postgres_kib {
            Some(postgres) => format!("{} + {}", row.server_kib >> 10, postgres >> 10),
            None => (row.server_kib >> 10).to_string(),
        });
        line(&mut text, &format!("| {} |", cells.join(" | ")));
    }
    text
}

fn line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}

/// Slow ones with a digit more, since ten and eleven a second are not the same.
fn rate(value: f64) -> String {
    if value < 100.0 { format!("{value:.1}") } else { grouped_float(value) }
}

/// In milliseconds, with three digits that count.
fn milliseconds(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => grouped_float(value),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of requests and of milliseconds are small and not negative"
)]
fn grouped_float(value: f64) -> String {
    grouped(value.round() as u64)
}

/// `1,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Size, document, grouped, milliseconds, rate, table};
    use crate::bench::{
        load::{Measured, Scenario},
        site::Row,
    };

    fn size() -> Size {
        let measured =
            Measured { rate: 12_345.6, again: 0.0, p50_ms: 0.512, p99_ms: 21.34, max_ms: 1_234.5 };
        let row = Row {
            name: "PostgreSQL, 1 process",
            measured: Scenario::ALL.map(|scenario| (scenario, measured)).to_vec(),
            server_kib: 51_200,
            postgres_kib: Some(204_800),
        };
        Size { claims: 100_000, rows: vec![row] }
    }

    #[test]
    fn a_table_has_a_row_for_each_server_and_a_column_for_each_scenario() {
        let text = table(&size());
        assert!(text.starts_with("### 100,000 claims\n\n| | read one | 100 changes |"), "{text}");
        assert!(text.contains("**12,346**/s · 0.51 / 21.3 / 1,235"), "{text}");
        assert!(text.ends_with("| 50 + 200 |\n"), "{text}");
        let columns: Vec<_> = text.lines().skip(2).map(|line| line.matches('|').count()).collect();
        assert_eq!(columns, [8, 8, 8]);
    }

    #[test]
    fn what_had_to_be_sent_again_is_told_where_there_was_any() {
        let mut size = size();
        assert!(!table(&size).contains("again"));
        size.rows[0].measured[3].1.again = 0.0123;
        assert!(table(&size).contains("1,235 · 1.2 % again |"), "{}", table(&size));
    }

    #[test]
    fn the_document_says_where_it_was_measured_and_by_which_command() {
        let facts = vec![("Commit", "`abc`".to_owned())];
        let text = document(&facts, "cargo xtask bench server", &[size()]);
        assert!(text.contains("\n| Commit | `abc` |\n"), "{text}");
        assert!(text.contains("cargo xtask bench server") && !text.contains("{command}"));
    }

    #[test]
    fn numbers_have_the_digits_that_count() {
        assert_eq!([grouped(7), grouped(1_000), grouped(1_000_000)], ["7", "1,000", "1,000,000"]);
        assert_eq!((rate(9.87), rate(1_234.5)), ("9.9".to_owned(), "1,235".to_owned()));
        assert_eq!(milliseconds(0.5), "0.50");
    }
}
