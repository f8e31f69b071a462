//! `deny`: licences, sources and banned crates; known weaknesses where the
//! database of them can be reached.

use anyhow::Result;

use super::Bench;
use crate::process;

pub(super) fn run(bench: &Bench) -> Result<()> {
    process::run_and_repeat(&mut deny(bench, &["check", "bans", "licenses", "sources"])?)?;
    // The database is fetched from the network: out of reach, the check would say
    // nothing about us, and it must not pass for done either.
    if process::run_quietly(&mut deny(bench, &["fetch", "db"])?).is_err() {
        println!("test   deny: SKIPPED advisories, their database cannot be reached");
        return Ok(());
    }
    process::run_and_repeat(&mut deny(bench, &["check", "--disable-fetch", "advisories"])?)
}

fn deny(bench: &Bench, arguments: &[&str]) -> Result<std::process::Command> {
    let mut command = bench.tools.command("cargo-deny")?;
    command.current_dir(&bench.project.root).args(arguments);
    Ok(command)
}
