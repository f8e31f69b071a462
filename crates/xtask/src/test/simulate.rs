//! `simulate`: kept runs, then 2,000 seeds, then every deliberate bug; every order of
//! a few operations; and the laws of merging, by the hundred thousand.

use anyhow::Result;

use super::Bench;
use crate::{process, simulate::cargo_arguments};

pub(super) fn run(bench: &Bench) -> Result<()> {
    for options in [&[][..], &["--mutants".to_owned()]] {
        let arguments = cargo_arguments(options);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        process::run_and_repeat(&mut bench.plain_cargo(&arguments)?)?;
    }
    let test = |crate_name, rest: &[&str]| {
        let always = ["test", "--quiet", "--profile", "simulator", "--package", crate_name];
        let mut command = bench.plain_cargo(&always)?;
        command.args(rest).env("CPOR_MERGE_TRIPLES", "100000");
        process::run_and_repeat(&mut command)
    };
    test(
        "cpor-simulator",
        &["--features", "mutants", "--test", "model_check", "--", "--nocapture"],
    )?;
    test("cpor-sync", &["--test", "merge"])
}
