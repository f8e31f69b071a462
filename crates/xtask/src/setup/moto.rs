//! moto, in Python: the S3 server that the tests of the server use.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{Tools, apt};
use crate::{
    process,
    project::{MOTO_VERSION, Project},
    report::Outcome,
};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    if let Some(python) = process::on_path("python3").filter(|python| has_moto(python)) {
        tools.moto = Some(python);
        return Ok(Outcome::AlreadyThere(MOTO_VERSION.to_owned()));
    }
    let home = project.scratch().join(format!("moto-{MOTO_VERSION}"));
    let python = home.join("bin/python");
    if has_moto(&python) {
        tools.moto = Some(python);
        return Ok(Outcome::AlreadyThere(MOTO_VERSION.to_owned()));
    }
    make(&home).or_else(|_| {
        // Debian leaves out of Python what makes such a folder.
        apt::install(&["python3", "python3-venv"], "Python with venv")?;
        make(&home)
    })?;
    process::run_quietly(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg(format!("moto[server]=={MOTO_VERSION}")),
    )
    .context("moto could not be installed; the Python registry must be reachable once")?;
    tools.moto = Some(python);
    Ok(Outcome::Done(format!("{MOTO_VERSION} installed")))
}

/// Makes a folder for packages of Python, anew.
fn make(home: &PathBuf) -> Result<()> {
    if home.exists() {
        fs::remove_dir_all(home).with_context(|| format!("could not remove {}", home.display()))?;
    }
    process::run_quietly(Command::new("python3").args(["-m", "venv"]).arg(home))
        .context("Python 3 with venv is missing")
}

/// Whether this Python has moto, in our version, and what its server needs.
fn has_moto(python: &Path) -> bool {
    let program = "import moto.server, moto; print(moto.__version__)";
    process::answer(python, &["-c", program]).as_deref() == Some(MOTO_VERSION)
}
