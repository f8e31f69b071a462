//! A server with the demonstration in a folder of its own, for tests from outside.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result};

use crate::process::Running;

/// A server that runs until this value goes away.
pub(super) struct Demonstration {
    pub(super) url: String,
    _running: Running,
    /// Behind it, so that it is open as long as the server runs: it fails where nobody
    /// can read it.
    _output: BufReader<ChildStdout>,
}

impl Demonstration {
    /// Starts the program with the demonstration in `data` and waits until it listens.
    /// `change` may add to its command.
    pub(super) fn start(
        program: &Path,
        data: &Path,
        database: Option<&str>,
        change: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["--demo", "--port", "0", "--data"]).arg(data);
        command.env("CPOR_LOG", "error").stdout(Stdio::piped());
        command.env("CPOR_DATABASE_URL", database.unwrap_or_default());
        change(&mut command);
        let mut running = Running::start(&mut command)?;
        let output = running.output().context("the server's output is not there")?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        output.read_line(&mut line).context("lost sight of the server")?;
        let url = line.trim().strip_prefix("listening on ").context("the server did not start")?;
        Ok(Self { url: url.to_owned(), _running: running, _output: output })
    }
}
