//! A letter as a message: headers, plain text, HTML.

use super::letter::{Letter, Words, one_line};
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use std::error::Error;
use std::fmt::Write as _;

type BoxError = Box<dyn Error + Send + Sync>;

/// What a message needs besides its letter.
pub(super) struct Envelope<'a> {
    pub(super) id: &'a str,
    pub(super) from: &'a Address,
    pub(super) link: &'a str,
    pub(super) at: DateTime<Utc>,
}

/// Whether the recipient's address is one.
pub(super) fn has_address(letter: &Letter) -> bool {
    letter.to.1.parse::<Address>().is_ok()
}

/// Builds the message.
pub(super) fn message(letter: &Letter, envelope: &Envelope<'_>) -> Result<Message, BoxError> {
    let words = letter.words();
    let (name, address) = &letter.to;
    let from = Mailbox::new(Some("CPOR Claims".to_owned()), envelope.from.clone());
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new(Some(name.clone()), address.parse()?))
        .subject(one_line(&words.subject))
        .date(envelope.at.into())
        .message_id(Some(format!("<{}@{}>", envelope.id, envelope.from.domain())))
        // No out-of-office answer to a program.
        .header(AutoSubmitted)
        .header(ContentLanguage(letter.language.tag()));
    // A copy that cannot be sent must not keep the mail from its recipient.
    if let Some(copy) = letter.copy_to.as_ref().and_then(|copy| copy.parse().ok()) {
        builder = builder.cc(Mailbox::new(None, copy));
    }
    let plain = plain_text(letter, &words, envelope.link);
    let html = html(letter, &words, envelope.link);
    Ok(builder.multipart(MultiPart::alternative_plain_html(plain, html))?)
}

/// The plain text.
pub(super) fn plain_text(letter: &Letter, words: &Words, link: &str) -> String {
    let mut text = format!("{}\n\n{}\n\n", words.greeting, words.asks);
    let items: Vec<&str> = letter.items.iter().map(String::as_str).collect();
    for (heading, lines) in [
        (words.items_heading, items.as_slice()),
        (words.seen_heading, words.seen),
        (words.unseen_heading, words.unseen),
    ] {
        // Writing to a string cannot fail.
        writeln!(text, "{heading}").unwrap_or_default();
        for line in lines {
            writeln!(text, "  - {line}").unwrap_or_default();
        }
        text.push('\n');
    }
    for line in
        [words.nothing_to_do, &format!("{}\n{link}", words.decline), &words.questions, words.sender]
    {
        writeln!(text, "{line}\n").unwrap_or_default();
    }
    text
}

fn html(letter: &Letter, words: &Words, link: &str) -> String {
    let list = |lines: &mut dyn Iterator<Item = &str>| {
        lines.fold(String::new(), |html, line| html + "<li>" + &escaped(line) + "</li>")
    };
    let section = |heading: &str, items: String| format!("<h2>{heading}</h2><ul>{items}</ul>");
    let mut body = format!("<p>{}</p><p>{}</p>", escaped(&words.greeting), escaped(&words.asks));
    body += &section(words.items_heading, list(&mut letter.items.iter().map(String::as_str)));
    body += &section(words.seen_heading, list(&mut words.seen.iter().copied()));
    body += &section(words.unseen_heading, list(&mut words.unseen.iter().copied()));
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body>{body}<p><strong>{}</strong></p><p>{} <a href=\"{}\">{}</a></p><p>{}</p><p>{}</p>\
         </body></html>",
        letter.language.tag(),
        escaped(&words.subject),
        words.nothing_to_do,
        words.decline,
        escaped(link),
        words.link,
        escaped(&words.questions),
        words.sender,
    )
}

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut html, c| {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
        html
    })
}

#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, BoxError> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[derive(Clone)]
struct ContentLanguage(&'static str);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, BoxError> {
        Err("only written, never read".into())
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{HeaderValue as Parsed, MessageParser};

    const HOSTILE: [&str; 9] = [
        "Ana\r\nBcc: victim@example.com",
        "Ana\nSubject: other\n\nbody",
        "Ana\rX-Evil: 1",
        "Ana <victim@example.com>, Eve",
        "\" <victim@example.com>",
        "a,b;c:(d) \\ \"e\"",
        "=?utf-8?Q?=0D=0ABcc:_victim@example.com?=",
        "<script>alert(1)</script>\u{202e}",
        "陳小姐\u{0}\u{2028}Bcc: victim@example.com",
    ];

    fn raw(letter: &Letter) -> Vec<u8> {
        let from = "no-reply@claims.example".parse().unwrap();
        let envelope = Envelope {
            id: "m1",
            from: &from,
            link: "https://claims.example/consent/abc",
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
        };
        message(letter, &envelope).unwrap().formatted()
    }

    #[test]
    fn no_name_begins_a_header_or_adds_a_recipient() {
        for hostile in HOSTILE {
            let draft = cpor_rules::Draft {
                customer_contact: cpor_rules::Contact {
                    name: hostile.into(),
                    email: "ana@contoso.com".into(),
                    ..Default::default()
                },
                partner_contact: cpor_rules::PartnerContact {
                    name: hostile.into(),
                    email: "wei@fabrikam.example".into(),
                },
                workloads: vec![format!("other:{hostile}")],
                solution_area: Some(cpor_rules::SolutionArea::ModernWorkAndSecurity),
                ..Default::default()
            };
            let letter = Letter { partner: one_line(hostile), ..Letter::about(&draft) };
            let raw = raw(&letter);
            let parsed = MessageParser::default().parse(&raw).unwrap();
            let mut names: Vec<_> = parsed.headers().iter().map(|h| h.name().to_owned()).collect();
            names.sort_unstable();
            let expected = [
                "Auto-Submitted",
                "Content-Language",
                "Content-Type",
                "Date",
                "From",
                "MIME-Version",
                "Message-ID",
                "Subject",
                "To",
            ];
            assert_eq!(names, expected, "{hostile:?}");
            let to = parsed.to().unwrap();
            let addresses: Vec<_> = to.iter().filter_map(|to| to.address()).collect();
            assert_eq!(addresses, ["ana@contoso.com"], "{hostile:?}");
            assert!(parsed.bcc().is_none() && parsed.cc().is_none());
            let html = parsed.body_html(0).unwrap();
            assert!(!html.contains("<script>"), "{html}");
        }
    }

    #[test]
    fn names_and_subject_arrive_as_they_were_typed() {
        let letter = Letter {
            language: cpor_rules::MailLanguage::TraditionalChinese,
            partner: "晨光科技 \"A\"".into(),
            to: ("陳小姐, CIO".into(), "chen@contoso.com".into()),
            ..Letter::default()
        };
        let raw = raw(&letter);
        assert!(raw.is_ascii());
        let parsed = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some("陳小姐, CIO"));
        assert_eq!(parsed.subject(), Some("晨光科技 \"A\" 申請登記為貴公司的合作夥伴"));
        assert!(
            matches!(parsed.header("Content-Language"), Some(Parsed::Text(tag)) if tag == "zh-Hant-TW")
        );
    }

    #[test]
    fn a_copy_with_no_address_is_left_out() {
        let to = ("Ana".to_owned(), "ana@contoso.com".to_owned());
        let letter = Letter { to, copy_to: Some("not an address".into()), ..Letter::default() };
        let raw = raw(&letter);
        assert!(MessageParser::default().parse(&raw).unwrap().cc().is_none());
    }
}
