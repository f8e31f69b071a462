//! `wasm-opt` from the npm package `binaryen`: two seconds instead of the eight
//! minutes that building it from source takes.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use super::{Tools, node};
use crate::{
    process,
    project::{BINARYEN_VERSION, Project},
    report::Outcome,
};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    let version = BINARYEN_VERSION.to_owned();
    let on_path = process::on_path("wasm-opt")
        .and_then(|program| process::answer(program, &["--version"]))
        .is_some_and(|said| said.split_whitespace().any(|word| word == version));
    if on_path {
        return Ok(Outcome::AlreadyThere(version));
    }
    let home = project.tools.join(format!("binaryen-{version}"));
    let folder = home.join("node_modules/.bin");
    tools.add_folder(&folder);
    // Its own program takes most of a second to say its version, so the folder's
    // name, which carries it, has to be enough.
    if folder.join("wasm-opt").exists() {
        return Ok(Outcome::AlreadyThere(version));
    }
    node::ensure()?;
    fs::create_dir_all(&home).with_context(|| format!("could not make {}", home.display()))?;
    process::run_quietly(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--prefix"])
            .arg(&home)
            .arg(format!("binaryen@{version}"))
            .current_dir(&home),
    )
    .context("wasm-opt could not be installed; the npm registry must be reachable once")?;
    Ok(Outcome::Done(format!("{version} installed")))
}
