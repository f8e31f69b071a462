//! `e2e`: Playwright drives the built app against the real server.

use std::{env, path::Path, process::Command};

use anyhow::{Result, bail};

use super::Bench;
use crate::{process, project::Project, setup::Tools};

pub(super) fn run(bench: &Bench) -> Result<()> {
    bench.app()?;
    let server = bench.programs(&[])?.join(format!("cpor-server{}", env::consts::EXE_SUFFIX));
    playwright(bench.project, &bench.tools, &server, &["--project=e2e"])
}

/// Runs Playwright. The suite starts servers itself, from the programs named here.
pub fn playwright(
    project: &Project,
    tools: &Tools,
    server: &Path,
    arguments: &[&str],
) -> Result<()> {
    let Some(chromium) = &tools.chromium else {
        bail!("Chromium was not set up");
    };
    let mut command = Command::new("npx");
    command
        .args(["--no-install", "playwright", "test"])
        .args(arguments)
        .current_dir(project.end_to_end())
        .env("CPOR_SERVER_BIN", server)
        .env("CPOR_DIST", project.dist())
        .env("CPOR_XTASK", process::own_program()?)
        .env("CPOR_CHROMIUM", chromium);
    // Most tests need a page alone.
    if let Some(shell) = &tools.headless_shell {
        command.env("CPOR_HEADLESS_SHELL", shell);
    }
    process::run_and_repeat(&mut command)
}
