//! `cpor-server`: the reference backend as a program.

use cpor_server::{
    Clock, Command, Config, LogFormat, NewAccount, NewContact, Person, Place, Server, ServerError,
    Variables, Verdict, add_account, add_organisation, ask_health, audit_export, audit_verify,
    person_erase, person_export, say_restored,
};
use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "mutants")]
    if let Ok(name) = std::env::var("CPOR_MUTANT")
        && !cpor_server::mutants::set(&name)
    {
        let all = cpor_server::mutants::Mutant::ALL.iter();
        println!("{}", all.map(|mutant| mutant.name()).collect::<Vec<_>>().join("\n"));
        return ExitCode::from(2);
    }
    let command = match Command::read(std::env::args_os().skip(1), &Variables::of_process()) {
        Ok(command) => command,
        Err(faults) => {
            eprint!("{faults}");
            eprintln!("cpor-server: --help lists all options");
            return ExitCode::from(2);
        }
    };
    let done = match command {
        Command::Say(text) => {
            print!("{text}");
            Ok(())
        }
        Command::CheckConfig(report) => {
            print!("{report}");
            return ExitCode::from(if report.faults.is_empty() { 0 } else { 2 });
        }
        Command::Serve(config) => serve(config).await,
        Command::AddAccount(new) => add(new).await,
        Command::AddOrganisation(new) => add_organisation(new).await,
        Command::Restored(place) => say_restored(&place, &Clock::system()).await,
        Command::Health(address) => return tell_health(address).await,
        Command::AuditExport(place) => return export(&place).await,
        Command::AuditVerify { file, head } => return verify(&file, head.as_deref()),
        Command::PersonExport(person) => return tell_of(&person).await,
        Command::PersonErase { person, new_contact, is_meant } => {
            return erase(&person, new_contact.as_ref(), is_meant).await;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cpor-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says how the server is that runs already.
async fn tell_health(address: SocketAddr) -> ExitCode {
    match ask_health(address).await {
        Ok(()) => {
            println!("ready");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cpor-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the audit log to standard output, and its head where it is not mixed with it.
async fn export(place: &Place) -> ExitCode {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    match audit_export(place, &mut out).await {
        Ok(head) => {
            eprintln!("head {head}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cpor-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes what is kept about a person to standard output.
async fn tell_of(person: &Person) -> ExitCode {
    match person_export(person).await {
        Ok(told) => {
            println!("{told:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cpor-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Erases a person, or says what that would do.
async fn erase(person: &Person, new_contact: Option<&NewContact>, is_meant: bool) -> ExitCode {
    match person_erase(person, new_contact, is_meant, &Clock::system()).await {
        Ok(erasure) => {
            println!("{}", erasure.told().join("\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cpor-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tells what is wrong with a file of the audit log.
fn verify(file: &Path, head: Option<&str>) -> ExitCode {
    let read = std::fs::File::open(file);
    match read.and_then(|file| audit_verify(std::io::BufReader::new(file), head)) {
        Ok(verdict) => {
            for finding in &verdict.findings {
                println!("{finding}");
            }
            let Verdict { lines, chains, head, .. } = &verdict;
            println!("{lines} lines in {chains} chains, head {head}");
            if verdict.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("cpor-server: {} cannot be read: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

/// Adds a person whose password stands on the first line of standard input.
async fn add(new: NewAccount) -> Result<(), ServerError> {
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    if add_account(new, password.trim_end_matches(['\r', '\n'])).await? {
        eprintln!(
            "cpor-server: the organisation is known and keeps its region; --region is ignored"
        );
    }
    Ok(())
}

/// Answers requests until the process is asked to end.
async fn serve(config: Config) -> Result<(), ServerError> {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&config.log))
        .with_ansi(config.log_format == LogFormat::Text && std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
        }
    }
    let is_demo = config.is_demo;
    let app = config.app.as_ref().map(ToString::to_string);
    let stop = stop_signal()?;
    let server = Server::bind(config, Clock::system()).await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", server.address()?)?;
    if let Some(address) = server.metrics_address()? {
        writeln!(out, "numbers on http://{address}/metrics")?;
    }
    match app {
        Some(place) => writeln!(out, "the app comes from {place}")?,
        None => writeln!(out, "no app is served: --static names the folder of one")?,
    }
    if is_demo {
        for account in Server::demo_accounts() {
            writeln!(out, "  {:<24} {}  {}", account.email, account.password, account.label)?;
        }
    }
    out.flush()?;
    server.run(stop).await
}

/// Over when the process is asked to end: SIGTERM, or Ctrl-C.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Over when the process is asked to end: Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
