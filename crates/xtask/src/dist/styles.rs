//! One style sheet from many: `@import "x.css";` lines of `style/main.css` are
//! replaced by the files they name, and comments and indentation go.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{read_text, write};

/// The entry file, which is also the name of the bundle.
pub(super) const SHEET: &str = "main.css";
const OPENING: &str = "@import \"";

/// Puts the bundle where Trunk put the entry file.
pub(super) fn bundle(sources: &Path, staging: &Path) -> Result<()> {
    let text = resolve(&sources.join(SHEET), &mut Vec::new(), &read_text)?;
    write(&staging.join(SHEET), minify(&text))
}

/// The text of a sheet with its imports put in their places.
fn resolve(
    sheet: &Path,
    open: &mut Vec<PathBuf>,
    read: &impl Fn(&Path) -> Result<String>,
) -> Result<String> {
    if open.iter().any(|other| other == sheet) {
        bail!("{} imports itself", sheet.display());
    }
    open.push(sheet.to_path_buf());
    let mut text = String::new();
    for line in read(sheet)?.lines() {
        let Some(rest) = line.trim().strip_prefix(OPENING) else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        let (name, rest) = rest
            .split_once('"')
            .with_context(|| format!("{}: an @import without an end", sheet.display()))?;
        let imported = sheet.with_file_name("").join(name);
        let inner = resolve(&imported, open, read)?;
        match layer(rest.trim()) {
            Some("") => text.push_str(&inner),
            Some(layer) => {
                text.push_str("@layer ");
                text.push_str(layer);
                text.push_str(" {\n");
                text.push_str(&inner);
                text.push_str("}\n");
            }
            None => bail!(
                "{}: only `@import \"file.css\";` and `@import \"file.css\" layer(name);` are understood",
                sheet.display()
            ),
        }
    }
    open.pop();
    // A browser nests what follows a brace that is not closed, and says nothing.
    let bare = minify(&text);
    let (opened, closed) = (bare.matches('{').count(), bare.matches('}').count());
    if opened != closed {
        bail!("{}: {opened} braces are opened and {closed} closed", sheet.display());
    }
    Ok(text)
}

/// The layer in what follows an import's name: empty text for none.
fn layer(rest: &str) -> Option<&str> {
    let rest = rest.strip_suffix(';')?.trim();
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix("layer(")?.strip_suffix(')')
}

/// Leaves out comments, indentation and empty lines. Deliberately no more: what
/// is left compresses to within a percent of what a real minifier gives.
fn minify(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    // A quoted text may contain what looks like the start of a comment.
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        bare.push_str(before);
        if from.starts_with("/*") {
            rest = from.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(quote) = from.chars().next().filter(|first| *first != '/') {
            let end = end_of_quoted(from, quote);
            bare.push_str(&from[..end]);
            rest = &from[end..];
        } else {
            bare.push('/');
            rest = &from[1..];
        }
    }
    bare.push_str(rest);
    let mut lines = String::with_capacity(bare.len());
    for line in bare.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines.push_str(line);
        lines.push('\n');
    }
    lines
}

/// The length of the quoted text at the start of `text`, both quotes included.
fn end_of_quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if character == quote {
            return at + character.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use anyhow::{Result, bail};

    use super::{minify, resolve};

    fn sheet(path: &Path) -> Result<String> {
        Ok(match path.to_str() {
            Some("style/main.css") => {
                "@layer a, b;\n@import \"a.css\" layer(a);\n@import \"ui/b.css\";\n"
            }
            Some("style/a.css") => "x { y: z }\n",
            Some("style/ui/b.css") => "@import \"c.css\";\n",
            Some("style/ui/c.css") => "deep { y: z }\n",
            Some("style/loop.css") => "@import \"loop.css\";\n",
            _ => bail!("there is no {}", path.display()),
        }
        .to_owned())
    }

    #[test]
    fn a_brace_that_is_not_closed_is_an_error_that_names_the_sheet() {
        let sheet = |text: &str| {
            let text = text.to_owned();
            resolve(Path::new("style/main.css"), &mut Vec::new(), &move |_: &Path| Ok(text.clone()))
        };
        assert!(sheet("a { color: red; } /* { */").is_ok());
        let refusal = sheet("a { color: red;\nb { margin: 0; }").unwrap_err().to_string();
        assert_eq!(refusal, "style/main.css: 2 braces are opened and 1 closed");
    }

    #[test]
    fn imports_are_resolved_beside_the_sheet_that_names_them() {
        let text = resolve(Path::new("style/main.css"), &mut Vec::new(), &sheet).unwrap();
        assert_eq!(text, "@layer a, b;\n@layer a {\nx { y: z }\n}\ndeep { y: z }\n");
    }

    #[test]
    fn a_sheet_that_imports_itself_is_an_error() {
        assert!(resolve(Path::new("style/loop.css"), &mut Vec::new(), &sheet).is_err());
    }

    #[test]
    fn minifying_keeps_quoted_text() {
        let css =
            "/* why */\na {\n  content: \"/* kept */ \\\" \";\n\n  width: calc(1px / 2);\n}\n";
        assert_eq!(minify(css), "a {\ncontent: \"/* kept */ \\\" \";\nwidth: calc(1px / 2);\n}\n");
    }
}
