//! `PostgreSQL`, of which the tests start a database of their own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::{Tools, apt};
use crate::{process, report::Outcome};

/// The oldest one that the server works with.
const OLDEST: u32 = 13;
/// Where Debian and its relatives keep the programs, below a folder for each version:
/// only those for clients stand on the PATH.
const VERSIONS: &str = "/usr/lib/postgresql";
/// What is needed of them.
const PROGRAMS: &[&str] = &["initdb", "postgres", "psql", "pg_dump", "pg_restore"];

pub(super) fn ensure(tools: &mut Tools) -> Result<Outcome> {
    let mut installed = false;
    if found().is_none() {
        apt::install(&["postgresql"], "PostgreSQL")?;
        installed = true;
    }
    let Some((folder, version)) = found() else {
        bail!("there is no PostgreSQL of version {OLDEST} or later: install one and retry");
    };
    tools.add_folder(&folder);
    tools.postgres = Some(folder);
    Ok(if installed {
        Outcome::Done(format!("postgresql installed, {version}"))
    } else {
        Outcome::AlreadyThere(version)
    })
}

/// The folder with all programs of the newest version, and that version.
fn found() -> Option<(PathBuf, String)> {
    let on_path = process::on_path("postgres").and_then(|program| fs::canonicalize(program).ok());
    let on_path = on_path.and_then(|program| program.parent().map(Path::to_path_buf));
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin"))
        .chain(on_path)
        .filter(|folder| PROGRAMS.iter().all(|program| folder.join(program).is_file()))
        .filter_map(|folder| {
            let said = process::answer(folder.join("postgres"), &["--version"])?;
            let version = said.split_whitespace().nth(2)?.to_owned();
            let major = version.split('.').next()?.parse::<u32>().ok()?;
            (major >= OLDEST).then_some((major, folder, version))
        })
        .max()
        .map(|(_, folder, version)| (folder, version))
}
