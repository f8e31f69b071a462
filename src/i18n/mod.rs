//! Texts in the user's language.
//!
//! English is compiled in, so there is always a text; other languages are
//! files of the same keys, loaded when they are chosen. The pseudo-language
//! makes texts longer and stranger, to find what is cut or not translated.
//!
//! ```ignore
//! view! { <h1>{move || t(T::ClaimsTitle)}</h1> }
//! tf(T::StepOf, &[("n", "2"), ("total", "8")]) // "Step 2 of 8"
//! ```

pub mod catalogue;
pub mod format;
pub mod names;
pub mod places;
pub mod problem_text;
mod pseudo;
mod texts;

use catalogue::Catalogue;
use leptos::prelude::*;
use std::sync::Arc;

/// A text of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct T(&'static Text);

#[derive(Debug, PartialEq, Eq)]
struct Text {
    key: &'static str,
    english: &'static str,
}

impl T {
    /// Its name in the files of other languages.
    pub const fn key(self) -> &'static str {
        self.0.key
    }

    /// The English text.
    pub const fn english(self) -> &'static str {
        self.0.english
    }
}

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Traditional Chinese as written in Taiwan.
    ZhHantTw,
    /// English made strange, for tests.
    Pseudo,
}

impl Locale {
    /// The language tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHantTw => "zh-Hant-TW",
            Self::Pseudo => "en-XA",
        }
    }

    /// The language with this tag; English for any other.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "zh-Hant-TW" => Self::ZhHantTw,
            "en-XA" => Self::Pseudo,
            _ => Self::En,
        }
    }
}

/// The present language and its texts.
#[derive(Clone, Copy)]
pub struct I18n {
    /// The language.
    pub locale: RwSignal<Locale>,
    /// Texts of a language that is not compiled in.
    pub catalogue: RwSignal<Option<Arc<Catalogue>>>,
}

impl I18n {
    /// Makes it and provides it.
    pub fn provide() -> Self {
        let i18n = Self { locale: RwSignal::new(Locale::En), catalogue: RwSignal::new(None) };
        provide_context(i18n);
        i18n
    }

    /// Switches the language. A language that needs texts comes with them.
    pub fn switch(self, locale: Locale, catalogue: Option<Catalogue>) {
        batch(self, locale, catalogue);
    }
}

fn batch(i18n: I18n, locale: Locale, catalogue: Option<Catalogue>) {
    i18n.catalogue.set(catalogue.map(Arc::new));
    i18n.locale.set(locale);
}

/// The language of the app.
///
/// # Panics
/// Outside the app.
pub fn use_i18n() -> I18n {
    expect_context()
}

/// A text in the present language, tracked.
pub fn t(text: T) -> String {
    // A callback may outlive the page it came from; English is better than a panic.
    let Some(i18n) = use_context::<I18n>().or_else(remembered) else {
        return text.english().to_owned();
    };
    match i18n.locale.try_get() {
        Some(Locale::ZhHantTw) => i18n
            .catalogue
            .with(|catalogue| {
                catalogue.as_ref().and_then(|known| known.get(text)).map(str::to_owned)
            })
            .unwrap_or_else(|| text.english().to_owned()),
        Some(Locale::Pseudo) => pseudo::pseudo(text.english()),
        Some(Locale::En) | None => text.english().to_owned(),
    }
}

thread_local! {
    /// The app's language for callbacks that run outside any owner.
    static REMEMBERED: std::cell::Cell<Option<I18n>> = const { std::cell::Cell::new(None) };
}

/// Lets callbacks outside any owner (a timer, an answer of the network) speak
/// the app's language.
pub fn remember(i18n: I18n) {
    REMEMBERED.set(Some(i18n));
}

fn remembered() -> Option<I18n> {
    REMEMBERED.get()
}

/// The present language wherever one is: inside the app or in a callback of it.
pub fn locale() -> Locale {
    use_context::<I18n>()
        .or_else(remembered)
        .and_then(|i18n| i18n.locale.try_get())
        .unwrap_or_default()
}

/// A text that follows the language by itself. All of them are of one type, so
/// a view pays for the text and not for another closure.
pub fn ts(text: T) -> Signal<String> {
    Signal::derive(move || t(text))
}

/// A text with its `{names}` filled in, tracked.
pub fn tf(text: T, values: &[(&str, &str)]) -> String {
    fill(&t(text), values)
}

/// One of two texts by number, tracked. Chinese has one form for all numbers.
pub fn tn(number: u32, one: T, other: T) -> String {
    t(if number == 1 { one } else { other })
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(value);
        } else {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Makes the texts from a list of `Key: "English"`.
///
/// Each is a constant of its own and no table of them is compiled in, so that
/// the splitter leaves a text with the page that shows it.
macro_rules! text_list {
    ($($key:ident: $english:literal,)*) => {
        #[expect(non_upper_case_globals, missing_docs, reason = "each text says what it is")]
        impl T {
            $(pub const $key: T = T(&Text { key: stringify!($key), english: $english });)*

            /// All texts, in order.
            #[cfg(test)]
            pub const ALL: &'static [T] = &[$(T::$key,)*];
        }
    };
}
use text_list;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_and_unknown_ones_stay() {
        assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "{a}")]), "1 of {a}");
        assert_eq!(fill("{a} of {c", &[("a", "1")]), "1 of {c");
        assert_eq!(fill("{x}", &[]), "{x}");
    }
}
