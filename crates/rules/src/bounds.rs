//! What a draft may hold at most, however unfinished it is.
//!
//! A draft may be incomplete, and the rules say when. It may not be absurd: a
//! server keeps it for years and shows it to others. An app does not run into
//! this, since what it sends is in normal form, and judged.

use crate::draft::Draft;
use crate::field::Field;
use crate::poe::{FILE_KINDS, MAX_FILES};
use std::fmt;

/// Most characters of a text of one line. What a rule asks of it is less.
pub const MAX_LINE: usize = 1_000;
/// Most characters of a text of several lines. What a rule asks of it is less.
pub const MAX_LINES: usize = 10_000;
/// Most characters of a file's name: no file system takes more.
pub const MAX_FILE_NAME: usize = 255;
/// Most bytes that a file may be said to have. What is taken is less.
pub const MAX_SAID_BYTES: u64 = 1_000_000_000;
/// Most entries of a list.
pub const MAX_ENTRIES: usize = 200;

/// What is absurd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absurd {
    /// A control character, or one that turns the direction of writing.
    Unseen,
    /// A text that is too long.
    TooLong(usize),
    /// A list that is too long.
    TooMany(usize),
    /// A file larger than any that is taken.
    TooLarge(u64),
    /// A media type that is not taken.
    MediaType,
}

impl fmt::Display for Absurd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unseen => {
                f.write_str("holds a control character, or one that turns the direction of writing")
            }
            Self::TooLong(max) => write!(f, "has more than {max} characters"),
            Self::TooMany(max) => write!(f, "has more than {max} entries"),
            Self::TooLarge(max) => write!(f, "is larger than {max} bytes"),
            Self::MediaType => f.write_str("has a media type that is not taken"),
        }
    }
}

/// Whether a character cannot be seen and can mislead: `exe.fdp` can be made to
/// read `pdf.exe`. The joiners that scripts need are none.
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether no text may hold this character. What parts words or lines is brought
/// into normal form instead.
fn is_hostile(character: char) -> bool {
    is_unseen(character) && !matches!(character, '\n' | '\r' | '\t')
}

/// Whether the field has several lines.
pub const fn has_lines(field: Field) -> bool {
    matches!(field, Field::Comment | Field::PoeFileComment(_))
}

/// Takes out of a text what cannot be seen. In a text of one line a tab or a new
/// line becomes a blank, so that words stay apart.
pub fn clear(text: &mut String, has_lines: bool) {
    if !text.contains(is_unseen) {
        return;
    }
    if !has_lines {
        *text = text.replace(['\n', '\r', '\t'], " ");
    }
    text.retain(|character| !is_hostile(character));
}

/// The first thing in a draft that nobody could have meant.
pub fn absurd(draft: &Draft) -> Option<(Field, Absurd)> {
    let lists = [
        (Field::Workloads, draft.workloads.len(), MAX_ENTRIES),
        (Field::Products, draft.products.len(), MAX_ENTRIES),
        (Field::PoeNamesItems, draft.poe_names_items.len(), MAX_ENTRIES),
        // Two people may each have added as many, and choose later.
        (Field::PoeFiles, draft.poe_files.len(), 2 * MAX_FILES),
    ];
    if let Some((field, _, max)) = lists.into_iter().find(|(_, length, max)| length > max) {
        return Some((field, Absurd::TooMany(max)));
    }
    let entries = |at: fn(u16) -> Field, count: usize| (0..count).map(move |i| Field::at(at, i));
    let texts = Field::KINDS
        .iter()
        .copied()
        .chain(entries(Field::Workload, draft.workloads.len()))
        .chain(entries(Field::Product, draft.products.len()))
        .chain(entries(Field::SubscriptionId, draft.products.len()))
        .chain(entries(Field::PoeFile, draft.poe_files.len()))
        .chain(entries(Field::PoeFileComment, draft.poe_files.len()))
        .chain(entries(Field::PoeAcknowledgedOn, draft.poe_files.len()))
        .map(|field| (field, draft.text(field)));
    let named = draft.poe_names_items.iter().map(|code| (Field::PoeNamesItems, code.as_str()));
    let hashes = (0..).zip(&draft.poe_files).map(|(i, file)| (Field::PoeFile(i), &*file.sha256));
    for (field, text) in texts.chain(named).chain(hashes) {
        let max = match field {
            _ if has_lines(field) => MAX_LINES,
            Field::PoeFile(_) => MAX_FILE_NAME,
            _ => MAX_LINE,
        };
        if text.contains(is_hostile) {
            return Some((field, Absurd::Unseen));
        }
        if text.chars().nth(max).is_some() {
            return Some((field, Absurd::TooLong(max)));
        }
    }
    (0..).zip(&draft.poe_files).find_map(|(index, file)| {
        let field = Field::PoeFile(index);
        if file.size_bytes > MAX_SAID_BYTES {
            return Some((field, Absurd::TooLarge(MAX_SAID_BYTES)));
        }
        let is_taken = FILE_KINDS.iter().any(|kind| kind.media_type == file.media_type);
        (!is_taken && !file.media_type.is_empty()).then_some((field, Absurd::MediaType))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::PoeFile;

    fn named(name: &str) -> Draft {
        Draft { claim_name: name.into(), ..Draft::default() }
    }

    fn with_file(file: PoeFile) -> Draft {
        Draft { poe_files: vec![file], ..Draft::default() }
    }

    #[test]
    fn a_draft_may_be_incomplete_and_not_absurd() {
        assert_eq!(absurd(&Draft::default()), None);
        for name in ["a\0b", "a\u{202e}gnp.exe", "a\u{2067}b", "\u{feff}a"] {
            assert_eq!(absurd(&named(name)), Some((Field::ClaimName, Absurd::Unseen)), "{name:?}");
        }
        // Joiners and marks are part of scripts and of emoji.
        assert_eq!(absurd(&named("می\u{200c}خواهم 👩\u{200d}💻 \u{200f}שלום")), None);
        assert_eq!(absurd(&named(&"名".repeat(MAX_LINE))), None);
        let long = named(&"名".repeat(MAX_LINE + 1));
        assert_eq!(absurd(&long), Some((Field::ClaimName, Absurd::TooLong(MAX_LINE))));
        let lines = |text: &str| Draft { comment: text.into(), ..Draft::default() };
        assert_eq!(absurd(&lines("one\r\n\ttwo")), None);
        assert_eq!(absurd(&lines("one\u{7}")), Some((Field::Comment, Absurd::Unseen)));
        let long = lines(&"y".repeat(MAX_LINES + 1));
        assert_eq!(absurd(&long), Some((Field::Comment, Absurd::TooLong(MAX_LINES))));
    }

    #[test]
    fn lists_and_files_have_bounds() {
        let many = Draft { workloads: vec![String::new(); MAX_ENTRIES + 1], ..Draft::default() };
        assert_eq!(absurd(&many), Some((Field::Workloads, Absurd::TooMany(MAX_ENTRIES))));
        let second = Draft { workloads: vec!["teams".into(), "x\0".into()], ..Draft::default() };
        assert_eq!(absurd(&second), Some((Field::Workload(1), Absurd::Unseen)));
        let named = Draft { poe_names_items: vec!["x".repeat(MAX_LINE + 1)], ..Draft::default() };
        assert_eq!(absurd(&named), Some((Field::PoeNamesItems, Absurd::TooLong(MAX_LINE))));
        let file = PoeFile { name: "a.pdf".into(), ..PoeFile::default() };
        assert_eq!(absurd(&with_file(file.clone())), None);
        for (file, expected) in [
            (PoeFile { name: "x\u{202e}fdp.pdf".into(), ..file.clone() }, Absurd::Unseen),
            (PoeFile { name: "z".repeat(256), ..file.clone() }, Absurd::TooLong(MAX_FILE_NAME)),
            (PoeFile { sha256: "0".repeat(256), ..file.clone() }, Absurd::TooLong(MAX_FILE_NAME)),
            (
                PoeFile { size_bytes: 1_000_000_000_000_000, ..file.clone() },
                Absurd::TooLarge(MAX_SAID_BYTES),
            ),
            (PoeFile { media_type: "text/html".into(), ..file }, Absurd::MediaType),
        ] {
            assert_eq!(absurd(&with_file(file)), Some((Field::PoeFile(0), expected)));
        }
    }

    #[test]
    fn the_normal_form_of_a_text_holds_nothing_unseen() {
        let mut draft = named("\u{202e}Contoso\tQ2\0\n");
        draft.comment = "one\r\n\u{2066}two\u{1b}".into();
        draft.customer_contact.email = "ana@\u{feff}contoso.com".into();
        draft
            .poe_files
            .push(PoeFile { name: "x\u{202e}fdp.\u{7}pdf".into(), ..PoeFile::default() });
        let normal = draft.normalised();
        assert_eq!(normal.claim_name, "Contoso Q2");
        assert_eq!(normal.comment, "one\r\ntwo");
        assert_eq!(normal.customer_contact.email, "ana@contoso.com");
        assert_eq!(normal.poe_files[0].name, "xfdp.pdf");
        assert_eq!(absurd(&normal), None);
    }
}
