//! `cargo xtask simulate`: the client core under faults, from seeds.

use anyhow::Result;
use std::process::Command;

use crate::{Arguments, process, project::Project};

/// Builds the simulator for speed and runs it.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let mut options = Vec::new();
    while let Some(option) = arguments.next_word() {
        options.push(option);
    }
    process::run(Command::new("cargo").current_dir(&project.root).args(cargo_arguments(&options)))
}

/// What Cargo is told: deliberate bugs are compiled only where they are wanted.
pub fn cargo_arguments(options: &[String]) -> Vec<String> {
    let mut all: Vec<String> =
        ["run", "--quiet", "--profile", "simulator", "--package", "cpor-simulator"]
            .map(str::to_owned)
            .into();
    if options.iter().any(|option| option.starts_with("--mutant")) {
        all.extend(["--features", "mutants"].map(str::to_owned));
    }
    all.push("--".to_owned());
    all.extend(options.iter().cloned());
    all
}
