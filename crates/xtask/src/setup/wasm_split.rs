//! `wasm-split-cli` cuts the functions marked `#[lazy]` out of the main module.

use anyhow::Result;

use super::{
    Tools,
    cargo_tool::{CargoTool, VersionToldBy},
};
use crate::{
    project::{Project, WASM_SPLIT_VERSION},
    report::Outcome,
};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    CargoTool {
        package: "wasm_split_cli_support",
        version: WASM_SPLIT_VERSION,
        program: "wasm-split-cli",
        arguments: &["--locked", "--features", "build-binary"],
        told_by: VersionToldBy::CargoList,
        computes: true,
    }
    .ensure(project, tools)
    .map(|(_, outcome)| outcome)
}
