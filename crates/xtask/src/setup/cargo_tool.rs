//! Tools that are Rust packages: found by version, or built quickly.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::Tools;
use crate::{process, project::Project, report::Outcome};

/// A Rust package whose programs we use.
pub(super) struct CargoTool<'a> {
    /// The package in the registry.
    pub package: &'a str,
    /// The version we are pinned to.
    pub version: &'a str,
    /// The program of it that we look for.
    pub program: &'a str,
    /// More arguments for `cargo install`.
    pub arguments: &'a [&'a str],
    /// How an installed program tells its version.
    pub told_by: VersionToldBy,
    /// Whether it computes much itself. One that only starts others or compares lists need
    /// not be optimised at all.
    pub computes: bool,
}

/// How one can know the version of a program on the PATH.
#[derive(Clone, Copy)]
pub(super) enum VersionToldBy {
    /// The program prints it.
    Itself,
    /// It does not; Cargo's list of installed packages knows.
    CargoList,
}

impl CargoTool<'_> {
    /// Finds or installs the tool and gives the path of its program.
    pub(super) fn ensure(
        &self,
        project: &Project,
        tools: &mut Tools,
    ) -> Result<(PathBuf, Outcome)> {
        let version = self.version;
        if let Some(program) = process::on_path(self.program)
            && self.is_right_version(&program)
        {
            return Ok((program, Outcome::AlreadyThere(version.to_owned())));
        }
        let home = project.tools.join(format!("{}-{version}", self.package));
        let folder = home.join("bin");
        let program = folder.join(format!("{}{}", self.program, env::consts::EXE_SUFFIX));
        tools.add_folder(&folder);
        if program.is_file() {
            return Ok((program, Outcome::AlreadyThere(version.to_owned())));
        }
        println!("setup  {}: building {version}, once …", self.program);
        self.install(project, &home)?;
        Ok((program, Outcome::Done(format!("{version} installed"))))
    }

    fn is_right_version(&self, program: &std::path::Path) -> bool {
        match self.told_by {
            VersionToldBy::Itself => process::answer(program, &["--version"])
                .is_some_and(|said| said.split_whitespace().any(|word| word == self.version)),
            VersionToldBy::CargoList => cargo_home().is_some_and(|home| {
                program.starts_with(&home)
                    && fs::read_to_string(home.join(".crates.toml")).is_ok_and(|list| {
                        list.contains(&format!("\"{} {} ", self.package, self.version))
                    })
            }),
        }
    }

    fn install(&self, project: &Project, home: &std::path::Path) -> Result<()> {
        // One build folder for all tools, so that they share what they have in
        // common; it goes away with the last of them (see `remove_build_folder`).
        let build = project.tools.join("build");
        fs::create_dir_all(&build)
            .with_context(|| format!("could not make {}", build.display()))?;
        process::run(
            Command::new("cargo")
                .args(["install", "--quiet", self.package, "--version", self.version])
                .args(self.arguments)
                .arg("--root")
                .arg(home)
                // Away from the project, so that its settings do not reach the tool.
                .current_dir(&build)
                .env("CARGO_TARGET_DIR", &build)
                // A tool that runs for a second need not be optimised for minutes.
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", if self.computes { "1" } else { "0" })
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .env_remove("CARGO_BUILD_TARGET"),
        )
        .with_context(|| {
            format!(
                "{} {} could not be installed; the registry must be reachable once",
                self.package, self.version
            )
        })
    }
}

/// Removes what building the tools left behind: some gigabytes.
pub(super) fn remove_build_folder(project: &Project) -> Result<()> {
    let build = project.tools.join("build");
    if build.exists() {
        fs::remove_dir_all(&build)
            .with_context(|| format!("could not remove {}", build.display()))?;
    }
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}
