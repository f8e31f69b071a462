//! `cargo xtask screenshots`: takes the pictures of the documentation anew.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{app_build, project::Project, server_build, setup, test};

const SPEC: &str = "screenshots.spec.ts";

/// Builds app and server and lets Playwright write `docs/screenshots`.
pub fn run(project: &Project) -> Result<()> {
    if !project.end_to_end().join(SPEC).is_file() {
        bail!("tests/e2e/{SPEC} is missing: there is nothing to take pictures with");
    }
    let tools = setup::ensure(project, setup::FOR_BROWSER)?;
    app_build::release(project, &tools)?;
    let server = server_build::build(project)?;
    test::playwright(project, &tools, Path::new(&server), &["--project=screenshots"])
}
