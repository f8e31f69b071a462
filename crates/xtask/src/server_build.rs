//! Building the reference server.

use std::{env, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{process, project::Project, report, source_names};

/// The name of its program.
pub const PROGRAM: &str = "cpor-server";
/// The feature with which the program holds the app.
pub const WITH_APP: &str = "embedded-app";

/// Builds the server and gives the path of its program.
pub fn build(project: &Project) -> Result<PathBuf> {
    report::timed("server", || {
        process::run_and_repeat(
            Command::new("cargo")
                .args(["build", "--package", "cpor-server", "--profile", "server"])
                .current_dir(&project.root),
        )
    })?;
    Ok(project.target.join("server").join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX)))
}

/// Builds the server for a target of musl, without symbols and with the app of `dist` in
/// it, and gives the path of its program.
///
/// `moment` is the time of the sources, in seconds since 1970: the files of the app get it.
pub fn build_static(project: &Project, target: &str, moment: u64) -> Result<PathBuf> {
    let name = target.replace('-', "_");
    report::timed(&format!("server for {target}"), || {
        process::run_and_repeat(
            Command::new("cargo")
                .args(["build", "--locked", "--package", "cpor-server", "--profile", "server"])
                .args(["--features", WITH_APP, "--target", target])
                .current_dir(&project.root)
                // Without it the C parts would be compiled against this machine's libraries.
                .env(format!("CC_{name}"), "musl-gcc")
                .env(
                    format!("CARGO_TARGET_{}_RUSTFLAGS", name.to_uppercase()),
                    source_names::flags(project).trim_start(),
                )
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .env("CARGO_PROFILE_SERVER_STRIP", "symbols")
                .env("SOURCE_DATE_EPOCH", moment.to_string()),
        )
    })?;
    Ok(project.target.join(target).join("server").join(PROGRAM))
}
