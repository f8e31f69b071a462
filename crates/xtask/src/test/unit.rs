//! `unit`: every native test of the workspace, examples in the docs included, and those
//! of the server on both databases.

use anyhow::Result;

use super::{Bench, postgres::Postgres};
use crate::process;

/// The tests of the server, which work on either database.
const ON_BOTH: &[&str] = &["--package", "cpor-server", "--lib", "--test", "api", "--no-fail-fast"];

pub(super) fn run(bench: &Bench) -> Result<()> {
    // nextest takes minutes to build, so it is used only where somebody has it.
    let has_nextest = process::on_path("cargo-nextest").is_some();
    let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
    let mut all = bench.cargo(&[runner, &["--workspace", "--no-fail-fast"]].concat())?;
    process::run_and_repeat(Postgres::hidden(&mut all))?;
    if has_nextest {
        process::run_and_repeat(&mut bench.cargo(&["test", "--workspace", "--doc", "--quiet"])?)?;
    }
    let postgres = Postgres::start(bench)?;
    process::run_and_repeat(postgres.told(&mut bench.cargo(&[runner, ON_BOTH].concat())?))
}
