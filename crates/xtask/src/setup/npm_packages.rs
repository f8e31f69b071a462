//! The packages of the end-to-end suite, of the example that it starts, and of the provider
//! of identities, exactly as their lock files say.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::node;
use crate::{process, project::Project, report::Outcome};

/// A provider of OpenID Connect.
const PROVIDER: &str = "tests/oidc";

pub(super) fn ensure(project: &Project) -> Result<Outcome> {
    ensure_all(&[
        project.end_to_end(),
        project.root.join("examples/small-backend"),
        project.root.join(PROVIDER),
    ])
}

/// The provider alone, which the tests of the server start.
pub(super) fn ensure_provider(project: &Project) -> Result<Outcome> {
    ensure_all(&[project.root.join(PROVIDER)])
}

fn ensure_all(folders: &[PathBuf]) -> Result<Outcome> {
    let mut is_new = false;
    for folder in folders {
        is_new |= ensure_in(folder)?;
    }
    Ok(if is_new {
        Outcome::Done("installed as locked".to_owned())
    } else {
        Outcome::AlreadyThere("as locked".to_owned())
    })
}

/// Whether anything had to be installed.
fn ensure_in(folder: &Path) -> Result<bool> {
    let lock_path = folder.join("package-lock.json");
    let lock =
        fs::read(&lock_path).with_context(|| format!("could not read {}", lock_path.display()))?;
    let wanted = crate::dist::hex(&Sha256::digest(&lock));
    let stamp = folder.join("node_modules/.lock-file-hash");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(false);
    }
    node::ensure()?;
    process::run_quietly(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder)
            // The browser comes from the system.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )
    .context("the test packages could not be installed; the npm registry must be reachable once")?;
    fs::write(&stamp, wanted).with_context(|| format!("could not write {}", stamp.display()))?;
    Ok(true)
}
