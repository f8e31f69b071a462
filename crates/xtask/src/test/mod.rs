//! `cargo xtask test`: one file per part, each part timed, none hides another.

mod browser;
mod clippy;
mod conformance;
mod demonstration;
mod deny;
mod end_to_end;
mod fmt;
mod layers;
mod sbom;
mod schemathesis;
mod simulate;
mod size;
mod unit;

use std::{
    cell::{Cell, RefCell},
    path::PathBuf,
    process::Command,
};

use anyhow::{Result, bail};

pub use self::end_to_end::playwright;
use crate::{
    Arguments, app_build, process,
    project::Project,
    report::Effort,
    setup::{self, Tool, Tools},
};

/// One part of the tests.
struct Part {
    name: &'static str,
    needs: &'static [Tool],
    run: fn(&Bench) -> Result<()>,
}

/// All parts, quick ones first.
const PARTS: &[Part] = &[
    Part { name: "fmt", needs: &[], run: fmt::run },
    Part { name: "layers", needs: &[], run: layers::run },
    Part { name: "clippy", needs: &[Tool::WasmTarget], run: clippy::run },
    Part {
        name: "unit",
        needs: &[Tool::OidcProvider, Tool::Postgres, Tool::Moto, Tool::ClamAv],
        run: unit::run,
    },
    Part { name: "simulate", needs: &[], run: simulate::run },
    Part { name: "conformance", needs: &[Tool::Postgres], run: conformance::run },
    Part { name: "schemathesis", needs: schemathesis::NEEDS, run: schemathesis::run },
    Part { name: "browser", needs: browser::NEEDS, run: browser::run },
    Part { name: "e2e", needs: setup::FOR_BROWSER, run: end_to_end::run },
    Part { name: "size", needs: setup::FOR_APP, run: size::run },
    Part { name: "deny", needs: &[Tool::CargoDeny], run: deny::run },
    Part { name: "sbom", needs: &[], run: sbom::run },
];

/// What the parts share: the project, the tools and what was built once.
struct Bench<'a> {
    project: &'a Project,
    tools: Tools,
    app: Cell<bool>,
    /// The driver of clippy, as long as whatever is compiled is held against the lints.
    lints: RefCell<Option<PathBuf>>,
}

impl Bench<'_> {
    /// A Cargo command in the project.
    fn plain_cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = self.tools.command("cargo")?;
        command.args(arguments).current_dir(&self.project.root);
        Ok(command)
    }

    /// One that compiles for development. All of them look at the lints or none does:
    /// what is compiled one way is of no use to the other.
    fn cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = self.plain_cargo(arguments)?;
        self.look_at_lints(&mut command);
        Ok(command)
    }

    /// Lets what this command compiles for development be held against the lints, if all is.
    ///
    /// `cargo clippy` does the same, but only to check: what it has looked at, all
    /// dependencies among it, would be compiled once more for the tests.
    fn look_at_lints(&self, command: &mut Command) {
        if let Some(driver) = &*self.lints.borrow() {
            command.env("RUSTC_WORKSPACE_WRAPPER", driver);
            command.env(clippy::LINTS.0, clippy::LINTS.1);
        }
    }

    /// Builds the app unless an earlier part did.
    fn app(&self) -> Result<()> {
        if !self.app.get() {
            app_build::release(self.project, &self.tools)?;
            self.app.set(true);
        }
        Ok(())
    }

    /// Builds the server and the conformance suite for development; the folder of both.
    ///
    /// Cargo compiles a dependency once for each set of its features, and those follow from
    /// what is built together. So this, like each command of the part `unit`, names the
    /// whole workspace, and a test for the features that only tests need: what `unit` has
    /// compiled is taken as it is.
    fn programs(&self, features: &[&str]) -> Result<PathBuf> {
        let mut build = self.cargo(&["build", "--workspace", "--test", "command"])?;
        build.args(["--bin", "cpor-server", "--bin", "cpor-conformance"]).args(features);
        process::run(&mut build)?;
        Ok(self.project.target.join("debug"))
    }
}

/// `cargo xtask schemathesis`: that part alone, as thoroughly as is asked for.
pub fn schemathesis(project: &Project, arguments: Arguments) -> Result<()> {
    let options = schemathesis::Options::read(arguments)?;
    let tools = setup::ensure(project, schemathesis::NEEDS)?;
    let bench = Bench { project, tools, app: Cell::new(false), lints: RefCell::default() };
    schemathesis::run_with(&bench, &options)
}

/// Runs the named parts, or all.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let mut wanted = Vec::new();
    while let Some(name) = arguments.next_word() {
        match PARTS.iter().find(|part| part.name == name) {
            Some(part) => wanted.push(part),
            None => bail!(
                "there is no part \"{name}\"; there are {}",
                PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", ")
            ),
        }
    }
    if wanted.is_empty() {
        wanted.extend(PARTS);
    }
    let needs: Vec<Tool> = wanted.iter().flat_map(|part| part.needs).copied().collect();
    let is_wanted = |name| wanted.iter().any(|part| part.name == name);
    let compiles_once = is_wanted("clippy") && is_wanted("unit");
    let lints = if compiles_once { clippy::driver(project)? } else { None };
    let tools = setup::ensure(project, &needs)?;
    let bench = Bench { project, tools, app: Cell::new(false), lints: RefCell::new(lints) };
    let mut results = Vec::new();
    for part in wanted {
        println!("\ntest   {}", part.name);
        let effort = Effort::begin();
        let result = (part.run)(&bench);
        results.push((part.name, result, effort.spent()));
    }
    // What failed is said again at the end, where people look first and where a
    // log that was cut still has it.
    for (name, result, _) in &results {
        if let Err(error) = result {
            println!("\ntest   {name}: {error:#}");
        }
    }
    println!();
    for (name, result, spent) in &results {
        let word = if result.is_ok() { "passed" } else { "FAILED" };
        println!("test   {name:<11} {word}  {spent}");
    }
    let passed = results.iter().filter(|(_, result, _)| result.is_ok()).count();
    let failed = results.len() - passed;
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}
