//! The compile target of the app, for the toolchain in use.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{process, project::WASM_TARGET, report::Outcome};

pub(super) fn ensure() -> Result<Outcome> {
    // The library folder exists exactly when the target is installed, whether
    // rustup, a distribution or anybody else put it there.
    let folder = process::answer("rustc", &["--print", "target-libdir", "--target", WASM_TARGET]);
    if folder.is_some_and(|folder| std::path::Path::new(&folder).is_dir()) {
        return Ok(Outcome::AlreadyThere(WASM_TARGET.to_owned()));
    }
    let Some(active) = process::answer("rustup", &["show", "active-toolchain"]) else {
        bail!(
            "the compiler lacks the target {WASM_TARGET} and rustup is not on the PATH: \
             install rustup, or the target by the means your Rust came with"
        );
    };
    let toolchain = active.split_whitespace().next().unwrap_or("stable");
    process::run(Command::new("rustup").args([
        "target",
        "add",
        WASM_TARGET,
        "--toolchain",
        toolchain,
    ]))?;
    Ok(Outcome::Done(format!("{WASM_TARGET} added to {toolchain}")))
}
