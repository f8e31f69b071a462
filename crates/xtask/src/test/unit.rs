//! `unit`: every native test of the workspace, examples in the docs included, and those
//! of the server on both databases; those about files in a bucket as well.

use std::{num::NonZero, thread};

use anyhow::{Result, ensure};

use super::Bench;
use crate::{moto::Moto, postgres::Postgres, process};

/// How many tests run at a time, for either runner.
const THREADS: [&str; 2] = ["NEXTEST_TEST_THREADS", "RUST_TEST_THREADS"];
/// By this the tests of the server are asked to keep all files in a bucket.
const BUCKET: &str = "CPOR_TEST_BUCKET";

// Each command names the whole workspace, so that nothing is compiled twice (`Bench::programs`).
pub(super) fn run(bench: &Bench) -> Result<()> {
    // nextest takes minutes to build, so it is used only where somebody has it.
    let has_nextest = process::on_path("cargo-nextest").is_some();
    // One more than there are cores: a test waits for much.
    let threads = (thread::available_parallelism().map_or(1, NonZero::get) + 1).to_string();
    let cargo = |arguments: &[&str]| {
        let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
        let mut command =
            bench.cargo(&[runner, &["--workspace", "--no-fail-fast"], arguments].concat())?;
        for variable in THREADS {
            command.env(variable, &threads);
        }
        anyhow::Ok(command)
    };
    let moto = Moto::start(bench.project, &bench.tools)?;
    // A run that failed hides none of those after it.
    let mut runs = Vec::new();
    runs.push(process::run_and_repeat(moto.told(Postgres::hidden(&mut cargo(&[])?))));
    let mut about_files = cargo(&["--test", "api", "--", "files::"])?;
    let in_bucket = Postgres::hidden(about_files.env(BUCKET, "1"));
    runs.push(process::run_and_repeat(moto.told(in_bucket)));
    if has_nextest {
        let mut docs = bench.cargo(&["test", "--workspace", "--doc", "--quiet"])?;
        runs.push(process::run_and_repeat(&mut docs));
    }
    let postgres = Postgres::for_tests(&bench.tools)?;
    // What would install PostgreSQL where it is missing; here it is there by now.
    let mut with_tools = bench.cargo(&["test", "--workspace", "--bin", "xtask"])?;
    runs.push(process::run_and_repeat(Postgres::hidden(with_tools.args(["--", "--ignored"]))));
    // The tests of the server, which work on either database.
    for on_both in
        [&["--test", "api"][..], &["--lib", "--", "neighbours::", "database::postgres::"]]
    {
        let mut command = cargo(on_both)?;
        runs.push(process::run_and_repeat(moto.told(postgres.told(&mut command))));
    }
    all(runs)
}

/// Fails where one of them failed, with what each of those said.
fn all(runs: Vec<Result<()>>) -> Result<()> {
    let failed: Vec<_> =
        runs.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    ensure!(failed.is_empty(), "{}", failed.join("\n\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn every_run_that_failed_is_told() {
        let runs = vec![Err(anyhow!("first")), Ok(()), Err(anyhow!("second"))];
        assert_eq!(all(runs).unwrap_err().to_string(), "first\n\nsecond");
        all(vec![Ok(()), Ok(())]).unwrap();
    }
}
