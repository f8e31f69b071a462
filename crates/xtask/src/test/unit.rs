//! `unit`: every native test of the workspace, examples in the docs included, and those
//! of the server on both databases; those about files in a bucket as well.

use std::process::Command;

use anyhow::{Context, Result};

use super::Bench;
use crate::postgres::Postgres;
use crate::process;

/// By these the tests of the server are told of moto, and asked to keep all files there.
const MOTO: &str = "CPOR_TEST_MOTO";
const BUCKET: &str = "CPOR_TEST_BUCKET";

// Each command names the whole workspace, so that nothing is compiled twice (`Bench::programs`).
pub(super) fn run(bench: &Bench) -> Result<()> {
    // nextest takes minutes to build, so it is used only where somebody has it.
    let has_nextest = process::on_path("cargo-nextest").is_some();
    let cargo = |arguments: &[&str]| {
        let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
        bench.cargo(&[runner, &["--workspace", "--no-fail-fast"], arguments].concat())
    };
    process::run_and_repeat(with_moto(bench, Postgres::hidden(&mut cargo(&[])?))?)?;
    let mut about_files = cargo(&["--test", "api", "--", "files::"])?;
    let in_bucket = Postgres::hidden(about_files.env(BUCKET, "1"));
    process::run_and_repeat(with_moto(bench, in_bucket)?)?;
    if has_nextest {
        process::run_and_repeat(&mut bench.cargo(&["test", "--workspace", "--doc", "--quiet"])?)?;
    }
    let postgres = Postgres::for_tests(&bench.tools)?;
    // What would install PostgreSQL where it is missing; here it is there by now.
    let mut with_tools = bench.cargo(&["test", "--workspace", "--bin", "xtask"])?;
    process::run_and_repeat(Postgres::hidden(with_tools.args(["--", "--ignored"])))?;
    // The tests of the server, which work on either database.
    for on_both in [&["--test", "api"][..], &["--lib", "--", "neighbours::"]] {
        let mut command = cargo(on_both)?;
        process::run_and_repeat(with_moto(bench, postgres.told(&mut command))?)?;
    }
    Ok(())
}

/// Tells the tests which Python has moto.
fn with_moto<'a>(bench: &Bench, command: &'a mut Command) -> Result<&'a mut Command> {
    Ok(command.env(MOTO, bench.tools.moto.as_ref().context("moto was not set up")?))
}
