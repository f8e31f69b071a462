//! clamd of `ClamAV` and c-icap, with which the tests of the server have files scanned.
//!
//! Only the programs: the tests bring the one signature that they need, so none are fetched.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use super::apt;
use crate::{process, report::Outcome};

const PACKAGES: &[&str] = &["clamav-daemon", "c-icap", "libc-icap-mod-virus-scan"];
/// Where daemons are that do not stand on the PATH of everybody.
const CLAMD: &str = "/usr/sbin/clamd";
/// Below a folder for each kind of machine.
const LIBRARIES: &str = "/usr/lib";
const MODULE: &str = "c_icap/virus_scan.so";

pub(super) fn ensure() -> Result<Outcome> {
    if is_there() {
        return Ok(Outcome::AlreadyThere("clamd, c-icap".to_owned()));
    }
    apt::install(PACKAGES, "ClamAV with c-icap")?;
    if !is_there() {
        bail!("ClamAV and c-icap were installed but are not found: open a new shell and retry");
    }
    Ok(Outcome::Done(format!("{} installed", PACKAGES.join(", "))))
}

fn is_there() -> bool {
    let has_module = || {
        let folders = fs::read_dir(LIBRARIES).into_iter().flatten().flatten();
        folders
            .map(|folder| folder.path())
            .chain(["/usr/local/lib".into(), LIBRARIES.into()])
            .any(|folder| folder.join(MODULE).is_file())
    };
    (process::on_path("clamd").is_some() || Path::new(CLAMD).is_file())
        && process::on_path("c-icap").is_some()
        && has_module()
}
