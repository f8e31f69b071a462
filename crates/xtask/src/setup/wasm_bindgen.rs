//! `wasm-bindgen` must be of the very version that the app was compiled with.

use anyhow::Result;

use super::{
    Tools,
    cargo_tool::{CargoTool, VersionToldBy},
};
use crate::{project::Project, report::Outcome};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    let version = project.wasm_bindgen_version()?;
    let (program, outcome) = CargoTool {
        package: "wasm-bindgen-cli",
        version: &version,
        program: "wasm-bindgen",
        // Not `--locked`: the lock file inside 0.2.130 names a package version
        // that the registry does not have.
        arguments: &[],
        told_by: VersionToldBy::Itself,
        computes: true,
    }
    .ensure(project, tools)?;
    tools.wasm_bindgen = Some(program);
    Ok(outcome)
}
