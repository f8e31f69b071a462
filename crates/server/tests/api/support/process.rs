//! The real program, started and killed.

use super::Person;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The server as a process of its own.
pub struct Process {
    child: Child,
    address: String,
}

impl Process {
    /// Starts the program on this folder and waits until it listens.
    pub fn start(data: &Path) -> Self {
        Self::start_on(data, super::url_of(data))
    }

    /// As [`Self::start`], on the database of this URL, or on the file in the folder.
    pub fn start_on(data: &Path, url: Option<String>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cpor-server"))
            .args(["--port", "0", "--demo", "--data"])
            .arg(data)
            .env("CPOR_LOG", "trace,sqlx=info,hyper=info,h2=info")
            .env("CPOR_DATABASE_URL", url.unwrap_or_default())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("listening on ") else {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            panic!("the server did not start: {log}");
        };
        Self { address: address.to_owned(), child }
    }

    pub fn anonymous(&self) -> Person {
        Person::at(self.address.clone())
    }

    /// Ends the process without a warning, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to end, and gives everything that it logged.
    pub fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(self.child.wait().unwrap().success());
        log
    }
}
