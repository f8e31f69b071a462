//! `cargo xtask layers`: arrows between the parts of the project go one way.
//!
//! `pages → state → {sync, api, storage} → platform`, `pages → ui`, and
//! `app → sync → protocol → rules ← server` between crates. The check reads paths
//! in the source text, so it needs no build and cannot be outdone by a feature.

mod crates;
mod source;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// An arrow that goes up.
#[derive(Debug, PartialEq, Eq)]
pub struct Breach {
    /// Where: a file with a line, or a crate.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

/// Checks the project and prints what breaks the rules.
pub fn run(project: &Project) -> Result<()> {
    let mut breaches = crates::check(project)?;
    let app = project.root.join("src");
    let mut files = 0;
    for (path, text) in sources(&app)? {
        files += 1;
        breaches.extend(source::check_app(&path, &text));
    }
    for pure in ["rules", "sync"] {
        for (path, text) in sources(&project.root.join("crates").join(pure).join("src"))? {
            files += 1;
            breaches.extend(source::check_pure(&format!("{pure}/{path}"), &text));
        }
    }
    for breach in &breaches {
        println!("layers {}: {}", breach.place, breach.problem);
    }
    if !breaches.is_empty() {
        bail!("{} imports go against the architecture", breaches.len());
    }
    println!("layers {files} files follow the architecture");
    Ok(())
}

/// The Rust files below a folder: path relative to it, and text.
fn sources(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for file in crate::dist::files_below(folder)? {
        if Path::new(&file).extension().is_some_and(|extension| extension == "rs") {
            let path = folder.join(&file);
            let text = fs::read_to_string(&path)
                .with_context(|| format!("could not read {}", path.display()))?;
            found.push((file, text));
        }
    }
    Ok(found)
}
