//! `size`: the first load is within its budget.

use anyhow::Result;

use super::Bench;
use crate::size;

pub(super) fn run(bench: &Bench) -> Result<()> {
    bench.app()?;
    size::check(bench.project)
}
