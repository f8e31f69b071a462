//! `cargo xtask rulebook`: prints the rule book from the rules themselves.

use std::fs;

use anyhow::{Context, Result};

use crate::project::Project;

/// Writes `docs/rules.md`.
pub fn run(project: &Project) -> Result<()> {
    let path = project.root.join("docs/rules.md");
    fs::write(&path, cpor_rules::rulebook::markdown())
        .with_context(|| format!("could not write {}", path.display()))?;
    println!("wrote docs/rules.md");
    Ok(())
}
