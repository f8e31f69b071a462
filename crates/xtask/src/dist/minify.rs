//! Scripts without blanks and long names, by esbuild.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::{process, project::APP_BINARY, split};

/// Minifies the scripts that every visit fetches. Others, such as the rescue
/// page's, stay readable.
pub(super) fn scripts(staging: &Path) -> Result<()> {
    for file in [&format!("{APP_BINARY}.js"), split::LOADER, "boot.js", "early.js"] {
        let path = staging.join(file);
        if !path.exists() {
            continue;
        }
        let small = path.with_extension("min");
        process::run_quietly(
            Command::new("esbuild")
                .args(["--minify", "--log-level=warning", "--loader:.js=js"])
                .arg(format!("--outfile={}", small.display()))
                .arg(&path),
        )?;
        fs::rename(&small, &path)
            .with_context(|| format!("could not replace {}", path.display()))?;
    }
    Ok(())
}
