//! The texts of one language: a JSON object of keys and texts.

use super::T;
use std::collections::HashMap;

/// The texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue(HashMap<String, String>);

/// A file that is no catalogue.
#[derive(Debug)]
pub struct NotACatalogue;

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// When the text is not a JSON object of texts.
    pub fn parse(json: &str) -> Result<Self, NotACatalogue> {
        serde_json::from_str(json).map(Self).map_err(|_| NotACatalogue)
    }

    /// A text, if the catalogue holds it.
    pub fn get(&self, text: T) -> Option<&str> {
        self.0.get(text.key()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::pseudo::pseudo;

    const ZH: &str = include_str!("../../public/i18n/zh-Hant-TW.json");

    /// The `{names}` in a text, sorted.
    fn names(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}').map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_text_is_there_in_chinese_with_the_same_names() {
        let texts: HashMap<String, String> = serde_json::from_str(ZH).unwrap();
        for (key, english) in T::ALL.iter().map(|text| (text.key(), text.english())) {
            let chinese = texts.get(key).unwrap_or_else(|| panic!("{key} is missing"));
            assert!(!chinese.trim().is_empty(), "{key} is empty");
            assert_eq!(names(chinese), names(english), "{key}");
        }
        for key in texts.keys() {
            assert!(T::ALL.iter().any(|text| text.key() == key), "{key} is not used any more");
        }
    }

    #[test]
    fn the_pseudo_language_is_longer_and_keeps_names() {
        for english in T::ALL.iter().map(|text| text.english()) {
            let pseudo = pseudo(english);
            assert_eq!(names(&pseudo), names(english));
            let (longer, before) = (pseudo.chars().count(), english.chars().count());
            assert!(longer * 10 >= before * 14, "{english}");
        }
    }

    #[test]
    fn no_text_says_invalid_or_shouts() {
        for english in T::ALL.iter().map(|text| text.english()) {
            assert!(!english.to_lowercase().contains("invalid"), "{english}");
            assert!(!english.contains('!'), "{english}");
        }
    }
}
