//! `unit`: every native test of the workspace, examples in the docs included, and those
//! of the server on both databases; those about files in a bucket as well.

use std::process::Command;

use anyhow::{Context, Result};

use super::Bench;
use crate::postgres::Postgres;
use crate::process;

/// The tests of the server, which work on either database.
const ON_BOTH: &[&str] = &["--package", "cpor-server", "--lib", "--test", "api", "--no-fail-fast"];

/// By these the tests of the server are told of moto, and asked to keep all files there.
const MOTO: &str = "CPOR_TEST_MOTO";
const BUCKET: &str = "CPOR_TEST_BUCKET";
/// Those about files.
const FILES: &[&str] = &["test", "--package", "cpor-server", "--test", "api", "--", "files::"];

pub(super) fn run(bench: &Bench) -> Result<()> {
    // nextest takes minutes to build, so it is used only where somebody has it.
    let has_nextest = process::on_path("cargo-nextest").is_some();
    let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
    let mut all = bench.cargo(&[runner, &["--workspace", "--no-fail-fast"]].concat())?;
    process::run_and_repeat(with_moto(bench, Postgres::hidden(&mut all))?)?;
    let mut in_bucket = bench.cargo(FILES)?;
    let in_bucket = Postgres::hidden(in_bucket.env(BUCKET, "1"));
    process::run_and_repeat(with_moto(bench, in_bucket)?)?;
    if has_nextest {
        process::run_and_repeat(&mut bench.cargo(&["test", "--workspace", "--doc", "--quiet"])?)?;
    }
    // What would install PostgreSQL where it is missing; here it is there by now.
    let mut with_tools = bench.cargo(&["test", "--package", "xtask", "--", "--ignored"])?;
    process::run_and_repeat(Postgres::hidden(&mut with_tools))?;
    let postgres = Postgres::for_tests(&bench.tools)?;
    let mut on_postgres = bench.cargo(&[runner, ON_BOTH].concat())?;
    process::run_and_repeat(with_moto(bench, postgres.told(&mut on_postgres))?)
}

/// Tells the tests which Python has moto.
fn with_moto<'a>(bench: &Bench, command: &'a mut Command) -> Result<&'a mut Command> {
    Ok(command.env(MOTO, bench.tools.moto.as_ref().context("moto was not set up")?))
}
