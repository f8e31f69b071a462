//! Kinto, a server of JSON records with revisions that clients synchronise with: the peer
//! that `cargo xtask bench server` measures beside ours.
//!
//! It goes to a Python environment below Cargo's target folder, in the versions of
//! `kinto-requirements.txt` and nothing else.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{Tools, apt};
use crate::{process, project::Project, report::Outcome};

const REQUIREMENTS: &str = include_str!("kinto-requirements.txt");
/// Of it, what Debian and its relatives keep apart from Python itself.
const PACKAGES: &[&str] = &["python3", "python3-venv"];

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    let folder = project.scratch().join("kinto");
    let programs = folder.join("bin");
    tools.kinto = Some(programs.clone());
    let wanted = crate::dist::hex(&Sha256::digest(REQUIREMENTS));
    let stamp = folder.join("requirements-hash");
    let version = version().to_owned();
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(Outcome::AlreadyThere(version));
    }
    if make_environment(&folder).is_err() {
        apt::install(PACKAGES, "Python with its module venv")?;
        make_environment(&folder)?;
    }
    let list = folder.join("requirements.txt");
    fs::write(&list, REQUIREMENTS)
        .with_context(|| format!("could not write {}", list.display()))?;
    process::run_quietly(
        Command::new(programs.join("python3"))
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "-r"])
            .arg(&list),
    )
    .context("Kinto could not be installed; the Python package index must be reachable once")?;
    fs::write(&stamp, wanted).with_context(|| format!("could not write {}", stamp.display()))?;
    Ok(Outcome::Done(format!("{version} installed")))
}

fn make_environment(folder: &Path) -> Result<()> {
    process::run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))
}

/// The version of Kinto that is pinned.
pub fn version() -> &'static str {
    pinned("kinto")
}

/// The version of a package that is pinned; empty where none is.
pub fn pinned(package: &str) -> &'static str {
    REQUIREMENTS
        .lines()
        .filter_map(|line| line.split_once("=="))
        .find(|(name, _)| *name == package)
        .map_or("", |(_, version)| version)
}

#[cfg(test)]
mod tests {
    use super::{REQUIREMENTS, pinned, version};

    #[test]
    fn every_package_is_pinned() {
        let packages = REQUIREMENTS.lines().filter(|line| !line.starts_with('#'));
        for line in packages {
            assert!(
                line.split_once("==").is_some_and(|(_, version)| !version.is_empty()),
                "{line}"
            );
        }
        assert!(!version().is_empty() && !pinned("pyuwsgi").is_empty());
    }
}
