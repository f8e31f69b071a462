//! Compile targets besides that of this machine, for the toolchain in use.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{process, report::Outcome};

/// Uses a target that is there, added by rustup if need be.
pub(super) fn ensure(target: &str) -> Result<Outcome> {
    // The library folder exists exactly when the target is installed, whether
    // rustup, a distribution or anybody else put it there.
    let folder = process::answer("rustc", &["--print", "target-libdir", "--target", target]);
    if folder.is_some_and(|folder| std::path::Path::new(&folder).is_dir()) {
        return Ok(Outcome::AlreadyThere(target.to_owned()));
    }
    let Some(active) = process::answer("rustup", &["show", "active-toolchain"]) else {
        bail!(
            "the compiler lacks the target {target} and rustup is not on the PATH: \
             install rustup, or the target by the means your Rust came with"
        );
    };
    let toolchain = active.split_whitespace().next().unwrap_or("stable");
    process::run(Command::new("rustup").args(["target", "add", target, "--toolchain", toolchain]))?;
    Ok(Outcome::Done(format!("{target} added to {toolchain}")))
}
