//! `cargo xtask`: everything one does with this project, by one command.
//!
//! Each command sets up the tools it needs before it starts, so that a fresh
//! machine with Rust and Node.js is enough. `cargo xtask` without arguments
//! prints what there is.
//!
//! The same binary also stands in for `wasm-bindgen` while Trunk builds the app
//! (see [`split`]) and is called back by Trunk when a build is done (see [`dist`]).

mod app_build;
#[cfg(test)]
mod asvs;
mod bench;
mod dist;
mod freshness;
mod fuzz;
mod http;
mod layers;
mod moto;
mod package;
mod postgres;
mod process;
mod project;
mod report;
mod rulebook;
mod sbom;
mod screenshots;
mod serve;
mod server_build;
mod setup;
mod simulate;
mod size;
mod source_names;
mod split;
mod static_server;
mod test;
mod verdicts;

use std::{env, ffi::OsString, path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};

use crate::project::Project;

const USAGE: &str = "\
Usage: cargo xtask <command>

  setup                 install every tool the other commands need
  serve                 build the app, then serve it from the reference server
      --port <n>        port to listen on (8080)
      --data <folder>   where the server keeps its data (data)
      --no-demo         start without demo accounts and claims
      --watch           rebuild and reload on each change (unoptimised build)
      --backend-less    serve the static files alone: \"this device only\"
  test [part …]         fmt, clippy, layers, unit, simulate, schemathesis, browser, e2e, size, deny, sbom; all without a part
  schemathesis          hold the server against its own description
      --examples <n>    requests made up for an operation, and sequences of them (none)
      --seed <n>        which ones (1)
  fuzz [target …]       hostile input for what reads what others wrote
      --seconds <n>     how long for each target (60)
  simulate [option …]   the client core under faults, from seeds; --help lists the options
  bench server          how quick the server is, beside a peer on the same machine
      --scales <n,…>    how many claims there are (1k,100k,1m)
      --seconds <n>     how long each measurement takes, after a third of that to warm up (8)
      --servers <s,…>   which ones (sqlite,postgres,kinto)
      --record          write docs/benchmarks.md
  layers                check that imports follow the architecture
  size [--record]       size of the first load; --record makes it the new baseline
  rulebook              write docs/rules.md from the rules
  sbom                  write what server and app are made of (CycloneDX) into target/sbom
  package               one static program that holds the app, with all it takes to run it, as an archive
      --target <triple> what it is compiled for (x86_64-unknown-linux-musl)
      --out <folder>    where the archive goes (target/package)
  screenshots           take the pictures in docs/screenshots
  static                serve a built app without any backend
      --dist <folder>   the built app (dist)
      --listen <addr>   address to listen on (127.0.0.1:8080)
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    process::remember_own_program()?;
    let mut arguments = env::args_os();
    let called_as = arguments.next().map(PathBuf::from).unwrap_or_default();
    if called_as.file_stem().is_some_and(|name| name == split::STANDS_IN_FOR) {
        return split::stand_in(&arguments.collect::<Vec<OsString>>());
    }
    let mut arguments = Arguments::new(arguments)?;
    let project = Project::find()?;
    let command = arguments.next_word();
    if command.as_deref() == Some("hook") {
        arguments.finish()?;
        return dist::hook(&project);
    }
    process::end_children_on_interrupt()?;
    match command.as_deref() {
        Some("setup") => {
            arguments.finish()?;
            setup::ensure(&project, setup::ALL).map(drop)
        }
        Some("serve") => serve::run(&project, arguments),
        Some("test") => test::run(&project, arguments),
        Some("bench") => bench::run(&project, arguments),
        Some("layers") => {
            arguments.finish()?;
            layers::run(&project)
        }
        Some("schemathesis") => test::schemathesis(&project, arguments),
        Some("fuzz") => fuzz::run(&project, arguments),
        Some("simulate") => simulate::run(&project, arguments),
        Some("size") => size::run(&project, arguments),
        Some("rulebook") => {
            arguments.finish()?;
            rulebook::run(&project)
        }
        Some("sbom") => {
            arguments.finish()?;
            sbom::run(&project)
        }
        Some("screenshots") => {
            arguments.finish()?;
            screenshots::run(&project)
        }
        Some("package") => package::run(&project, arguments),
        Some("static") => serve::run_static(&project, arguments),
        Some("help" | "--help" | "-h") | None => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => bail!("there is no command \"{other}\"\n\n{USAGE}"),
    }
}

/// What was typed after `cargo xtask`, taken from front to back.
pub(crate) struct Arguments {
    rest: std::vec::IntoIter<String>,
}

impl Arguments {
    fn new(arguments: impl Iterator<Item = OsString>) -> Result<Self> {
        let mut rest = Vec::new();
        for argument in arguments {
            match argument.into_string() {
                Ok(text) => rest.push(text),
                Err(raw) => bail!("the argument {} is not valid text", raw.display()),
            }
        }
        Ok(Self { rest: rest.into_iter() })
    }

    /// The next word, if any is left.
    pub(crate) fn next_word(&mut self) -> Option<String> {
        self.rest.next()
    }

    /// The value that must follow the option just read.
    pub(crate) fn value(&mut self, option: &str) -> Result<String> {
        match self.next_word() {
            Some(value) => Ok(value),
            None => bail!("{option} needs a value"),
        }
    }

    /// Refuses anything that is left over.
    pub(crate) fn finish(mut self) -> Result<()> {
        match self.next_word() {
            None => Ok(()),
            Some(extra) => bail!("\"{extra}\" is not understood here\n\n{USAGE}"),
        }
    }
}

/// The message for an option that a command does not know.
pub(crate) fn unknown_option(option: &str) -> anyhow::Error {
    anyhow::anyhow!("\"{option}\" is not understood here\n\n{USAGE}")
}
