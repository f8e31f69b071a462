//! moto, an S3 server in Python, one for all tests: each of them is a process of its own,
//! and starting it takes a second or two.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{process::Running, project::Project, setup::Tools};

/// By this the tests of the server are told where it is.
const VARIABLE: &str = "CPOR_TEST_MOTO_AT";

/// It runs until this value goes away.
pub struct Moto {
    address: String,
    _running: Running,
}

impl Moto {
    /// Starts it and waits until it listens.
    pub fn start(project: &Project, tools: &Tools) -> Result<Self> {
        let python = tools.moto.as_ref().context("moto was not set up")?;
        let mut command = Command::new(python);
        command.arg(project.root.join("tests/moto/serve.py"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        let output = running.output().context("moto has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("moto did not say its port")?;
        let port = line.trim();
        ensure!(!port.is_empty(), "moto did not start");
        Ok(Self { address: format!("127.0.0.1:{port}"), _running: running })
    }

    /// Tells a program of the tests where it is.
    pub fn told<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env(VARIABLE, &self.address)
    }
}
