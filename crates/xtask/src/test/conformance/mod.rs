//! `conformance`: the reference server keeps every sentence of the protocol that
//! the suite checks, on both databases, and the suite catches every deliberate bug of the server.

mod caught;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Bench, demonstration::Demonstration};
use crate::postgres::Postgres;
use crate::process;

/// Servers with a deliberate bug that run at a time.
const AT_ONCE: usize = 2;

/// The group that is skipped where a session may send many requests, and how many it may
/// where it is tried.
const RATES: (&str, &str) = ("rates", "120");

/// The programs of a development build.
struct Programs {
    suite: PathBuf,
    server: PathBuf,
}

pub(super) fn run(bench: &Bench) -> Result<()> {
    let scratch = bench.project.scratch().join("conformance");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).context("could not clear what was left of before")?;
    }
    let build = |features: &[&str]| -> Result<Programs> {
        let folder = bench.programs(features)?;
        Ok(Programs { suite: folder.join("cpor-conformance"), server: folder.join("cpor-server") })
    };
    let programs = build(&[])?;
    let keeps_all = |name: &str, database: Option<&str>| {
        let folder = scratch.join(name);
        let server = start(&programs, &folder, database, None, false)?;
        let mut suite = Command::new(&programs.suite);
        suite.args(["--demo", "--url", &server.url]);
        suite.arg("--json").arg(folder.join("report.json"));
        suite.arg("--junit").arg(folder.join("report.xml"));
        process::run_and_repeat(&mut suite).with_context(|| format!("on {name}"))?;
        drop(server);
        let server = start(&programs, &folder, database, None, true)?;
        let mut suite = Command::new(&programs.suite);
        suite.args(["--demo", "--url", &server.url, "--group", RATES.0]);
        process::run_and_repeat(&mut suite).with_context(|| format!("{} on {name}", RATES.0))
    };
    keeps_all("sqlite", None)?;
    let postgres = Postgres::for_tests(&bench.tools)?;
    postgres
        .with_database(&bench.tools, "cpor_conformance", |url| keeps_all("postgres", Some(url)))?;
    drop(postgres);

    // The demonstration is written once; each mutant begins with a copy of it.
    let data = scratch.join("demonstration");
    drop(start(&programs, &data, None, None, false)?);
    let programs = build(&["--features", "cpor-server/mutants"])?;
    let mutants = names(&programs)?;
    let next = Mutex::new(mutants.iter());
    let missed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let taken = next.lock().ok().and_then(|mut next| next.next());
                        let Some(name) = taken else { return Ok(()) };
                        let caught = meet(&programs, &data, &scratch.join(name), name)
                            .with_context(|| format!("the mutant {name}"))?;
                        match caught {
                            Some(check) => println!("{name:<24} caught by {check}"),
                            None => missed.lock().map_or((), |mut all| all.push(name.clone())),
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result,
            Err(_) => bail!("a thread ended by itself"),
        })
    })?;
    let missed = missed.into_inner().unwrap_or_default();
    println!("{}/{} mutants caught", mutants.len() - missed.len(), mutants.len());
    if !missed.is_empty() {
        bail!("not caught: {}", missed.join(", "));
    }
    Ok(())
}

/// Runs the suite against a server with a deliberate bug; the check that caught it.
fn meet(programs: &Programs, data: &Path, folder: &Path, name: &str) -> Result<Option<String>> {
    let hint = caught::CAUGHT.iter().find(|(mutant, _)| *mutant == name);
    let first: Vec<&str> = hint.map_or_else(Vec::new, |(_, check)| vec!["--check", check]);
    for options in [&first[..], &[]] {
        copy_folder(data, folder)?;
        let is_limited = options.iter().any(|option| option.starts_with(RATES.0));
        let server = start(programs, folder, None, Some(name), is_limited)?;
        let report = folder.join("report.json");
        let status = Command::new(&programs.suite)
            .args(["--demo", "--until-failure", "--url", &server.url, "--json"])
            .arg(&report)
            .args(options)
            .stdout(Stdio::null())
            .status()
            .context("could not start the suite")?;
        drop(server);
        let read = fs::read_to_string(&report);
        fs::remove_dir_all(folder).context("could not remove a server's folder")?;
        match status.code() {
            Some(1) => return failed(&read.context("the suite wrote no report")?).map(Some),
            Some(0) => {}
            _ => bail!("the suite could not run: {status}"),
        }
        if options.is_empty() {
            break;
        }
    }
    Ok(None)
}

/// The first check that failed.
fn failed(report: &str) -> Result<String> {
    let report: Value = serde_json::from_str(report).context("the report is no JSON")?;
    let mut checks = report["checks"].as_array().into_iter().flatten();
    let failed = checks.find(|check| check["result"] == "failed");
    let id = failed.and_then(|check| check["id"].as_str());
    Ok(id.context("the suite failed, and no check did")?.to_owned())
}

/// The deliberate bugs that the server has.
fn names(programs: &Programs) -> Result<Vec<String>> {
    let output = Command::new(&programs.server)
        .env("CPOR_MUTANT", "?")
        .output()
        .context("could not start the server")?;
    let names: Vec<String> =
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    for (hint, _) in caught::CAUGHT {
        if !names.iter().any(|name| name == hint) {
            bail!("the server has no mutant \"{hint}\"");
        }
    }
    Ok(names)
}

/// Starts the demonstration, with a deliberate bug, or with a low limit of requests.
fn start(
    programs: &Programs,
    data: &Path,
    database: Option<&str>,
    mutant: Option<&str>,
    is_limited: bool,
) -> Result<Demonstration> {
    Demonstration::start(&programs.server, data, database, |command| {
        if is_limited {
            command.args(["--rate-session", RATES.1]);
        }
        if let Some(mutant) = mutant {
            // What a broken server complains about is no news.
            command.env("CPOR_MUTANT", mutant).stderr(Stdio::null());
        }
    })
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("could not make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
