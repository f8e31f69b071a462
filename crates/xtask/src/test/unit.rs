//! `unit`: every native test of the workspace, examples in the docs included.

use anyhow::Result;

use super::Bench;
use crate::process;

pub(super) fn run(bench: &Bench) -> Result<()> {
    // nextest takes minutes to build, so it is used only where somebody has it.
    if process::on_path("cargo-nextest").is_none() {
        return process::run_and_repeat(&mut bench.cargo(&[
            "test",
            "--workspace",
            "--no-fail-fast",
        ])?);
    }
    process::run_and_repeat(&mut bench.cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--no-fail-fast",
    ])?)?;
    process::run_and_repeat(&mut bench.cargo(&["test", "--workspace", "--doc", "--quiet"])?)
}
