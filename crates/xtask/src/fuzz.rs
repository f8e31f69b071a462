//! `cargo xtask fuzz`: hostile input for whatever reads what others wrote, for a stated
//! time ([decision 50](../../../docs/adr/0050-fuzz-targets-beside-the-code.md)).

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{Arguments, process, project::Project};

/// A target, the test that it is, and where that is compiled.
type Target = (&'static str, &'static str, &'static [&'static str]);

const SERVER: &[&str] = &["--package", "cpor-server", "--lib"];
const DATES: &[&str] = &["--package", "cpor-rules", "--test", "fuzz_dates"];
const APP: &[&str] = &["--package", "cpor-claims", "--lib"];

const TARGETS: &[Target] = &[
    ("cursor", "fuzz_cursor", SERVER),
    ("query", "fuzz_query", SERVER),
    ("tus-headers", "fuzz_tus_headers", SERVER),
    ("operation-headers", "fuzz_operation_headers", SERVER),
    ("date-texts", "fuzz_date_texts", DATES),
    ("time-limits", "fuzz_time_limits", DATES),
    ("deadlines", "fuzz_deadlines", DATES),
    ("draft-file", "fuzz_draft_file", APP),
];

/// Runs each target, or the named ones, for some seconds.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let mut seconds: u64 = 60;
    let mut wanted = Vec::new();
    while let Some(word) = arguments.next_word() {
        if word == "--seconds" {
            let value = arguments.value("--seconds")?;
            seconds = value.parse().with_context(|| format!("\"{value}\" is no number"))?;
        } else if let Some(target) = TARGETS.iter().find(|(name, ..)| *name == word) {
            wanted.push(target);
        } else {
            let names: Vec<_> = TARGETS.iter().map(|(name, ..)| *name).collect();
            bail!("there is no target \"{word}\"; there are {}", names.join(", "));
        }
    }
    if wanted.is_empty() {
        wanted.extend(TARGETS);
    }
    let mut failed = Vec::new();
    for (name, test, place) in wanted {
        println!("fuzz   {name}, {seconds} s");
        let mut command = Command::new("cargo");
        command.arg("test").args(*place).args(["--", "--nocapture", *test]);
        command.env("BOLERO_RANDOM_TEST_TIME_MS", (seconds * 1000).to_string());
        if process::run_and_repeat(command.current_dir(&project.root)).is_err() {
            failed.push(*name);
        }
    }
    if !failed.is_empty() {
        bail!(
            "failed: {}; run again with the BOLERO_RANDOM_SEED that is printed",
            failed.join(", ")
        );
    }
    Ok(())
}
