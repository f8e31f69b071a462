//! The checks and the document that they hold.

use cpor_conformance::GROUPS;
use std::collections::HashSet;

/// Text without the document's line breaks.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_sentence_stands_in_the_document() {
    let document = in_one_line(include_str!("../../../docs/api.md"));
    let missing: Vec<String> = GROUPS
        .iter()
        .flat_map(|group| group.checks.iter().map(move |check| (group, check)))
        .filter(|(_, check)| !document.contains(&in_one_line(check.holds)))
        .map(|(group, check)| format!("{}: {}", group.id_of(check), check.holds))
        .collect();
    assert!(missing.is_empty(), "not in docs/api.md:\n{}", missing.join("\n"));
}

#[test]
fn each_check_has_a_name_of_its_own() {
    let mut names = HashSet::new();
    for group in GROUPS {
        for check in group.checks {
            assert!(names.insert(group.id_of(check)), "{} twice", group.id_of(check));
        }
    }
    assert!(names.len() >= 120, "{} checks", names.len());
}

#[test]
fn each_group_is_explained() {
    let page = include_str!("../../../docs/conformance.md");
    let table = page.split("## Groups").nth(1).unwrap().split("## Reports").next().unwrap();
    for group in GROUPS {
        assert!(table.contains(&format!("`{}`", group.name)), "{}", group.name);
    }
}

#[test]
fn the_page_counts_the_checks() {
    let count: usize = GROUPS.iter().map(|group| group.checks.len()).sum();
    for page in
        [include_str!("../../../docs/conformance.md"), include_str!("../../../docs/testing.md")]
    {
        assert!(in_one_line(page).contains(&format!("{count} ")), "{count} checks");
    }
}
