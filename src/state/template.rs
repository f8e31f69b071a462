//! The proof template with a claim's own data in it.
//!
//! The template is a Word document that comes with the app; its fields are
//! content controls, found by their tags. A field of which the claim knows
//! nothing keeps its placeholder, so that it is seen to be empty.

use crate::lazy;
use crate::platform::{binary_file, files, task};
use cpor_rules::{Draft, PublicSector, SolutionArea};
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A language that the template is there in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Traditional Chinese.
    Chinese,
}

impl Language {
    /// Where the empty template is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::English => "/templates/proof-of-execution.docx",
            Self::Chinese => "/templates/proof-of-execution.zh-Hant-TW.docx",
        }
    }
}

/// The template could not be loaded, filled or handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFilled;

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The part of the document that holds its text.
const TEXT_PART: &str = "word/document.xml";
/// Lines for claimed items that the template has.
const LINES: usize = 5;
/// Ids of the content controls in added lines begin here; those of the template are below.
const FIRST_ID: usize = 1000;
/// Most characters of the claim's name in the name of the file.
const MAX_NAME: usize = 60;

/// Fetches what fills the template, and lets it do so.
pub fn download(
    draft: Draft,
    organisation: String,
    language: Language,
    done: impl FnOnce(Result<(), NotFilled>) + 'static,
) {
    task::spawn(async move {
        let made = match lazy::template(draft, organisation, language).await {
            Ok(made) => made.await,
            Err(_) => Err(NotFilled),
        };
        done(made);
    });
}

/// Fills the template and hands it to the person as a file. Nothing but
/// [`crate::lazy`] calls it: what reads and writes the document is large.
///
/// # Errors
/// [`NotFilled`] when the template cannot be had now, or the browser refuses.
pub async fn hand_over(
    draft: Draft,
    organisation: String,
    language: Language,
) -> Result<(), NotFilled> {
    let template = binary_file::load(language.path()).await.ok_or(NotFilled)?;
    let filled = filled(&template, &draft.normalised(), &organisation)?;
    files::download(&file_name(&draft.claim_name), MEDIA_TYPE, &filled)
        .then_some(())
        .ok_or(NotFilled)
}

/// A name that every file system takes.
fn file_name(claim: &str) -> String {
    let words: String =
        claim.chars().take(MAX_NAME).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let name = words.split_whitespace().collect::<Vec<_>>().join("-");
    let dash = if name.is_empty() { "" } else { "-" };
    format!("proof-of-execution{dash}{name}.docx")
}

/// The template with the claim's data.
fn filled(template: &[u8], draft: &Draft, organisation: &str) -> Result<Vec<u8>, NotFilled> {
    let mut archive = ZipArchive::new(Cursor::new(template)).map_err(|_| NotFilled)?;
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| NotFilled)?;
        if !part.name().is_ok_and(|name| name == TEXT_PART) {
            made.raw_copy_file(part).map_err(|_| NotFilled)?;
            continue;
        }
        let mut text = String::new();
        part.read_to_string(&mut text).map_err(|_| NotFilled)?;
        let text = with_fields(&with_lines(&text, draft), draft, organisation);
        made.start_file(TEXT_PART, options).map_err(|_| NotFilled)?;
        made.write_all(text.as_bytes()).map_err(|_| NotFilled)?;
    }
    made.finish().map(Cursor::into_inner).map_err(|_| NotFilled)
}

/// What a field of the template is filled with.
enum Entry {
    Text(String),
    Ticked,
}

/// The claim's data for the fields of the template; `None` where it has none.
/// `is_first` tells apart the partner company and the person who signs for it,
/// which have one tag.
fn entry(tag: &str, is_first: bool, draft: &Draft, organisation: &str) -> Option<Entry> {
    let text = match tag {
        "partner.name" if is_first => organisation,
        "partner.name" => &draft.partner_contact.name,
        "partner_id" => &draft.partner_id,
        "customer_name" => &draft.customer_name,
        "domain" => &draft.domain,
        "tenant_id" => &draft.tenant_id,
        "project" => &draft.claim_name,
        "customer.name" => &draft.customer_contact.name,
        "customer.title" => &draft.customer_contact.title,
        "ps_no" => {
            return (draft.public_sector == Some(PublicSector::No)).then_some(Entry::Ticked);
        }
        // The customer confirms it by signing, whether or not it has by now.
        "ps_yes" => {
            let is_public = draft.public_sector.is_some_and(|answer| answer != PublicSector::No);
            return is_public.then_some(Entry::Ticked);
        }
        _ => return item_entry(tag, draft).map(Entry::Text),
    };
    (!text.is_empty()).then(|| Entry::Text(text.to_owned()))
}

/// What stands in a line of section 4.
fn item_entry(tag: &str, draft: &Draft) -> Option<String> {
    let (index, column) = {
        let rest = tag.strip_prefix("item.")?;
        rest.split_once('.').unwrap_or((rest, ""))
    };
    let index: usize = index.parse().ok()?;
    let code = *draft.claimed_items().get(index)?;
    let text = match column {
        "" => draft.edition.get().item_name(code),
        "subscription_id" if draft.solution_area == Some(SolutionArea::BusinessApplications) => {
            &draft.products.get(index)?.subscription_id
        }
        // Workloads have no subscription, and that is no gap.
        "subscription_id" => "–",
        _ => return None,
    };
    (!text.is_empty()).then(|| text.to_owned())
}

const ROW: &str = "<w:tr>";
const ROW_END: &str = "</w:tr>";

/// As many lines in section 4 as the claim has items; all of them while it has none.
fn with_lines(text: &str, draft: &Draft) -> String {
    let wanted = draft.claimed_items().len();
    let row_of = |line: usize| {
        let at = text.find(&format!("w:val=\"item.{line}\""))?;
        let from = text[..at].rfind(ROW)?;
        Some(from..at + text[at..].find(ROW_END)? + ROW_END.len())
    };
    let (Some(first), Some(last)) = (row_of(0), row_of(LINES - 1)) else { return text.to_owned() };
    if wanted == 0 {
        return text.to_owned();
    }
    let pattern = &text[last.clone()];
    let mut lines = String::new();
    for line in 0..wanted {
        match row_of(line) {
            Some(row) if line < LINES => lines.push_str(&text[row]),
            _ => lines.push_str(&another_line(pattern, line)),
        }
    }
    format!("{}{lines}{}", &text[..first.start], &text[last.end..])
}

/// The last line of the template once more, with tags and ids of its own.
fn another_line(pattern: &str, line: usize) -> String {
    const ID: &str = "<w:id w:val=\"";
    let from = format!("\"item.{}", LINES - 1);
    let pattern = pattern.replace(&from, &format!("\"item.{line}"));
    let mut made = String::new();
    for (column, part) in pattern.split(ID).enumerate() {
        match part.find('"') {
            Some(end) if column > 0 => {
                // A line has fewer than ten fields, so no two get the same number.
                let id = FIRST_ID + line * 10 + column;
                let _ = write!(made, "{ID}{id}{}", &part[end..]);
            }
            _ => made.push_str(part),
        }
    }
    made
}

const FIELD: &str = "<w:sdt>";
const FIELD_END: &str = "</w:sdt>";
const TAG: &str = "<w:tag w:val=\"";
const CONTENT: &str = "<w:sdtContent>";
const CONTENT_END: &str = "</w:sdtContent>";

/// Fills the content controls.
fn with_fields(text: &str, draft: &Draft, organisation: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut seen: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(FIELD) {
        made.push_str(&rest[..at]);
        let end = rest[at..].find(FIELD_END).map_or(rest.len(), |end| at + end + FIELD_END.len());
        let field = &rest[at..end];
        rest = &rest[end..];
        let tag = field.split_once(TAG).and_then(|(_, after)| Some(after.split_once('"')?.0));
        let entry = tag.and_then(|tag| entry(tag, !seen.contains(&tag), draft, organisation));
        seen.extend(tag);
        made.push_str(&match entry {
            Some(Entry::Text(text)) => with_text(field, &text),
            Some(Entry::Ticked) => field
                .replace("<w14:checked w14:val=\"0\"/>", "<w14:checked w14:val=\"1\"/>")
                .replace('☐', "☒"),
            None => field.to_owned(),
        });
    }
    made.push_str(rest);
    made
}

/// The field with this text, in place of the grey placeholder and its look.
fn with_text(field: &str, text: &str) -> String {
    let Some((head, content)) = field.split_once(CONTENT) else { return field.to_owned() };
    let Some((_, tail)) = content.rsplit_once(CONTENT_END) else { return field.to_owned() };
    let head = head.replace("<w:showingPlcHdr/>", "");
    let text = escaped(text);
    format!("{head}{CONTENT}<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>{CONTENT_END}{tail}")
}

/// Text as XML has it; characters that XML cannot hold become blanks.
fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => made.push(' '),
            other if other.is_control() => made.push(' '),
            other => made.push(other),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpor_rules::{Contact, PartnerContact, ProductEntry};
    use std::collections::BTreeSet;

    const ENGLISH: &[u8] = include_bytes!("../../public/templates/proof-of-execution.docx");
    const CHINESE: &[u8] =
        include_bytes!("../../public/templates/proof-of-execution.zh-Hant-TW.docx");

    /// The document's fields as tag and text, in its order.
    fn fields(docx: &[u8]) -> Vec<(String, String)> {
        let mut archive = ZipArchive::new(Cursor::new(docx)).unwrap();
        let mut text = String::new();
        archive.by_name(TEXT_PART).unwrap().read_to_string(&mut text).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let named = |node: &roxmltree::Node, name: &str| node.tag_name().name() == name;
        let mut ids = BTreeSet::new();
        document
            .descendants()
            .filter(|node| named(node, "sdt"))
            .map(|field| {
                let value = |name: &str| {
                    let node = field.descendants().find(|node| named(node, name)).unwrap();
                    let place = node.attributes().find(|it| it.name() == "val").unwrap();
                    place.value().to_owned()
                };
                assert!(ids.insert(value("id")), "two fields have one id");
                let content = field.descendants().find(|node| named(node, "sdtContent")).unwrap();
                let text = content
                    .descendants()
                    .filter(|node| named(node, "t"))
                    .filter_map(|node| node.text())
                    .collect();
                (value("tag"), text)
            })
            .collect()
    }

    fn texts<'a>(fields: &'a [(String, String)], tag: &str) -> Vec<&'a str> {
        fields.iter().filter(|(known, _)| known == tag).map(|(_, text)| text.as_str()).collect()
    }

    fn draft() -> Draft {
        Draft {
            solution_area: Some(SolutionArea::ModernWorkAndSecurity),
            claim_name: "Contoso & Söhne <phase \"2\">".into(),
            partner_id: "4391507".into(),
            tenant_id: "72f988bf-86f1-41af-91ab-2d7cd011db47".into(),
            domain: "contoso.com".into(),
            workloads: vec!["exchange-online".into(), "other:]]><w:p/>".into()],
            customer_contact: Contact {
                name: "王小明 \u{0}\u{b}O'Neil".into(),
                title: "CIO".into(),
                email: "w@contoso.com".into(),
            },
            partner_contact: PartnerContact { name: "Wei Chen".into(), email: String::new() },
            public_sector: Some(PublicSector::YesNotDisclosed),
            ..Draft::default()
        }
    }

    #[test]
    fn what_the_claim_knows_stands_in_the_document() {
        for template in [ENGLISH, CHINESE] {
            let made = fields(&filled(template, &draft(), "Fabrikam <&> Partners").unwrap());
            for (tag, expected) in [
                ("partner.name", &["Fabrikam <&> Partners", "Wei Chen"][..]),
                ("partner_id", &["4391507"]),
                ("domain", &["contoso.com"]),
                ("tenant_id", &["72f988bf-86f1-41af-91ab-2d7cd011db47"]),
                ("project", &["Contoso & Söhne <phase \"2\">"]),
                ("customer.name", &["王小明   O'Neil"]),
                ("customer.title", &["CIO"]),
                ("ps_no", &["☐"]),
                ("ps_yes", &["☒"]),
                ("item.0", &["Exchange Online"]),
                ("item.0.subscription_id", &["–"]),
                ("item.1", &["]]><w:p/>"]),
                ("item.2", &[]),
            ] {
                assert_eq!(texts(&made, tag), expected, "{tag}");
            }
        }
    }

    #[test]
    fn what_the_claim_does_not_know_keeps_its_placeholder() {
        for template in [ENGLISH, CHINESE] {
            let empty = fields(template);
            assert_eq!(fields(&filled(template, &Draft::default(), "").unwrap()), empty);
            let made = fields(&filled(template, &draft(), "Fabrikam").unwrap());
            for tag in ["customer_name", "customer.date", "activities", "milestone.0", "check.0"] {
                assert_eq!(texts(&made, tag), texts(&empty, tag), "{tag}");
            }
        }
    }

    #[test]
    fn each_item_has_a_line_of_its_own() {
        let draft = Draft {
            solution_area: Some(SolutionArea::BusinessApplications),
            products: (0..12)
                .map(|number| ProductEntry {
                    product: format!("other:Product {number}"),
                    subscription_id: format!("d3300000-0000-4000-8000-0000000000{number:02}"),
                })
                .collect(),
            ..Draft::default()
        };
        let made = fields(&filled(ENGLISH, &draft, "Fabrikam").unwrap());
        let names: Vec<&str> =
            (0..12).flat_map(|line| texts(&made, &format!("item.{line}"))).collect();
        assert_eq!(names, (0..12).map(|number| format!("Product {number}")).collect::<Vec<_>>());
        assert_eq!(
            texts(&made, "item.11.subscription_id"),
            ["d3300000-0000-4000-8000-000000000011"]
        );
        assert_eq!(texts(&made, "item.11.activity"), texts(&fields(ENGLISH), "item.4.activity"));
    }

    #[test]
    fn all_other_parts_of_the_document_stay_as_they_are() {
        let made = filled(ENGLISH, &draft(), "Fabrikam").unwrap();
        let parts = |docx: &[u8]| -> Vec<(String, Vec<u8>)> {
            let mut archive = ZipArchive::new(Cursor::new(docx.to_vec())).unwrap();
            (0..archive.len())
                .map(|index| {
                    let mut part = archive.by_index(index).unwrap();
                    let mut content = Vec::new();
                    part.read_to_end(&mut content).unwrap();
                    (part.name().unwrap().into_owned(), content)
                })
                .filter(|(name, _)| name != TEXT_PART)
                .collect()
        };
        assert_eq!(parts(&made), parts(ENGLISH));
        assert_eq!(parts(&made).len(), 8);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        assert_eq!(filled(b"<html>", &draft(), "Fabrikam"), Err(NotFilled));
    }

    #[test]
    fn the_file_is_named_after_the_claim() {
        assert_eq!(
            file_name("Contoso: Teams/Phone  \"2027\""),
            "proof-of-execution-Contoso-Teams-Phone-2027.docx"
        );
        assert_eq!(file_name("宣告 一"), "proof-of-execution-宣告-一.docx");
        assert_eq!(file_name("..."), "proof-of-execution.docx");
    }
}
