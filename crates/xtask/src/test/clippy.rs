//! `clippy`: no warning, neither natively nor for the browser.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::Bench;
use crate::{
    process,
    project::{Project, WASM_TARGET},
    verdicts,
};

/// By this the driver is told that no warning passes.
pub(super) const LINTS: (&str, &str) =
    ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");

pub(super) fn run(bench: &Bench) -> Result<()> {
    // The browser tests include this file, so they do not compile without it.
    verdicts::write(bench.project)?;
    let native = ["--workspace", "--all-targets"];
    let wasm = ["--package", "cpor-claims", "--target", WASM_TARGET, "--all-targets"];
    for what in [&native[..], &wasm] {
        // What is built with the lints is taken as it is by the tests.
        let builds = bench.lints.borrow().is_some();
        let mut command = if builds {
            bench.cargo(&[&["build"][..], what].concat())?
        } else {
            bench.plain_cargo(&[&["clippy"][..], what, &["--", "-D", "warnings"]].concat())?
        };
        let passed = process::run_and_repeat(&mut command);
        if passed.is_err() {
            // What breaks a lint works all the same, and its tests say so.
            bench.lints.take();
        }
        passed?;
    }
    Ok(())
}

/// What `cargo clippy` lets Cargo start in place of the compiler; `None` where there is none,
/// or one that would let a warning pass: how it is told of its lints is documented nowhere.
pub(super) fn driver(project: &Project) -> Result<Option<PathBuf>> {
    let Some(folder) = process::answer("rustc", &["--print", "sysroot"]) else { return Ok(None) };
    let driver =
        PathBuf::from(folder).join(format!("bin/clippy-driver{}", env::consts::EXE_SUFFIX));
    let scratch = project.scratch().join("lints");
    fs::create_dir_all(&scratch).context("could not make a folder")?;
    let breaks_one = scratch.join("breaks_one.rs");
    fs::write(&breaks_one, "pub fn is_none(of: &[u8]) -> bool { of.len() == 0 }\n")
        .context("could not write")?;
    let mut command = Command::new(&driver);
    command.args(["rustc", "--crate-type=lib", "--emit=metadata", "--edition=2024", "--out-dir"]);
    command.arg(&scratch).arg(&breaks_one).env(LINTS.0, LINTS.1);
    let is_refused = command.output().is_ok_and(|output| {
        !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("clippy::")
    });
    Ok(is_refused.then_some(driver))
}
