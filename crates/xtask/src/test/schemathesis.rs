//! `schemathesis`: the server does what its description says, whatever it is sent
//! ([decision 47](../../../../docs/adr/0047-schemathesis.md)).

use std::{fs, path::Path, process::Command, sync::Mutex, thread};

use anyhow::{Context, Result};

use super::{Bench, demonstration::Demonstration};
use crate::{
    postgres::Postgres,
    process,
    project::Project,
    setup::{Tool, Tools},
    unknown_option,
};

pub(super) const NEEDS: &[Tool] = &[Tool::Postgres, Tool::Schemathesis];

/// Why these are left out stands in the decision.
const LEFT_OUT: &[&str] =
    &["--exclude-path=/v1/events", "--exclude-path=/v1/session", "--exclude-path=/v1/demo/clock"];

/// Trials that run at a time: each keeps one core busy.
const AT_ONCE: usize = 2;

/// One person who tries everything at a fresh demonstration.
struct Trial {
    name: &'static str,
    /// Who is signed in; empty for nobody.
    email: &'static str,
    on_postgres: bool,
    operations: &'static [&'static str],
}

const TRIALS: &[Trial] = &[
    Trial {
        name: "partner",
        email: "admin@fabrikam.example",
        on_postgres: false,
        operations: LEFT_OUT,
    },
    Trial {
        name: "reviewer",
        email: "reviewer@review.example",
        on_postgres: false,
        operations: LEFT_OUT,
    },
    Trial {
        name: "postgres",
        email: "admin@fabrikam.example",
        on_postgres: true,
        operations: LEFT_OUT,
    },
    // It would end the session of others.
    Trial {
        name: "session",
        email: "",
        on_postgres: true,
        operations: &["--include-path=/v1/session"],
    },
    // It would end all time limits of others.
    Trial {
        name: "clock",
        email: "user@fabrikam.example",
        on_postgres: false,
        operations: &["--include-path=/v1/demo/clock"],
    },
];

/// How thoroughly it is tried.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// Most requests that are made up for an operation, alone and in sequences, beside
    /// the systematic ones; `None` for those alone.
    examples: Option<String>,
    seed: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { examples: None, seed: "1".to_owned() }
    }
}

impl Options {
    /// Reads what was typed after `cargo xtask schemathesis`.
    pub(super) fn read(mut arguments: crate::Arguments) -> Result<Self> {
        let mut options = Self::default();
        while let Some(option) = arguments.next_word() {
            match option.as_str() {
                "--examples" => options.examples = Some(arguments.value("--examples")?),
                "--seed" => options.seed = arguments.value("--seed")?,
                other => return Err(unknown_option(other)),
            }
        }
        Ok(options)
    }
}

pub(super) fn run(bench: &Bench) -> Result<()> {
    run_with(bench, &Options::default())
}

pub(super) fn run_with(bench: &Bench, options: &Options) -> Result<()> {
    let scratch = bench.project.scratch().join("schemathesis");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).context("could not clear what was left of before")?;
    }
    let program = bench.programs(&[])?.join("cpor-server");
    let postgres = Postgres::for_tests(&bench.tools)?;
    let (project, tools) = (bench.project, &bench.tools);
    let try_one = |trial: &Trial| {
        let data = scratch.join(trial.name);
        let on = |database: Option<&str>| {
            try_it(project, tools, &program, trial, &data, database, options)
        };
        if trial.on_postgres {
            postgres.with_database(tools, &format!("cpor_{}", trial.name), |url| on(Some(url)))
        } else {
            on(None)
        }
    };
    let next = Mutex::new(TRIALS.iter());
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(trial) = next.lock().ok().and_then(|mut next| next.next()) {
                    if let Err(error) = try_one(trial)
                        && let Ok(mut failed) = failed.lock()
                    {
                        failed.push(format!("{}: {error:#}", trial.name));
                    }
                }
            });
        }
    });
    // A thread that ended by itself has ended the scope with it.
    let failed = failed.into_inner().unwrap_or_default();
    if failed.is_empty() { Ok(()) } else { anyhow::bail!("{}", failed.join("\n")) }
}

fn try_it(
    project: &Project,
    tools: &Tools,
    program: &Path,
    trial: &Trial,
    data: &Path,
    database: Option<&str>,
    options: &Options,
) -> Result<()> {
    println!("test   schemathesis as {}, seed {}", trial.name, options.seed);
    let no_rates = ["--rate-session=0", "--rate-organisation=0", "--rate-address=0"];
    let server = Demonstration::start(program, data, database, |command| {
        command.args(no_rates);
    })?;
    let programs = tools.schemathesis.as_ref().context("schemathesis was not set up")?;
    let home = project.root.join("tests/schemathesis");
    let session = if trial.email.is_empty() {
        String::new()
    } else {
        let sign_in = home.join("sign_in.py").display().to_string();
        process::answer(programs.join("python"), &[sign_in.as_str(), &server.url, trial.email])
            .context("could not sign in to the demonstration")?
    };
    let mut command = Command::new(programs.join("schemathesis"));
    command
        .arg("--config-file")
        .arg(home.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/v1/openapi.json", server.url))
        .args(["--seed", &options.seed])
        .args(trial.operations)
        .arg("--report-junit-path")
        .arg(data.join("report.xml"))
        .current_dir(data)
        .env("CPOR_URL", &server.url)
        .env("CPOR_SESSION", session)
        .env("PYTHONPATH", &home)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    match &options.examples {
        None => command.args(["--phases", "coverage"]),
        Some(examples) => command.args(["--max-examples", examples]),
    };
    process::run_in_one_piece(&mut command)
}
