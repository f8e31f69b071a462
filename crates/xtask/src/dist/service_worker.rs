//! Tells the service worker which files make up this build.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::{files_below, hex, read, read_text, write};

/// The service worker's own file; its address must never change.
pub(super) const SCRIPT: &str = "sw.js";
/// Lines of the source that are replaced.
const VERSION_LINE: &str = "const VERSION = \"development\";";
const FILES_LINE: &str = "const FILES = [];";
/// Never kept: the worker itself, what only crawlers read, and the setting that
/// the worker asks the network for each time.
const NOT_KEPT: &[&str] = &[SCRIPT, "robots.txt", "config.json"];

/// Fills in the list of files and a version made from their content.
pub(super) fn write_list(staging: &Path) -> Result<()> {
    let mut kept = Vec::new();
    let mut version = Sha256::new();
    for file in files_below(staging)? {
        if NOT_KEPT.contains(&file.as_str()) {
            continue;
        }
        version.update(file.as_bytes());
        version.update(Sha256::digest(read(&staging.join(&file))?));
        kept.push(match file.as_str() {
            // By this address the page is asked for; some hosts redirect the other.
            "index.html" => "/".to_owned(),
            other => format!("/{other}"),
        });
    }
    let path = staging.join(SCRIPT);
    let mut version = hex(&version.finalize());
    version.truncate(16);
    write(&path, fill(&read_text(&path)?, &version, &kept)?)
}

fn fill(script: &str, version: &str, files: &[String]) -> Result<String> {
    if !script.contains(VERSION_LINE) || !script.contains(FILES_LINE) {
        bail!("{SCRIPT} lacks the line `{VERSION_LINE}` or `{FILES_LINE}`");
    }
    let list = serde_json::to_string(files).context("could not write the list of files")?;
    Ok(script
        .replace(VERSION_LINE, &format!("const VERSION = \"{version}\";"))
        .replace(FILES_LINE, &format!("const FILES = {list};")))
}

/// A development build has no service worker: it would show yesterday's files.
pub(super) fn remove(staging: &Path) -> Result<()> {
    let path = staging.join(SCRIPT);
    if path.exists() {
        fs::remove_file(&path).with_context(|| format!("could not remove {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn version_and_files_are_filled_in() {
        let script = "const VERSION = \"development\";\nconst FILES = [];\n";
        let filled = fill(script, "abc", &["/".to_owned(), "/a.js".to_owned()]).unwrap();
        assert_eq!(filled, "const VERSION = \"abc\";\nconst FILES = [\"/\",\"/a.js\"];\n");
    }

    #[test]
    fn a_script_without_the_lines_is_an_error() {
        assert!(fill("", "abc", &[]).is_err());
    }
}
