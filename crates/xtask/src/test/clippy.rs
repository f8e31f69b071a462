//! `clippy`: no warning, neither natively nor for the browser.

use anyhow::Result;

use super::Bench;
use crate::{process, project::WASM_TARGET, verdicts};

pub(super) fn run(bench: &Bench) -> Result<()> {
    // The browser tests include this file, so they do not compile without it.
    verdicts::write(bench.project)?;
    let strict = ["--", "-D", "warnings"];
    let native = ["clippy", "--workspace", "--all-targets"];
    let wasm = ["clippy", "--package", "cpor-claims", "--target", WASM_TARGET, "--all-targets"];
    process::run_and_repeat(&mut bench.cargo(&[&native[..], &strict].concat())?)?;
    process::run_and_repeat(&mut bench.cargo(&[&wasm[..], &strict].concat())?)
}
