//! `schemathesis`, which holds the server against its own description.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use super::{Tools, apt};
use crate::{
    process,
    project::{Project, SCHEMATHESIS_VERSION},
    report::Outcome,
};

/// Finds it in a virtual environment of its own, or installs it there.
pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    let version = SCHEMATHESIS_VERSION.to_owned();
    let home = project.tools.join(format!("schemathesis-{version}"));
    let programs = home.join("bin");
    tools.schemathesis = Some(programs.clone());
    // Written last, so that a set-up that broke off is made anew.
    let stamp = home.join("complete");
    if stamp.exists() {
        return Ok(Outcome::AlreadyThere(version));
    }
    if process::answer("python3", &["-c", "import ensurepip"]).is_none() {
        apt::install(&["python3-venv"], "Python with virtual environments")?;
    }
    process::run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))
        .context("could not make a virtual environment for schemathesis")?;
    process::run_quietly(
        Command::new(programs.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .arg(format!("schemathesis=={version}")),
    )
    .context("schemathesis could not be installed; PyPI must be reachable once")?;
    fs::write(&stamp, "").with_context(|| format!("could not write {}", stamp.display()))?;
    Ok(Outcome::Done(format!("{version} installed")))
}
