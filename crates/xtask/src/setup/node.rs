//! Node.js runs Playwright and `wasm-opt`; it is a prerequisite like Rust.

use anyhow::{Result, bail};

use super::apt;
use crate::{process, report::Outcome};

/// Playwright asks for at least this.
const OLDEST_MAJOR: u32 = 18;

pub(super) fn ensure() -> Result<Outcome> {
    if let Some(version) = version()? {
        return Ok(Outcome::AlreadyThere(version));
    }
    apt::install(&["nodejs", "npm"], &format!("Node.js {OLDEST_MAJOR} or later with npm"))?;
    match version()? {
        Some(version) => Ok(Outcome::Done(format!("{version} installed"))),
        None => bail!("Node.js was installed but is not on the PATH: open a new shell and retry"),
    }
}

/// The version of Node.js here; `None` without it or without npm.
fn version() -> Result<Option<String>> {
    let Some(version) = process::answer("node", &["--version"]) else {
        return Ok(None);
    };
    if process::on_path("npm").is_none() {
        return Ok(None);
    }
    if major(&version).is_none_or(|major| major < OLDEST_MAJOR) {
        bail!("Node.js {version} is too old: install version {OLDEST_MAJOR} or later and retry");
    }
    Ok(Some(version))
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_the_number_before_the_first_point() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
