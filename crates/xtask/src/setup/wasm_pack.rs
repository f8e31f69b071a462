//! `wasm-pack` builds the browser tests and runs them in headless Chromium.

use anyhow::Result;

use super::{
    Tools,
    cargo_tool::{CargoTool, VersionToldBy},
};
use crate::{
    project::{Project, WASM_PACK_VERSION},
    report::Outcome,
};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    CargoTool {
        package: "wasm-pack",
        version: WASM_PACK_VERSION,
        program: "wasm-pack",
        arguments: &["--locked"],
        told_by: VersionToldBy::Itself,
        computes: false,
    }
    .ensure(project, tools)
    .map(|(_, outcome)| outcome)
}
