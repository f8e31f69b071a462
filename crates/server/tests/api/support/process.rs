//! The real program, started and killed.

use super::Person;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// Runs the program with these arguments, on the database of this folder, to its end.
pub fn program(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cpor-server"))
        .args(arguments)
        .env("CPOR_DATABASE_URL", super::url_of(data).unwrap_or_default())
        .output()
        .unwrap()
}

/// The server as a process of its own.
pub struct Process {
    child: Child,
    address: String,
    numbers: Option<String>,
}

impl Process {
    /// Starts the program on this folder and waits until it listens.
    pub fn start(data: &Path) -> Self {
        Self::start_on(data, super::url_of(data))
    }

    /// As [`Self::start`], on the database of this URL, or on the file in the folder.
    pub fn start_on(data: &Path, url: Option<String>) -> Self {
        Self::start_by(data, url, &[])
    }

    /// As [`Self::start`], with these options as well.
    pub fn start_with(data: &Path, options: &[&str]) -> Self {
        Self::start_by(data, super::url_of(data), options)
    }

    fn start_by(data: &Path, url: Option<String>, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cpor-server"))
            .args(["--port", "0", "--demo", "--data"])
            .arg(data)
            .args(options)
            .env("CPOR_LOG", "trace,sqlx=info,hyper=info,h2=info")
            .env("CPOR_DATABASE_URL", url.unwrap_or_default())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.as_mut().unwrap());
        let mut line = || {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            line
        };
        let address = line();
        let numbers = options.contains(&"--metrics").then(line);
        let Some(address) = address.trim().strip_prefix("listening on ") else {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            panic!("the server did not start: {log}");
        };
        let address = address.to_owned();
        let numbers = numbers.map(|line| {
            let url = line.trim().strip_prefix("numbers on ").unwrap();
            url.strip_suffix("/metrics").unwrap().to_owned()
        });
        Self { child, address, numbers }
    }

    pub fn anonymous(&self) -> Person {
        Person::at(self.address.clone())
    }

    /// Host and port that it listens on.
    pub fn address(&self) -> &str {
        self.address.strip_prefix("http://").unwrap()
    }

    /// Somebody who looks after it, at the address of `--metrics`.
    pub fn keeper(&self) -> Person {
        Person::at(self.numbers.clone().unwrap())
    }

    /// Ends the process without a warning, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to end.
    pub fn ask_to_end(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
    }

    /// Waits until the process has ended in order, and gives everything that it logged.
    pub fn wait(mut self) -> String {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(self.child.wait().unwrap().success());
        log
    }

    /// Asks the process to end, and gives everything that it logged.
    pub fn stop(self) -> String {
        self.ask_to_end();
        self.wait()
    }
}
