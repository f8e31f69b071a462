//! Identifiers as people paste them, and their normal form.
//!
//! Two steps for each kind: `normal_…` cleans what can be cleaned and leaves
//! the rest as typed (safe to show and store), and `parse` says whether the
//! result can be used and, if not, why.

use std::fmt;

/// Customers' all-zero GUID: the right shape, but never a tenant.
const ZERO_GUID: &str = "00000000-0000-0000-0000-000000000000";

/// Groups of a GUID, in hex digits.
const GUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// Why a text is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuidProblem {
    /// Nothing was typed.
    Empty,
    /// It is a domain name.
    LooksLikeDomain,
    /// More than one GUID stands in the text.
    Several,
    /// 32 hex digits are needed; so many were found.
    Digits(usize),
    /// A character that is no hex digit.
    Character(char),
    /// All zeros.
    Zero,
}

/// A GUID in normal form: lower case, with hyphens, without braces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(String);

impl Guid {
    /// Reads a GUID out of what was typed or pasted.
    ///
    /// Braces, blanks, upper case, full-width digits, missing hyphens and a
    /// line of text around it are fine.
    ///
    /// # Errors
    /// Says what keeps the text from being a GUID.
    pub fn parse(text: &str) -> Result<Self, GuidProblem> {
        let text = plain(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(GuidProblem::Empty);
        }
        let found = match guids_in(text).as_slice() {
            [] => compact_guid(text)?,
            [only] => only.clone(),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => first.clone(),
            _ => return Err(GuidProblem::Several),
        };
        if found == ZERO_GUID { Err(GuidProblem::Zero) } else { Ok(Self(found)) }
    }

    /// The GUID as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The GUID in normal form, or the trimmed text if there is none.
pub fn normal_guid(text: &str) -> String {
    Guid::parse(text).map_or_else(|_| text.trim().to_owned(), |guid| guid.0)
}

/// Every hyphenated GUID that stands in the text by itself.
fn guids_in(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|token| {
            let groups: Vec<&str> = token.split('-').collect();
            groups.len() == GUID_GROUPS.len()
                && groups.iter().zip(GUID_GROUPS).all(|(group, length)| {
                    group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit())
                })
        })
        .map(str::to_ascii_lowercase)
        .collect()
}

/// A GUID written without hyphens, or with blanks in it.
fn compact_guid(text: &str) -> Result<String, GuidProblem> {
    let value = after_label(text);
    if looks_like_domain(value) {
        return Err(GuidProblem::LooksLikeDomain);
    }
    let mut digits = String::with_capacity(32);
    for c in value.chars() {
        match c {
            '{' | '}' | '(' | ')' | '-' | '"' | '\'' => {}
            c if c.is_whitespace() => {}
            c if c.is_ascii_hexdigit() => digits.push(c.to_ascii_lowercase()),
            c => return Err(GuidProblem::Character(c)),
        }
    }
    if digits.len() != 32 {
        return Err(GuidProblem::Digits(digits.len()));
    }
    let mut out = String::with_capacity(36);
    let mut rest = digits.as_str();
    for (index, length) in GUID_GROUPS.into_iter().enumerate() {
        if index > 0 {
            out.push('-');
        }
        let (group, tail) = rest.split_at(length);
        out.push_str(group);
        rest = tail;
    }
    Ok(out)
}

/// What follows the label in a pasted line such as `Tenant ID: 8f…`.
fn after_label(text: &str) -> &str {
    text.rsplit_once([':', '=']).map_or(text, |(_, value)| value.trim())
}

fn looks_like_domain(text: &str) -> bool {
    text.contains('.') && Domain::parse(text).is_ok()
}

/// The least and most digits that we accept. Examples have seven, one has six;
/// no document gives a limit.
pub const PARTNER_ID_DIGITS: (usize, usize) = (5, 10);

/// Why a text is not a Partner ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerIdProblem {
    /// Nothing was typed.
    Empty,
    /// Something else than digits.
    NotNumeric,
    /// Digits, but too few or too many.
    Length,
}

/// The ID of a partner location: digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartnerId(String);

impl PartnerId {
    /// Reads a Partner ID; blanks around and between digits do not matter.
    ///
    /// # Errors
    /// Says what keeps the text from being a Partner ID.
    pub fn parse(text: &str) -> Result<Self, PartnerIdProblem> {
        let digits: String = plain(text).chars().filter(|c| !c.is_whitespace()).collect();
        if digits.is_empty() {
            Err(PartnerIdProblem::Empty)
        } else if !digits.bytes().all(|b| b.is_ascii_digit()) {
            Err(PartnerIdProblem::NotNumeric)
        } else if digits.len() < PARTNER_ID_DIGITS.0 || digits.len() > PARTNER_ID_DIGITS.1 {
            Err(PartnerIdProblem::Length)
        } else {
            Ok(Self(digits))
        }
    }

    /// The ID as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The Partner ID in normal form, or the trimmed text if it is none.
pub fn normal_partner_id(text: &str) -> String {
    PartnerId::parse(text).map_or_else(|_| text.trim().to_owned(), |id| id.0)
}

/// A domain name such as `contoso.com` or `contoso.onmicrosoft.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// Not a domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADomain;

impl Domain {
    /// Reads a domain name; a scheme, a path and a final dot are dropped.
    ///
    /// # Errors
    /// When it is not two or more labels of at most 63 characters, 253 in all (RFC 1035).
    pub fn parse(text: &str) -> Result<Self, NotADomain> {
        let text = plain(text).trim().to_ascii_lowercase();
        let host =
            text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.strip_suffix('.').unwrap_or(host);
        let labels: Vec<&str> = host.split('.').collect();
        let well_formed = host.len() <= 253
            && labels.len() >= 2
            && labels.iter().all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
            // 192.168.0.1 has the shape, but no tenant has it as its name.
            && !labels.last().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()));
        if well_formed { Ok(Self(host.to_owned())) } else { Err(NotADomain) }
    }

    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both belong to one organisation as far as names tell: equal, or
    /// one a part of the other.
    pub fn is_related_to(&self, other: &Self) -> bool {
        let below = |inner: &str, outer: &str| {
            inner.strip_suffix(outer).is_some_and(|head| head.is_empty() || head.ends_with('.'))
        };
        below(&self.0, &other.0) || below(&other.0, &self.0)
    }

    /// Whether this is the name that Microsoft gives each new tenant; a mail
    /// address rarely ends in it, so comparing with it tells nothing.
    pub fn is_initial_tenant_domain(&self) -> bool {
        self.0.ends_with(".onmicrosoft.com")
    }
}

/// The domain in normal form, or the trimmed text if it is none.
pub fn normal_domain(text: &str) -> String {
    Domain::parse(text).map_or_else(|_| text.trim().to_owned(), |domain| domain.0)
}

/// Why a text is not an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing was typed.
    Empty,
    /// No `@`, or nothing on one side of it.
    NoAt,
    /// What follows the `@` is not a domain name.
    Domain,
    /// A blank, a second `@`, brackets or a dot too many in it.
    Character,
}

/// An email address; only its shape is checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address; `mailto:` and `Name <address>` are understood.
    ///
    /// # Errors
    /// Says what keeps the text from being an address.
    pub fn parse(text: &str) -> Result<Self, EmailProblem> {
        let text = plain(text);
        let mut text = text.trim();
        if let Some(rest) = text.strip_suffix('>')
            && let Some((_, address)) = rest.rsplit_once('<')
        {
            text = address.trim();
        }
        text = text.strip_prefix("mailto:").unwrap_or(text);
        if text.is_empty() {
            return Err(EmailProblem::Empty);
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(EmailProblem::NoAt);
        };
        if local.is_empty() || domain.is_empty() {
            return Err(EmailProblem::NoAt);
        }
        if local.len() > 64 || !local.split('.').all(is_atom) {
            return Err(EmailProblem::Character);
        }
        // A scheme or path would be dropped from a domain; in an address it is a mistake.
        let well_formed = !domain.contains(['/', '?', '#']);
        match Domain::parse(domain) {
            Ok(domain) if well_formed && local.len() + domain.0.len() < 254 => {
                Ok(Self(format!("{local}@{}", domain.0)))
            }
            _ => Err(EmailProblem::Domain),
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the `@`.
    pub fn domain(&self) -> Domain {
        Domain(self.0.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned()))
    }
}

/// Whether this can stand between the dots before the `@` without quotes
/// (RFC 5322, and RFC 6531 for other scripts); mail systems refuse the rest.
fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| {
            c.is_ascii_alphanumeric()
                || "!#$%&'*+-/=?^_`{|}~".contains(c)
                || !(c.is_ascii() || c.is_whitespace() || c.is_control())
        })
}

/// The address in normal form, or the trimmed text if it is none.
pub fn normal_email(text: &str) -> String {
    Email::parse(text).map_or_else(|_| text.trim().to_owned(), |email| email.0)
}

/// Whether nothing in the text can be seen: a name of blanks and characters
/// without width is no name.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_without_width(c))
}

const fn is_without_width(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Full-width letters and digits (as Chinese and Japanese keyboards type them),
/// the hyphens that word processors put in, and characters without width
/// become what was meant.
fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
            '\u{3000}' | '\u{00A0}' => Some(' '),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            '。' => Some('.'),
            c if is_without_width(c) => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";

    #[test]
    fn a_tenant_id_is_read_however_it_is_pasted() {
        for typed in [
            "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47",
            " {3C7A4F0E-91D2-4B7E-8A55-0D9F6B2C1E47} ",
            "3c7a4f0e91d24b7e8a550d9f6b2c1e47",
            "3c7a4f0e 91d2 4b7e 8a55 0d9f6b2c1e47",
            "Tenant ID: 3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47",
            "租用戶識別碼：3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47（Contoso）",
            "Directory ID = 3C7A4F0E91D24B7E8A550D9F6B2C1E47",
            "３ｃ７ａ４ｆ０ｅ－９１ｄ２－４ｂ７ｅ－８ａ５５－０ｄ９ｆ６ｂ２ｃ１ｅ４７",
            "3c7a4f0e–91d2–4b7e–8a55–0d9f6b2c1e47",
            "https://portal.azure.com/#@3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47/resource",
        ] {
            assert_eq!(Guid::parse(typed).map(|g| g.0), Ok(TENANT.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_tenant_id_says_why() {
        assert_eq!(Guid::parse("  "), Err(GuidProblem::Empty));
        assert_eq!(Guid::parse("contoso.onmicrosoft.com"), Err(GuidProblem::LooksLikeDomain));
        assert_eq!(Guid::parse(ZERO_GUID), Err(GuidProblem::Zero));
        assert_eq!(Guid::parse(&TENANT[..35]), Err(GuidProblem::Digits(31)));
        assert_eq!(
            Guid::parse("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e4g"),
            Err(GuidProblem::Character('g'))
        );
        let two = format!("{TENANT} 11111111-2222-3333-4444-555555555555");
        assert_eq!(Guid::parse(&two), Err(GuidProblem::Several));
    }

    #[test]
    fn a_partner_id_is_digits_only() {
        assert_eq!(PartnerId::parse(" 123 4566 ").map(|p| p.0), Ok("1234566".to_owned()));
        assert_eq!(PartnerId::parse("１２３４５６６").map(|p| p.0), Ok("1234566".to_owned()));
        assert_eq!(PartnerId::parse("MPN-1234566"), Err(PartnerIdProblem::NotNumeric));
        assert_eq!(PartnerId::parse("1234"), Err(PartnerIdProblem::Length));
        assert_eq!(PartnerId::parse("12345678901"), Err(PartnerIdProblem::Length));
        assert_eq!(PartnerId::parse(""), Err(PartnerIdProblem::Empty));
    }

    #[test]
    fn a_domain_needs_two_labels() {
        assert_eq!(normal_domain(" https://Contoso.COM/start "), "contoso.com");
        assert!(Domain::parse("contoso").is_err());
        assert!(Domain::parse("-contoso.com").is_err());
        assert!(Domain::parse("con toso.com").is_err());
        assert!(Domain::parse("192.168.0.1").is_err());
        assert!(Domain::parse(&format!("{}.com", "a".repeat(64))).is_err());
        assert!(Domain::parse(&format!("{}.com", "a".repeat(63))).is_ok());
    }

    #[test]
    fn an_address_may_be_pasted_with_its_name() {
        assert_eq!(normal_email("Mei-Ling Chen <mei@Fabrikam.com>"), "mei@fabrikam.com");
        assert_eq!(normal_email("mailto:mei@fabrikam.com"), "mei@fabrikam.com");
        assert_eq!(Email::parse("mei"), Err(EmailProblem::NoAt));
        assert_eq!(Email::parse("mei@"), Err(EmailProblem::NoAt));
        assert_eq!(Email::parse("mei@fabrikam"), Err(EmailProblem::Domain));
        assert_eq!(Email::parse("mei chen@fabrikam.com"), Err(EmailProblem::Character));
        assert_eq!(Email::parse("a@b@fabrikam.com"), Err(EmailProblem::Character));
        for refused in ["ana..b", "ana.", ".ana", "(a)", "\"a\"", "a[b", "a\\b"] {
            let typed = format!("{refused}@fabrikam.com");
            assert_eq!(Email::parse(&typed), Err(EmailProblem::Character), "{typed}");
        }
        for taken in ["ana.b", "o'neil+cpor", "a-b_c", "名"] {
            let typed = format!("{taken}@fabrikam.com");
            assert_eq!(Email::parse(&typed).map(|email| email.0), Ok(typed.clone()), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_blank() {
        for text in ["", " \t", "\u{200b}\u{feff}", "\u{2067}\u{2069}", "\u{0}"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("\u{202e}a"));
        assert_eq!(normal_guid(&format!("\u{2068}{TENANT}\u{2069}")), TENANT);
    }

    #[test]
    fn related_domains_share_their_end() {
        let domain = |text| Domain::parse(text).unwrap();
        assert!(domain("mail.contoso.com").is_related_to(&domain("contoso.com")));
        assert!(domain("contoso.com").is_related_to(&domain("contoso.com")));
        assert!(!domain("notcontoso.com").is_related_to(&domain("contoso.com")));
    }
}
