//! `fmt`: the code is formatted as rustfmt formats it.

use anyhow::Result;

use super::Bench;
use crate::process;

pub(super) fn run(bench: &Bench) -> Result<()> {
    process::run_and_repeat(&mut bench.plain_cargo(&["fmt", "--all", "--check"])?)
}
