//! Media queries and languages.

/// Whether a media query holds now, such as `(prefers-reduced-motion: reduce)`.
pub fn matches(query: &str) -> bool {
    super::window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// The languages that the browser asks for, the first one first.
pub fn languages() -> Vec<String> {
    let Some(window) = super::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}
