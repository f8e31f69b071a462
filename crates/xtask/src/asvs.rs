//! Holds `docs/asvs.md` to its word: every item of levels 1 and 2 stands there once, what
//! holds it exists, and the heading counts right.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const DOCUMENT: &str = include_str!("../../../docs/asvs.md");

/// Levels of the items of each section of ASVS 5.0.0, in their order: those of level 3 are
/// a `-`, and a section that has no others is left out.
const SECTIONS: &str = "1.1:22 1.2:111112222 1.3:11222222222 1.4:222 1.5:12 2.1:122 2.2:112 2.3:1222 2.4:2 \
    3.2:11 3.3:1222 3.4:112222 3.5:11122 3.7:22 4.1:122 4.2:2 4.3:22 4.4:1222 5.1:2 5.2:112 \
    5.3:11 5.4:222 6.1:122 6.2:111111112222 6.3:1122 6.4:1122 6.5:22222 6.6:222 6.8:2222 \
    7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:22 7.6:22 8.1:12 8.2:112 8.3:1 8.4:2 9.1:111 \
    9.2:1222 10.1:22 10.2:22 10.3:2222 10.4:11111222222 10.5:22222 10.6:22 10.7:222 11.1:22 \
    11.2:222 11.3:112 11.4:1222 11.5:2 11.6:2 12.1:122 12.2:11 12.3:2222 13.1:2 13.2:22222 \
    13.3:22 13.4:12222 14.1:22 14.2:1222 14.3:122 15.1:122 15.2:122 15.3:1222222 16.1:2 \
    16.2:22222 16.3:2222 16.4:222 16.5:222 17.1:2 17.2:2222 17.3:22";

/// How an item stands.
const STATES: [&str; 4] = ["held", "deployment", "not applicable", "missing"];

/// One row of the table.
struct Row<'a> {
    number: &'a str,
    level: &'a str,
    state: &'a str,
    /// What holds it, or why nothing does.
    why: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let is_number =
        |text: &str| text.split('.').count() == 3 && !text.contains(char::is_alphabetic);
    DOCUMENT
        .lines()
        .filter_map(|line| {
            let cells = line.trim().strip_prefix('|')?.strip_suffix('|')?;
            let cells: Vec<_> = cells.split('|').map(str::trim).collect();
            let [number, level, what, state, why] = cells.as_slice() else { return None };
            assert!(!what.is_empty() && !why.is_empty(), "{line}");
            is_number(number).then_some(Row { number, level, state, why })
        })
        .collect()
}

/// Number and level of each item.
fn items() -> Vec<(String, &'static str)> {
    SECTIONS
        .split_whitespace()
        .filter_map(|section| section.split_once(':'))
        .flat_map(|(section, levels)| {
            let levels = levels.split("").filter(|level| !level.is_empty()).enumerate();
            levels
                .filter(|(_, level)| *level != "-")
                .map(move |(index, level)| (format!("{section}.{}", index + 1), level))
        })
        .collect()
}

/// All names of functions in a folder of Rust.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            found.extend(names.map(str::to_owned));
        }
    }
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_item_of_levels_1_and_2_stands_there_once() {
    let rows = rows();
    let told: Vec<_> = rows.iter().map(|row| (row.number.to_owned(), row.level)).collect();
    let items = items();
    assert_eq!(items.len(), 253);
    assert_eq!(told, items);
    for row in rows {
        assert!(STATES.contains(&row.state), "{}: {}", row.number, row.state);
    }
}

#[test]
fn what_holds_an_item_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut known = BTreeSet::new();
    functions(&root.join("crates"), &mut known);
    for row in rows() {
        let mut holds = 0;
        for name in quoted(row.why) {
            let is_file =
                [".md", ".rs", ".ts", ".toml"].iter().any(|ending| name.ends_with(ending));
            let is_test = name.matches('_').count() >= 2
                && name.chars().all(|letter| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
                });
            if is_file {
                assert!(root.join(name).is_file(), "{}: there is no {name}", row.number);
                holds += 1;
            } else if is_test {
                assert!(known.contains(name), "{}: there is no {name}", row.number);
                holds += 1;
            }
        }
        assert!(row.state != "held" || holds > 0, "{}: nothing holds it", row.number);
    }
}

#[test]
fn what_stands_against_a_threat_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut known = BTreeSet::new();
    functions(&root.join("crates"), &mut known);
    let document = include_str!("../../../docs/security.md");
    let rows = document.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let shown = rows.filter_map(|line| line.trim_end_matches(['|', ' ']).rsplit('|').next());
    let names: Vec<_> = shown.flat_map(quoted).filter(|name| name.contains('_')).collect();
    assert!(names.len() >= 25, "{names:?}");
    for name in names {
        assert!(known.contains(name), "there is no {name}");
    }
}

#[test]
fn the_heading_counts_right() {
    let mut counts = BTreeMap::new();
    for row in rows() {
        *counts.entry(row.state).or_insert(0) += 1;
    }
    let of = |state| counts.get(state).copied().unwrap_or(0);
    let heading = format!(
        "**253 items: {} held, {} by deployment, {} not applicable, {} missing.**",
        of("held"),
        of("deployment"),
        of("not applicable"),
        of("missing")
    );
    assert!(DOCUMENT.contains(&heading), "{heading}");
}
