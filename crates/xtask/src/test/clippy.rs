//! `clippy`: no warning, neither natively nor for the browser.

use std::{env, path::PathBuf};

use anyhow::Result;

use super::Bench;
use crate::{process, project::WASM_TARGET, verdicts};

pub(super) fn run(bench: &Bench) -> Result<()> {
    // The browser tests include this file, so they do not compile without it.
    verdicts::write(bench.project)?;
    let native = ["--workspace", "--all-targets"];
    let wasm = ["--package", "cpor-claims", "--target", WASM_TARGET, "--all-targets"];
    for what in [&native[..], &wasm] {
        // What is built with the lints is taken as it is by the tests.
        let mut command = if bench.lints.is_some() {
            bench.cargo(&[&["build"][..], what].concat())?
        } else {
            bench.plain_cargo(&[&["clippy"][..], what, &["--", "-D", "warnings"]].concat())?
        };
        process::run_and_repeat(&mut command)?;
    }
    Ok(())
}

/// What `cargo clippy` lets Cargo start in place of the compiler.
pub(super) fn driver() -> Option<PathBuf> {
    let folder = PathBuf::from(process::answer("rustc", &["--print", "sysroot"])?);
    let driver = folder.join(format!("bin/clippy-driver{}", env::consts::EXE_SUFFIX));
    driver.is_file().then_some(driver)
}
