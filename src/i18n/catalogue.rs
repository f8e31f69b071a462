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

    /// Syllables of an English word, by its groups of vowels.
    fn syllables(word: &str) -> usize {
        let word = word.to_lowercase();
        let is_vowel = |letter: char| "aeiouy".contains(letter);
        let groups = word.split(|letter| !is_vowel(letter)).filter(|group| !group.is_empty());
        let silent = word.ends_with('e') && !word.ends_with("le");
        groups.count().saturating_sub(usize::from(silent)).max(1)
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a few thousand words")]
    fn twelve_year_olds_can_read_the_texts() {
        // Flesch-Kincaid: the school grade, to which five years are added.
        let (mut sentences, mut words, mut spoken) = (0, 0, 0);
        for english in T::ALL.iter().map(|text| text.english()) {
            for sentence in english.split_inclusive(['.', '?', ':', ';']) {
                let of_sentence: Vec<&str> = sentence
                    .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
                    .filter(|word| !word.is_empty())
                    .collect();
                sentences += usize::from(!of_sentence.is_empty());
                words += of_sentence.len();
                spoken += of_sentence.iter().map(|word| syllables(word)).sum::<usize>();
            }
        }
        let (sentences, words, spoken) = (sentences as f64, words as f64, spoken as f64);
        let age = 0.39 * words / sentences + 11.8 * spoken / words - 15.59 + 5.0;
        assert!(words > 2_000.0, "these are not the texts");
        assert!(age <= 12.0, "one has to be {age:.1} years old");
    }
}
