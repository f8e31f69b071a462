//! The packages of the end-to-end suite and of the example that it starts, exactly
//! as their lock files say.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::node;
use crate::{process, project::Project, report::Outcome};

pub(super) fn ensure(project: &Project) -> Result<Outcome> {
    let folders = [project.end_to_end(), project.root.join("examples/small-backend")];
    let mut is_new = false;
    for folder in folders {
        is_new |= ensure_in(&folder)?;
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
