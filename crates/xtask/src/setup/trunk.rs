//! Trunk builds the app and, with `--watch`, rebuilds it on each change.

use anyhow::Result;

use super::{
    Tools,
    cargo_tool::{CargoTool, VersionToldBy},
};
use crate::{
    project::{Project, TRUNK_VERSION},
    report::Outcome,
};

pub(super) fn ensure(project: &Project, tools: &mut Tools) -> Result<Outcome> {
    CargoTool {
        package: "trunk",
        version: TRUNK_VERSION,
        program: "trunk",
        // The default features look for updates and for a system TLS library.
        arguments: &["--locked", "--no-default-features", "--features", "rustls"],
        told_by: VersionToldBy::Itself,
        computes: false,
    }
    .ensure(project, tools)
    .map(|(_, outcome)| outcome)
}
