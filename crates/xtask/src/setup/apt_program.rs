//! Single programs that come as packages of the system.

use anyhow::{Result, bail};

use super::apt;
use crate::{process, report::Outcome};

/// A program of which any version will do.
pub(super) struct AptProgram {
    /// The program.
    pub program: &'static str,
    /// The package of Debian and its relatives.
    pub package: &'static str,
}

impl AptProgram {
    /// Uses the one on the PATH, installed if need be.
    pub(super) fn ensure(&self) -> Result<Outcome> {
        if let Some(found) = process::on_path(self.program) {
            return Ok(Outcome::AlreadyThere(found.display().to_string()));
        }
        apt::install(&[self.package], self.program)?;
        if process::on_path(self.program).is_none() {
            bail!(
                "{} was installed but is not on the PATH: open a new shell and retry",
                self.program
            );
        }
        Ok(Outcome::Done(format!("{} installed", self.package)))
    }
}
