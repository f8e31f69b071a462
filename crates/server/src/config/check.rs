//! What does not go together, and folders that cannot be used.

use super::{Config, SessionLimits};
use crate::files::BucketLocation;
use crate::mail::Delivery;
use crate::static_files::AppFiles;
use lettre::Address;
use std::io;
use std::path::Path;

/// People who need time to read and to reach a key have this much at least.
const MIN_WARNING_SECONDS: u32 = 120;

/// Options that contradict each other, each in a sentence that says what to do.
pub(super) fn contradictions(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |fault: &str| found.push(fault.to_owned());
    let SessionLimits { idle_seconds, absolute_seconds, warning_seconds } = config.session;
    if warning_seconds < MIN_WARNING_SECONDS {
        add("--session-warning is at least 120 seconds: people need time to read it");
    }
    if idle_seconds.min(absolute_seconds) <= warning_seconds {
        add("a session is longer than --session-warning: raise --session-idle and \
             --session-limit, or lower --session-warning");
    }
    if config.chaos.is_some() && !config.is_demo {
        add("--chaos is for the demonstration alone: add --demo, or take --chaos away");
    }
    if config.metrics.is_some_and(|metrics| metrics == config.listen && metrics.port() != 0) {
        add("--metrics and --listen are the same address: give --metrics a port of its own");
    }
    if config.mail_from.parse::<Address>().is_err() {
        add("--mail-from is no mail address: give one as in claims@example.com");
    }
    let scheme = config.public_url.as_deref().map(|url| url.split("://").next());
    match scheme {
        Some(Some("http")) if config.is_secure => {
            add(
                "--secure-cookies needs TLS, and --public-url begins with http://: browsers would \
                 not send the cookies; give the https:// address, or take --secure-cookies away",
            );
        }
        None | Some(Some("https" | "http")) => {}
        Some(_) => add("--public-url begins with https:// or http://"),
    }
    match &config.oidc {
        Some(oidc) => {
            if let Err(why) = oidc.clone().check() {
                add(why);
            }
            match config.public_url.as_deref() {
                None if !config.listen.ip().is_loopback() => {
                    add("--oidc-issuer needs --public-url: the provider sends people back there");
                }
                Some(url) if url.trim_end_matches('/').split('/').count() > 3 => {
                    add("--public-url has no path where people sign in at a provider: the app \
                         needs an origin of its own");
                }
                None | Some(_) => {}
            }
        }
        None if !config.has_local_accounts => {
            add("--no-local-accounts needs --oidc-issuer: nobody could sign in");
        }
        None => {}
    }
    if let Some(Err(why)) = config.bucket.as_ref().map(BucketLocation::check) {
        add(why);
    }
    match &config.smtp {
        Some(url) => {
            if config.public_url.is_none() {
                add("--smtp needs --public-url: the links in mails lead there, and nobody else \
                     reaches the address that this machine listens on");
            }
            let password = config.smtp_password.as_ref().map(|secret| secret.text().to_owned());
            if let Err(why) = Delivery::smtp(url, password) {
                add(why);
            }
        }
        None if config.smtp_password.is_some() => {
            add("there is a password for --smtp, and no --smtp: name the server, or take \
                 CPOR_SMTP_PASSWORD away");
        }
        None => {}
    }
    found
}

/// Folders that cannot be used.
pub(super) fn folders(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    if let Err(error) = try_to_write(&config.data) {
        found.push(format!(
            "the folder of data {} cannot be written ({error}): give its path with --data, and \
             let the account of the server write there",
            config.data.display()
        ));
    }
    if let Some(AppFiles::Folder(folder)) = &config.app
        && !folder.join("index.html").is_file()
    {
        found.push(format!(
            "the folder {} of --static holds no index.html: give the folder of the built app",
            folder.display()
        ));
    }
    found
}

/// Writes a file into a folder and removes it; into the next one above where the folder
/// is not there, since the server would make it.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let mut there = folder;
    while !there.exists() {
        there = match there.parent() {
            Some(above) if !above.as_os_str().is_empty() => above,
            _ => Path::new("."),
        };
    }
    let file = there.join(format!(".claims.check-{}", uuid::Uuid::new_v4().simple()));
    std::fs::write(&file, [])?;
    std::fs::remove_file(&file)
}
