//! `cargo-deny` checks licences, sources, banned crates and known weaknesses.

use anyhow::Result;

use super::{
    Tools,
    cargo_tool::{CargoTool, VersionToldBy},
};
use crate::{
    project::{CARGO_DENY_VERSION, Project},
    report::Outcome,
};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    CargoTool {
        package: "cargo-deny",
        version: CARGO_DENY_VERSION,
        program: "cargo-deny",
        arguments: &["--locked"],
        told_by: VersionToldBy::Itself,
        computes: false,
    }
    .ensure(project, tools)
    .map(|(_, outcome)| outcome)
}
