//! Building the reference server.

use std::{env, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{process, project::Project, report};

/// Builds the server and gives the path of its program.
pub fn build(project: &Project) -> Result<PathBuf> {
    report::timed("server", || {
        process::run_and_repeat(
            Command::new("cargo")
                .args(["build", "--package", "cpor-server", "--profile", "server"])
                .current_dir(&project.root),
        )
    })?;
    Ok(project.target.join("server").join(format!("cpor-server{}", env::consts::EXE_SUFFIX)))
}
