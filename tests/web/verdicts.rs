//! The rules give the same verdicts here as natively, byte for byte.
//!
//! `cargo xtask test browser` (and `clippy`) writes the native verdicts first.

use wasm_bindgen_test::wasm_bindgen_test;

const NATIVE: &str = include_str!("../../target/verdicts.jsonl");
const DRAFTS: u64 = 10_000;

/// The first line in which two lists of verdicts differ, counted from 1.
fn first_difference<'a>(
    native: impl Iterator<Item = &'a str>,
    here: impl Iterator<Item = String>,
) -> Option<usize> {
    let mut native = native;
    let mut here = here;
    for number in 1.. {
        match (native.next(), here.next()) {
            (None, None) => return None,
            (Some(native), Some(here)) if native == here => {}
            _ => return Some(number),
        }
    }
    None
}

#[wasm_bindgen_test]
fn ten_thousand_drafts_are_judged_as_natively() {
    assert_eq!(NATIVE.lines().count() as u64, DRAFTS);
    let here = cpor_rules::testing::verdict_lines(DRAFTS);
    assert_eq!(first_difference(NATIVE.lines(), here), None);
}

#[wasm_bindgen_test]
fn a_single_other_verdict_is_seen() {
    let mut lines: Vec<String> = NATIVE.lines().take(100).map(str::to_owned).collect();
    lines[41] = lines[41].replacen("blocks", "warns", 1) + " ";
    let here = cpor_rules::testing::verdict_lines(100);
    assert_eq!(first_difference(lines.iter().map(String::as_str), here), Some(42));
    // A list that ends early differs as well.
    let here = cpor_rules::testing::verdict_lines(99);
    assert_eq!(first_difference(NATIVE.lines().take(100), here), Some(100));
}
