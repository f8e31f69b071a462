//! Packages of Debian and its relatives, where we may install them.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Whether there is such a package, as far as the lists of packages on this machine tell.
pub(super) fn offers(package: &str) -> bool {
    process::answer("apt-cache", &["show", "--no-all-versions", package])
        .is_some_and(|said| !said.is_empty())
}

/// Installs packages, or says in one sentence what the user has to do.
pub(super) fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let wanted = packages.join(" ");
    if process::on_path("apt-get").is_none() {
        bail!(
            "{purpose} is missing: install the equivalent of \"{wanted}\" with your system's package manager and retry"
        );
    }
    let is_root = process::answer("id", &["-u"]).as_deref() == Some("0");
    let may_sudo = !is_root && process::answer("sudo", &["-n", "true"]).is_some();
    if !is_root && !may_sudo {
        bail!("{purpose} is missing: run \"sudo apt-get install {wanted}\" and retry");
    }
    for arguments in [
        vec!["update", "-qq"],
        [vec!["install", "-qq", "-y", "--no-install-recommends"], packages.to_vec()].concat(),
    ] {
        let mut command = if is_root {
            Command::new("apt-get")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        };
        process::run_quietly(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
            .with_context(|| {
                format!(
                    "{purpose} is missing and could not be installed: install \"{wanted}\" yourself and retry"
                )
            })?;
    }
    Ok(())
}
