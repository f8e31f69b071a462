//! Names of files: for display only, never a path.

use std::fmt::Write as _;

/// Most characters of a name.
const MAX_CHARACTERS: usize = 200;

/// The name without folders, control characters and characters that turn the
/// direction of writing (`exe.fdp` can be made to read `pdf.exe`).
pub(crate) fn safe_name(name: &str) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = own
        .chars()
        .filter(|character| {
            !character.is_control()
                && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        })
        .collect();
    let clean = clean.trim_end();
    // The end is kept: it holds the extension.
    let surplus = clean.chars().count().saturating_sub(MAX_CHARACTERS);
    let kept: String = clean.chars().skip(surplus).collect();
    // Last, since what was cut may have stood before a point, which hides a file.
    kept.trim_start_matches(|first: char| first == '.' || first.is_whitespace()).to_owned()
}

/// `Content-Disposition` of a download, by RFC 6266 and RFC 8187.
pub(crate) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' => '_',
            ' '..='~' => character,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_what_could_mislead() {
        assert_eq!(safe_name("..\\..\\C:\\temp\\sow.pdf"), "sow.pdf");
        assert_eq!(safe_name("a\u{202e}fdp.exe\r\n"), "afdp.exe");
        assert_eq!(safe_name("../.hidden.pdf"), "hidden.pdf");
        assert!(safe_name(&format!("{}.pdf", "x".repeat(500))).ends_with("x.pdf"));
        // Also where something else stood before the point, or was cut.
        assert_eq!(safe_name(". .hidden.pdf"), "hidden.pdf");
        assert_eq!(
            safe_name(&format!("y.{}.pdf", "x".repeat(195))),
            format!("{}.pdf", "x".repeat(195))
        );
        assert_eq!(safe_name("工作說明書.pdf"), "工作說明書.pdf");
    }

    #[test]
    fn a_name_of_any_script_can_be_sent() {
        assert_eq!(
            disposition("a \"b\" 說.pdf"),
            "attachment; filename=\"a _b_ _.pdf\"; filename*=UTF-8''a%20%22b%22%20%E8%AA%AA.pdf"
        );
    }
}
