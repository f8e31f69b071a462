//! Runs that failed once, kept as text and run first ever after.
//!
//! The deeds themselves are kept, not the seed: a seed means another run when
//! the generator changes.

use crate::deed::Deed;
use crate::scenario::Scenario;
use std::fmt::Write as _;

/// A kept run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Name of its file.
    pub name: String,
    /// What it found.
    pub found: String,
    /// The run.
    pub scenario: Scenario,
}

/// Writes a run: what it found, the scenario, then a deed a line.
pub fn write(found: &str, scenario: &Scenario) -> String {
    let mut text = String::new();
    for line in found.lines() {
        text.push_str("# ");
        text.push_str(line);
        text.push('\n');
    }
    // Numbers and names have a JSON form, and a string takes every text.
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    let _ = writeln!(text, "{}", json(serde_json::to_string(scenario)));
    for deed in &scenario.deeds {
        let _ = writeln!(text, "{}", json(serde_json::to_string(deed)));
    }
    text
}

/// Reads a kept run.
///
/// # Errors
/// When a line is not what it should be.
pub fn read(name: &str, text: &str) -> Result<Kept, String> {
    let mut found = Vec::new();
    let mut scenario: Option<Scenario> = None;
    for (number, line) in text.lines().enumerate() {
        let wrong = |error: serde_json::Error| format!("{name}, line {}: {error}", number + 1);
        if let Some(comment) = line.strip_prefix('#') {
            found.push(comment.trim());
        } else if line.trim().is_empty() {
        } else if let Some(scenario) = &mut scenario {
            scenario.deeds.push(serde_json::from_str::<Deed>(line).map_err(wrong)?);
        } else {
            scenario = Some(serde_json::from_str(line).map_err(wrong)?);
        }
    }
    let scenario = scenario.ok_or_else(|| format!("{name} holds no run"))?;
    Ok(Kept { name: name.to_owned(), found: found.join("\n"), scenario })
}

/// Every kept run, by name.
///
/// # Errors
/// When the folder or a file of it cannot be read.
pub fn all(folder: &std::path::Path) -> Result<Vec<Kept>, String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut kept = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            kept.push(read(&name, &std::fs::read_to_string(&path).map_err(wrong)?)?);
        }
    }
    kept.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(kept)
}
