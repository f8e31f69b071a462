//! `layers`: imports follow the architecture.

use anyhow::Result;

use super::Bench;
use crate::layers;

pub(super) fn run(bench: &Bench) -> Result<()> {
    layers::run(bench.project)
}
