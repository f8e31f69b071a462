//! Which module may name which, read from the paths in the source text.

use super::Breach;

/// A module of the app and what it may name.
struct Layer {
    name: &'static str,
    /// Modules of the app beside itself.
    modules: &'static [&'static str],
    /// Words that must not begin or stand in a path.
    forbidden: &'static [&'static str],
}

const NO_CLAIMS: [&str; 3] = ["cpor_rules", "cpor_protocol", "cpor_sync"];
const NO_VIEW: [&str; 2] = ["leptos", "leptos_router"];

const LAYERS: &[Layer] = &[
    Layer {
        name: "pages",
        modules: &["state", "ui", "i18n", "routes"],
        forbidden: &["web_sys", "gloo_net", "idb", "cpor_sync"],
    },
    Layer { name: "routes", modules: &[], forbidden: &["web_sys", "gloo_net", "idb"] },
    Layer {
        name: "state",
        modules: &["sync", "api", "storage", "platform", "i18n", "routes"],
        forbidden: &[],
    },
    Layer { name: "sync", modules: &["api", "storage", "platform"], forbidden: &NO_VIEW },
    Layer { name: "api", modules: &["platform"], forbidden: &NO_VIEW },
    Layer { name: "storage", modules: &["platform"], forbidden: &NO_VIEW },
    Layer { name: "ui", modules: &["i18n", "platform"], forbidden: &NO_CLAIMS },
    Layer { name: "i18n", modules: &["platform"], forbidden: &["gloo_net", "idb", "cpor_sync"] },
    Layer {
        name: "platform",
        modules: &[],
        forbidden: &["leptos", "leptos_router", "cpor_rules", "cpor_protocol", "cpor_sync"],
    },
];

/// What a crate without clock, chance and network must not name.
const IMPURE: &[&[&str]] = &[
    &["Instant", "now"],
    &["SystemTime", "now"],
    &["Utc", "now"],
    &["Local", "now"],
    &["Uuid", "new_v4"],
    &["rand"],
    &["getrandom"],
    &["std", "net"],
    &["std", "fs"],
    &["web_sys"],
    &["js_sys"],
];

/// Checks one file of the app; `path` is relative to `src`.
pub(super) fn check_app(path: &str, text: &str) -> Vec<Breach> {
    let module = module_of(path);
    let Some(layer) =
        LAYERS.iter().find(|layer| module.first().map(String::as_str) == Some(layer.name))
    else {
        // The roof: it puts the layers together and so may name them all.
        return Vec::new();
    };
    let mut found = Vec::new();
    for named in paths(text) {
        let words = absolute(&named.words, &module);
        let problem = match words.first().map(String::as_str) {
            Some("crate") => words.get(1).and_then(|target| {
                let is_layer = LAYERS.iter().any(|layer| layer.name == target);
                (is_layer && target != layer.name && !layer.modules.contains(&target.as_str()))
                    .then(|| format!("{} may not use {target}", layer.name))
            }),
            _ => words
                .iter()
                .find(|word| layer.forbidden.contains(&word.as_str()))
                .map(|word| format!("{} may not use {word}", layer.name)),
        };
        if let Some(problem) = problem {
            found.push(Breach { place: format!("src/{path}:{}", named.line), problem });
        }
    }
    found
}

/// Checks one file of a crate that must be pure; `path` is for the message.
pub(super) fn check_pure(path: &str, text: &str) -> Vec<Breach> {
    paths(text)
        .into_iter()
        .filter_map(|named| {
            let impure = IMPURE.iter().find(|impure| {
                if impure.len() == 1 {
                    named.words.first().is_some_and(|word| word == impure[0])
                } else {
                    named.words.windows(impure.len()).any(|window| window == **impure)
                }
            })?;
            Some(Breach {
                place: format!("{path}:{}", named.line),
                problem: format!("may not use {}", impure.join("::")),
            })
        })
        .collect()
}

/// The module a file is, as the names after `crate`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(str::to_owned).collect()
}

/// A path with its leading `self` and `super` resolved.
fn absolute(words: &[String], module: &[String]) -> Vec<String> {
    let ups = words.iter().take_while(|word| *word == "super" || *word == "self").count();
    if ups == 0 {
        return words.to_vec();
    }
    let levels = words[..ups].iter().filter(|word| *word == "super").count();
    let kept = module.len().saturating_sub(levels);
    std::iter::once("crate".to_owned())
        .chain(module[..kept].iter().cloned())
        .chain(words[ups..].iter().cloned())
        .collect()
}

/// A path as it stands in the text.
struct Named {
    line: usize,
    words: Vec<String>,
}

/// Every path of two words or more, with groups in braces taken apart.
fn paths(text: &str) -> Vec<Named> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if matches!(tokens[at].1, Token::Word(_)) {
            at = read_path(&tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads the path at `at`, which begins with a word, and gives the place after it.
fn read_path(
    tokens: &[(usize, Token)],
    mut at: usize,
    before: &[String],
    found: &mut Vec<Named>,
) -> usize {
    let line = tokens[at].0;
    let mut words = before.to_vec();
    while let Some((_, Token::Word(word))) = tokens.get(at) {
        words.push(word.clone());
        at += 1;
        if !matches!(tokens.get(at), Some((_, Token::Colons))) {
            break;
        }
        at += 1;
        if matches!(tokens.get(at), Some((_, Token::Open))) {
            return read_group(tokens, at + 1, &words, found);
        }
    }
    if words.len() > 1 {
        found.push(Named { line, words });
    }
    at
}

/// Reads what stands between braces after `before::`.
fn read_group(
    tokens: &[(usize, Token)],
    mut at: usize,
    before: &[String],
    found: &mut Vec<Named>,
) -> usize {
    while let Some((_, token)) = tokens.get(at) {
        match token {
            Token::Close => return at + 1,
            Token::Word(_) => at = read_path(tokens, at, before, found),
            Token::Colons | Token::Open | Token::Other => at += 1,
        }
    }
    at
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Colons,
    Open,
    Close,
    Other,
}

/// Words and the marks that join them, without comments and quoted text.
fn tokens(text: &str) -> Vec<(usize, Token)> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        let next = characters.get(at + 1).copied();
        let end = match (character, next) {
            ('/', Some('/')) => end_of_line(&characters, at),
            ('/', Some('*')) => end_of_comment(&characters, at),
            ('"', _) => end_of_text(&characters, at),
            ('r', Some('"' | '#')) if raw_hashes(&characters, at).is_some() => {
                end_of_raw_text(&characters, at)
            }
            ('\'', _) => end_of_character(&characters, at),
            _ if character.is_alphabetic() || character == '_' => {
                let end = at
                    + characters[at..]
                        .iter()
                        .take_while(|other| other.is_alphanumeric() || **other == '_')
                        .count();
                found.push((line, Token::Word(characters[at..end].iter().collect())));
                end
            }
            (':', Some(':')) => {
                found.push((line, Token::Colons));
                at + 2
            }
            _ => {
                if !character.is_whitespace() {
                    found.push((
                        line,
                        match character {
                            '{' => Token::Open,
                            '}' => Token::Close,
                            _ => Token::Other,
                        },
                    ));
                }
                at + 1
            }
        };
        line += characters[at..end.min(characters.len())]
            .iter()
            .filter(|character| **character == '\n')
            .count();
        at = end;
    }
    found
}

fn end_of_line(characters: &[char], at: usize) -> usize {
    at + characters[at..].iter().take_while(|character| **character != '\n').count()
}

fn end_of_comment(characters: &[char], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < characters.len() {
        match (characters[at], characters.get(at + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                at += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn end_of_text(characters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < characters.len() {
        match characters[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// The number of `#` if a raw text begins here.
fn raw_hashes(characters: &[char], at: usize) -> Option<usize> {
    let hashes = characters[at + 1..].iter().take_while(|character| **character == '#').count();
    (characters.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn end_of_raw_text(characters: &[char], start: usize) -> usize {
    let hashes = raw_hashes(characters, start).unwrap_or_default();
    let mut at = start + hashes + 2;
    while at < characters.len() {
        let closes = characters[at] == '"'
            && characters[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        if closes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

/// A character in quotes, or the mark before a lifetime.
fn end_of_character(characters: &[char], at: usize) -> usize {
    match (characters.get(at + 1), characters.get(at + 2)) {
        (Some('\\'), _) => {
            at + 3 + characters.iter().skip(at + 3).take_while(|c| **c != '\'').count() + 1
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{check_app, check_pure};

    fn problems(path: &str, text: &str) -> Vec<String> {
        check_app(path, text).into_iter().map(|breach| breach.problem).collect()
    }

    #[test]
    fn arrows_down_pass() {
        let page = "use crate::{state::use_draft, ui::field::TextField, i18n::t};\n\
                    use cpor_rules::Step;\nuse super::shell;";
        assert_eq!(problems("pages/wizard/customer.rs", page), [""; 0]);
        assert_eq!(problems("storage/tx.rs", "use crate::platform::clock;"), [""; 0]);
        assert_eq!(problems("app.rs", "use crate::{pages, storage};"), [""; 0]);
    }

    #[test]
    fn a_page_that_reaches_past_the_state_fails() {
        assert_eq!(
            problems("pages/claims.rs", "use crate::{state, storage::drafts};"),
            ["pages may not use storage"]
        );
        assert_eq!(
            problems("pages/claims.rs", "fn f() { leptos::web_sys::window(); }"),
            ["pages may not use web_sys"]
        );
        assert_eq!(
            problems("pages/wizard/steps/a.rs", "use super::super::super::super::api::send;"),
            ["pages may not use api"]
        );
    }

    #[test]
    fn arrows_up_fail_wherever_the_path_stands() {
        assert_eq!(
            problems("platform/clock.rs", "type T = crate::state::Clock;"),
            ["platform may not use state"]
        );
        assert_eq!(
            problems("ui/badge.rs", "use cpor_rules::Status;"),
            ["ui may not use cpor_rules"]
        );
        assert_eq!(
            problems("sync/driver.rs", "use leptos::prelude::*;"),
            ["sync may not use leptos"]
        );
    }

    #[test]
    fn comments_and_texts_say_what_they_like() {
        let text = "//! crate::storage\n/* /* crate::api */ web_sys::x */\n\
                    const A: &str = \"crate::storage::x\"; const B: &str = r#\"web_sys::\"y\"#;\n\
                    fn f<'a>(c: &'a char) -> bool { *c == '\"' || *c == '\\'' }\nuse crate::state::s;";
        assert_eq!(problems("pages/a.rs", text), [""; 0]);
    }

    #[test]
    fn the_place_of_a_breach_is_file_and_line() {
        let breaches = check_app("ui/a.rs", "\n\nuse crate::state;\n");
        assert_eq!(breaches[0].place, "src/ui/a.rs:3");
    }

    #[test]
    fn a_clock_or_chance_in_a_pure_crate_fails() {
        assert_eq!(check_pure("rules/a.rs", "let t = chrono::Utc::now();").len(), 1);
        assert_eq!(check_pure("sync/a.rs", "use std::time::{Instant, SystemTime};").len(), 0);
        assert_eq!(check_pure("sync/a.rs", "let t = SystemTime::now();").len(), 1);
        assert_eq!(check_pure("sync/a.rs", "let n: u8 = rand::random();").len(), 1);
        assert_eq!(check_pure("sync/a.rs", "let t = ctx.now;").len(), 0);
    }
}
