//! The words by which a person is found in what is stored, and what stands there instead.
//!
//! The address and the words that were given are looked for everywhere. The name is
//! looked for where it cannot be somebody else's: not in the entry of a contact with
//! another address, and not in running text if somebody else has the same name or it is
//! a single word.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in running text where the person was named.
const BLANK: &str = "[erased]";

/// By what a person is found.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    email: String,
    also: Vec<String>,
    names: BTreeSet<String>,
    /// Names that others have as well.
    shared: BTreeSet<String>,
}

/// Who stands in entries of contacts instead.
#[derive(Clone, Debug)]
pub(super) struct Instead {
    pub(super) name: String,
    pub(super) email: String,
    /// Whether it is a person, who then has the title as well.
    pub(super) is_person: bool,
}

impl Words {
    pub(super) fn new(email: &str, also: &[String]) -> Self {
        let also = also.iter().map(|word| word.trim().to_owned()).collect();
        Self { email: email.trim().to_owned(), also, ..Self::default() }
    }

    pub(super) fn email(&self) -> &str {
        &self.email
    }

    /// Notes a name of the person.
    pub(super) fn add_name(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.names.insert(name.trim().to_owned());
        }
    }

    /// Notes the names that stored JSON gives to the person, and those that it gives to
    /// others.
    pub(super) fn learn(&mut self, value: &Value, others: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some((name, email)) = contact(fields) {
                    self.learn_contact(name, email, others);
                }
                for value in fields.values() {
                    self.learn(value, others);
                }
            }
            Value::Array(values) => {
                if let [Value::String(name), Value::String(email)] = values.as_slice() {
                    self.learn_contact(name, email, others);
                }
                for value in values {
                    self.learn(value, others);
                }
            }
            _ => {}
        }
    }

    fn learn_contact(&mut self, name: &str, email: &str, others: &mut BTreeSet<String>) {
        if self.is_email(email) {
            self.add_name(name);
        } else if email.contains('@') {
            others.insert(name.trim().to_owned());
        }
    }

    /// Leaves names that others have as well alone in running text.
    pub(super) fn share(&mut self, others: &BTreeSet<String>) {
        let is_shared =
            |name: &&String| others.iter().any(|other| other.eq_ignore_ascii_case(name));
        self.shared = self.names.iter().filter(is_shared).cloned().collect();
    }

    /// All names of the person.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Names that are not looked for in running text.
    pub(super) fn left_alone(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| !self.is_searched(name))
    }

    /// What is looked for in the database.
    pub(super) fn needles(&self) -> impl Iterator<Item = &str> {
        [self.email.as_str()]
            .into_iter()
            .chain(self.also.iter().map(String::as_str))
            .chain(self.names())
    }

    pub(super) fn is_email(&self, text: &str) -> bool {
        text.trim().eq_ignore_ascii_case(&self.email)
    }

    fn is_searched(&self, name: &str) -> bool {
        let is_several = name.contains(char::is_whitespace)
            || name.chars().filter(|letter| is_ideograph(*letter)).count() > 1;
        is_several && !self.shared.contains(name)
    }

    /// Words that are looked for in running text.
    fn searched(&self) -> impl Iterator<Item = &str> {
        let names = self.names().filter(|name| self.is_searched(name));
        self.everywhere().chain(names)
    }

    fn everywhere(&self) -> impl Iterator<Item = &str> {
        [self.email.as_str()].into_iter().chain(self.also.iter().map(String::as_str))
    }

    /// Whether a text names the person.
    pub(super) fn are_in(&self, text: &str) -> bool {
        self.searched().any(|word| find(text, word).is_some()) || self.is_name(text)
    }

    /// Whether a text is nothing but a name that only this person has.
    fn is_name(&self, text: &str) -> bool {
        let is_it = |name: &String| name.eq_ignore_ascii_case(text.trim());
        self.names.iter().any(is_it) && !self.shared.iter().any(is_it)
    }

    /// The text without the person; `None` where it names the person nowhere.
    pub(super) fn cleaned(&self, text: &str, instead: &Instead) -> Option<String> {
        if self.is_email(text) {
            return Some(instead.email.clone());
        }
        if self.is_name(text) {
            return Some(instead.name.clone());
        }
        Self::without(text, self.searched())
    }

    fn without<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
        let mut cleaned = text.to_owned();
        for word in words {
            while let Some(at) = find(&cleaned, word) {
                cleaned.replace_range(at..at + word.len(), BLANK);
            }
        }
        (cleaned != text).then_some(cleaned)
    }

    /// Takes the person out of stored JSON. Whether it was there.
    pub(super) fn clean(&self, value: &mut Value, instead: &Instead) -> bool {
        match value {
            Value::String(text) => match self.cleaned(text, instead) {
                Some(cleaned) => {
                    *text = cleaned;
                    true
                }
                None => false,
            },
            Value::Array(values) => {
                values
                    .iter_mut()
                    .map(|value| self.clean(value, instead))
                    .filter(|found| *found)
                    .count()
                    > 0
            }
            Value::Object(fields) => self.clean_object(fields, instead),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn clean_object(&self, fields: &mut Map<String, Value>, instead: &Instead) -> bool {
        let whose = contact(fields).map(|(_, email)| self.is_email(email));
        let mut found = false;
        if whose == Some(true) {
            found = true;
            for (field, text) in [("name", &instead.name), ("email", &instead.email)] {
                fields.insert(field.to_owned(), Value::String(text.clone()));
            }
            if !instead.is_person && fields.contains_key("title") {
                fields.insert("title".to_owned(), Value::String(String::new()));
            }
        }
        for (field, value) in fields {
            found |= match (whose, field.as_str(), value) {
                (Some(true), "name" | "email", _) => false,
                // Somebody else, perhaps of the same name.
                (Some(false), "name", Value::String(name)) => {
                    let cleaned = Self::without(name, self.everywhere());
                    cleaned.map(|cleaned| *name = cleaned).is_some()
                }
                (_, _, value) => self.clean(value, instead),
            };
        }
        found
    }

    /// What stored JSON says of the person, by where it stands.
    pub(super) fn found_in(&self, value: &Value) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        self.look(value, String::new(), &mut found);
        found
    }

    fn look(&self, value: &Value, path: String, found: &mut BTreeMap<String, Value>) {
        let inner = |name: &str| match path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        match value {
            Value::String(text) if self.are_in(text) => {
                found.insert(path, value.clone());
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.look(value, inner(&index.to_string()), found);
                }
            }
            Value::Object(fields) => match contact(fields) {
                Some((_, email)) if self.is_email(email) => {
                    found.insert(path, value.clone());
                }
                whose => {
                    for (field, value) in fields {
                        // Of somebody else, perhaps of the same name.
                        let is_theirs = whose.is_some() && field == "name";
                        let says =
                            |text: &str| self.everywhere().any(|word| find(text, word).is_some());
                        if !is_theirs || value.as_str().is_some_and(says) {
                            self.look(value, inner(field), found);
                        }
                    }
                }
            },
            _ => {}
        }
    }
}

/// Name and address, where an object is the entry of a contact that has one.
fn contact(fields: &Map<String, Value>) -> Option<(&str, &str)> {
    let email = fields.get("email")?.as_str().filter(|email| !email.trim().is_empty())?;
    Some((fields.get("name")?.as_str()?, email))
}

/// Where a word stands in a text by itself, and not within a longer one.
fn find(text: &str, word: &str) -> Option<usize> {
    let (text_folded, word_folded) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    text_folded.match_indices(&word_folded).map(|(at, _)| at).find(|at| {
        let (before, after) = (&text[..*at], &text[at + word.len()..]);
        let ends = word.chars().next_back().is_some_and(is_letter);
        let begins = word.chars().next().is_some_and(is_letter);
        let goes_on_before = before.chars().next_back().is_some_and(|letter| {
            is_letter(letter) || (word.contains('@') && "._+-".contains(letter))
        });
        let mut next = after.chars();
        let goes_on_after = next.next().is_some_and(|letter| {
            // An address may be followed by the dot of a sentence, or by more of a domain.
            is_letter(letter)
                || (word.contains('@')
                    && "-.".contains(letter)
                    && next.next().is_some_and(is_letter))
        });
        !(begins && goes_on_before || ends && goes_on_after)
    })
}

/// A letter or digit of a script that parts words by blanks.
fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() && !is_ideograph(letter)
}

fn is_ideograph(letter: char) -> bool {
    letter >= '\u{2e80}'
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn instead() -> Instead {
        let (name, email) = ("Erased person 1", "erased-1@erased.invalid");
        Instead { name: name.into(), email: email.into(), is_person: false }
    }

    fn words() -> Words {
        let mut words = Words::new("ann@contoso.com", &["+1 555 0100".to_owned()]);
        words.add_name("Ann Bowman");
        words
    }

    #[test]
    fn words_are_found_by_themselves_alone() {
        let cases = [
            ("ask ANN@contoso.com.", Some("ask [erased].")),
            ("joann@contoso.com", None),
            ("ann@contoso.com.tw", None),
            ("dr.ann@contoso.com", None),
            ("Ann Bowmann and Joann Bowman", None),
            ("ann bowman, +1 555 0100", Some("[erased], [erased]")),
            ("ann@contoso.com", Some("erased-1@erased.invalid")),
            (" Ann Bowman ", Some("Erased person 1")),
            ("電郵ann@contoso.com給她", Some("電郵[erased]給她")),
            ("Ann", None),
        ];
        for (text, expected) in cases {
            assert_eq!(words().cleaned(text, &instead()).as_deref(), expected, "{text}");
            assert_eq!(words().are_in(text), expected.is_some(), "{text}");
        }
    }

    #[test]
    fn a_single_word_is_no_name_in_running_text() {
        let mut words = Words::new("max@contoso.com", &[]);
        words.add_name("Max");
        assert_eq!(words.cleaned("the max of all", &instead()), None);
        assert_eq!(words.cleaned("Max", &instead()).as_deref(), Some("Erased person 1"));
        assert_eq!(words.left_alone().collect::<Vec<_>>(), ["Max"]);
        words.add_name("陳偉");
        assert_eq!(words.cleaned("請問陳偉先生", &instead()).as_deref(), Some("請問[erased]先生"));
    }

    #[test]
    fn somebody_of_the_same_name_stays() {
        let stored = json!({
            "customer_contact": {"name": "Ann Bowman", "title": "CFO", "email": "Ann@contoso.com"},
            "partner_contact": {"name": "Ann Bowman", "email": "ann@fabrikam.example"},
            "technical_contact": {"name": "", "title": "", "email": ""},
            "comment": "Ann Bowman called",
        });
        let (mut words, mut others) = (Words::new("ann@contoso.com", &[]), BTreeSet::new());
        words.learn(&stored, &mut others);
        words.share(&others);
        assert_eq!(words.left_alone().collect::<Vec<_>>(), ["Ann Bowman"]);
        let mut cleaned = stored.clone();
        assert!(words.clean(&mut cleaned, &instead()));
        assert_eq!(cleaned["customer_contact"]["name"], "Erased person 1");
        assert_eq!(cleaned["customer_contact"]["title"], "");
        assert_eq!(cleaned["partner_contact"], stored["partner_contact"]);
        assert_eq!(cleaned["comment"], stored["comment"]);
        let found = words.found_in(&stored);
        assert_eq!(found.into_keys().collect::<Vec<_>>(), ["customer_contact"]);
    }

    #[test]
    fn nothing_is_left_to_find() {
        let mut stored = json!({
            "set_aside": [{"claim_name": "For Ann Bowman", "customer_contact":
                {"name": "Ann Bowman", "title": "x", "email": "ann@contoso.com"}}],
            "to": ["Ann Bowman", "ann@contoso.com"],
            "other": {"name": "Call +1 555 0100", "email": "kai@contoso.com"},
        });
        assert_eq!(words().found_in(&stored).len(), 5);
        assert!(words().clean(&mut stored, &instead()));
        assert_eq!(words().found_in(&stored), BTreeMap::new());
        assert!(!words().clean(&mut stored, &instead()));
        assert_eq!(stored["other"]["name"], "Call [erased]");
    }
}
