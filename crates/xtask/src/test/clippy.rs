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

/// What `cargo clippy` lets Cargo start in place of the compiler.
pub(super) fn driver() -> Option<PathBuf> {
    let folder = PathBuf::from(process::answer("rustc", &["--print", "sysroot"])?);
    let driver = folder.join(format!("bin/clippy-driver{}", env::consts::EXE_SUFFIX));
    driver.is_file().then_some(driver)
}
