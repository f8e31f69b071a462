//! `simulate`: kept runs, then 2,000 seeds, then every deliberate bug.

use anyhow::Result;

use super::Bench;
use crate::{process, simulate::cargo_arguments};

pub(super) fn run(bench: &Bench) -> Result<()> {
    for options in [&[][..], &["--mutants".to_owned()]] {
        let arguments = cargo_arguments(options);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        process::run_and_repeat(&mut bench.cargo(&arguments)?)?;
    }
    Ok(())
}
