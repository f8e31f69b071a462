//! `cpor-conformance`: checks a backend and reports.

use cpor_conformance::{On, Options, Target, USAGE, Wanted, report, run};
use std::process::ExitCode;

/// Nothing could be checked.
const COULD_NOT_RUN: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match work().await {
        Ok(has_passed) if has_passed => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cpor-conformance: {error}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Whether every check passed.
async fn work() -> Result<bool, String> {
    let wanted = Options::from_args(std::env::args_os().skip(1))
        .map_err(|error| format!("{error}\n\n{USAGE}"))?;
    let options = match wanted {
        Wanted::Help => {
            print!("{USAGE}");
            return Ok(true);
        }
        Wanted::List(options) => {
            print!("{}", report::list(|group, id| options.wants(group, id)));
            return Ok(true);
        }
        Wanted::Run(options) => options,
    };
    let mut target = Target { url: options.url.clone(), ..Target::default() };
    for (who, (email, known)) in &options.accounts {
        let password = match known {
            Some(known) => known.clone(),
            None => password(who.word())?,
        };
        target.accounts.insert(*who, (email.clone(), password));
    }
    let run = run(On::open(&target).await?, &options).await;
    print!("{}", report::text(&run));
    if let Some(path) = &options.json {
        write(path, &format!("{:#}\n", report::json(&run)))?;
    }
    if let Some(path) = &options.junit {
        let xml = report::junit(&run).map_err(|error| error.to_string())?;
        write(path, &xml)?;
    }
    let ran = run.passed() + run.failures().count();
    if ran == 0 {
        return Err("no check could run; see what was skipped".to_owned());
    }
    Ok(run.failures().next().is_none())
}

/// The password for an account: never from the arguments, which others can read.
fn password(word: &str) -> Result<String, String> {
    let own = format!("CPOR_PASSWORD_{}", word.to_uppercase());
    if let Some(password) = std::env::var(own).ok().or_else(|| std::env::var("CPOR_PASSWORD").ok())
    {
        return Ok(password);
    }
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
    let password = line.trim_end_matches(['\r', '\n']);
    if read == 0 || password.is_empty() {
        return Err(format!(
            "there is no password for {word}, neither in the environment nor on standard input"
        ));
    }
    Ok(password.to_owned())
}

fn write(path: &std::path::Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
