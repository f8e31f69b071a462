//! The printed rule book and the corpus of verdicts.

use cpor_rules::testing::verdict_lines;
use cpor_rules::{RULES, rulebook};
use std::collections::BTreeSet;

const PRINTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
const TOLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/life-of-a-claim.md");

#[test]
fn the_printed_rule_book_is_up_to_date() {
    let printed = std::fs::read_to_string(PRINTED).unwrap_or_default();
    // Not `assert_eq`: two whole books in the output would hide the message.
    assert!(
        printed.replace("\r\n", "\n") == rulebook::markdown(),
        "docs/rules.md is stale: run `cargo xtask rulebook`"
    );
}

#[test]
fn the_picture_of_a_claims_life_is_up_to_date() {
    let page = std::fs::read_to_string(TOLD).unwrap_or_default().replace("\r\n", "\n");
    let picture = format!("```mermaid\n{}```\n", rulebook::life_cycle_picture());
    assert!(page.contains(&picture), "{TOLD} is stale: run `cargo xtask rulebook`");
    let words: BTreeSet<&str> = page.split(|c: char| !c.is_alphanumeric()).collect();
    for row in cpor_rules::life_cycle::TRANSITIONS {
        assert!(words.contains(row.id), "{} is not told", row.id);
    }
}

#[test]
fn the_book_holds_every_rule_and_every_source() {
    let book = rulebook::markdown();
    for rule in RULES {
        assert_eq!(book.matches(&format!("\n### {}\n", rule.id.code())).count(), 1);
        assert!(book.contains(rule.grounds().says), "{:?}", rule.id);
        let disputed = rule.grounds().disputes.iter().flat_map(|dispute| dispute.against);
        for cite in rule.grounds().cites.iter().chain(disputed) {
            assert!(book.contains(cite.source.title()) && book.contains(cite.quote));
        }
    }
}

#[test]
fn links_of_the_book_lead_somewhere() {
    let book = rulebook::markdown();
    let mut anchors = BTreeSet::new();
    for line in book.lines().filter(|line| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim();
        let anchor: String = heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        assert!(anchors.insert(anchor), "two headings lead to one anchor: {heading}");
    }
    for link in book.split("](#").skip(1) {
        let target = link.split(')').next().unwrap_or_default();
        assert!(anchors.contains(target), "#{target}");
    }
}

#[test]
fn the_corpus_gives_the_same_verdicts_each_time() {
    let lines: Vec<String> = verdict_lines(10_000).collect();
    assert_eq!(lines.len(), 10_000);
    assert!(verdict_lines(10_000).eq(lines.iter().cloned()));
    // Each line is JSON and starts with its seed, so a difference can be found again.
    for (seed, line) in lines.iter().enumerate() {
        assert!(line.starts_with(&format!("[{seed},[")), "{line}");
    }
}
