//! Tools that come ready-made as npm packages.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::{Tools, node};
use crate::{process, project::Project, report::Outcome};

/// A program in an npm package.
pub(super) struct NpmTool {
    /// The program.
    pub program: &'static str,
    /// The package.
    pub package: &'static str,
    /// The version of the package, which the program says as well.
    pub version: &'static str,
}

impl NpmTool {
    /// Uses the one on the PATH if it has the right version, otherwise one in our
    /// own folder, installed if need be.
    pub fn ensure(&self, project: &Project, tools: &mut Tools) -> Result<Outcome> {
        let version = self.version.to_owned();
        let on_path = process::on_path(self.program)
            .and_then(|program| process::answer(program, &["--version"]))
            .is_some_and(|said| said.split_whitespace().any(|word| word == version));
        if on_path {
            return Ok(Outcome::AlreadyThere(version));
        }
        let home = project.tools.join(format!("{}-{version}", self.package));
        let folder: PathBuf = home.join("node_modules/.bin");
        tools.add_folder(&folder);
        // Some take most of a second to say their version, so the folder's name,
        // which carries it, has to be enough.
        if folder.join(self.program).exists() {
            return Ok(Outcome::AlreadyThere(version));
        }
        node::ensure()?;
        fs::create_dir_all(&home).with_context(|| format!("could not make {}", home.display()))?;
        process::run_quietly(
            Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--prefix"])
                .arg(&home)
                .arg(format!("{}@{version}", self.package))
                .current_dir(&home),
        )
        .with_context(|| {
            format!(
                "{} could not be installed; the npm registry must be reachable once",
                self.program
            )
        })?;
        Ok(Outcome::Done(format!("{version} installed")))
    }
}
