//! The table of options: each is one field here, and its comment is what `--help` says.
//!
//! The variable `CPOR_…`, the key of the file and the line in `docs/server.md` follow from
//! the name of the field. An option that is hidden is a secret: it is taken from its
//! variable, or from the file that the variable `…_FILE` names, and from nowhere else.
//!
//! ```text
//! session_idle    --session-idle    CPOR_SESSION_IDLE    session-idle = 3600
//! ```

#![allow(
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    reason = "the comments are what --help prints, and each switch is an option of its own"
)]

use super::read;
use super::{LogFormat, RateLimits, Secret, SessionLimits};
use crate::database::DatabaseUrl;
use crate::files::BucketLocation;
use crate::person::NewContact;
use crate::scan::ScannerAddress;
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand};
use cpor_rules::{Region, UserRole};
use std::net::SocketAddr;
use std::path::PathBuf;

/// For tests: what a forgotten line must not turn on stands in no file and no variable.
pub(super) const COMMAND_LINE_ALONE: [&str; 2] = ["chaos", "chaos-seed"];

const DATA: &str = "Data";
const NETWORK: &str = "Network";
const MAIL: &str = "Mail";
const SESSIONS: &str = "Sessions";
const PROVIDER: &str = "Sign-in at a provider";
const LIMITS: &str = "Limits";
const LOG: &str = "Log";
const DEMONSTRATION: &str = "Demonstration and tests";

/// The reference server of CPOR Claims
///
/// An option is taken from the command line, else from its variable (--session-idle is
/// CPOR_SESSION_IDLE), else from the file (session-idle = 3600), else it has its default.
#[derive(Debug, Parser)]
#[command(
    name = "cpor-server",
    version,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    args_override_self = true
)]
pub(super) struct CommandLine {
    #[command(flatten)]
    pub(super) file: FileOption,
    /// Say what the server would run with and everything that is wrong with it; start nothing
    #[arg(long)]
    pub(super) check_config: bool,
    #[command(flatten)]
    pub(super) options: Options,
    #[command(subcommand)]
    pub(super) deed: Option<Deed>,
}

/// Where the file with the options is.
#[derive(Debug, Args)]
pub(super) struct FileOption {
    /// A TOML file with any of the options below, without their dashes (variable CPOR_CONFIG)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// The options of the server.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) place: PlaceOptions,

    /// A bucket for files instead of the folder, as in s3://name/prefix
    #[arg(long, value_name = "URL", value_parser = BucketLocation::read, help_heading = DATA)]
    pub(super) bucket: Option<BucketLocation>,
    /// The store that has the bucket, where it is not AWS, as in https://s3.example.com
    #[arg(long, value_name = "URL", help_heading = DATA)]
    pub(super) bucket_endpoint: Option<String>,
    /// The region of the bucket
    #[arg(
        long, value_name = "NAME", default_value = BucketLocation::DEFAULT_REGION,
        help_heading = DATA
    )]
    pub(super) bucket_region: String,
    /// The store may be reached without TLS; for tests alone
    #[arg(
        long, value_name = "true|false", num_args = 0..=1, require_equals = true,
        default_value = "false", default_missing_value = "true", action = ArgAction::Set,
        hide_possible_values = true, help_heading = DATA
    )]
    pub(super) bucket_http: bool,
    /// The id of the key to the bucket; AWS_ACCESS_KEY_ID is taken as well
    #[arg(long, value_name = "ID", hide = true, help_heading = DATA)]
    pub(super) bucket_key_id: Option<Secret>,
    /// The key itself; AWS_SECRET_ACCESS_KEY is taken as well
    #[arg(long, value_name = "KEY", hide = true, help_heading = DATA)]
    pub(super) bucket_secret_key: Option<Secret>,

    /// A virus scanner that sees every file before anybody does, as in clamd://host:3310,
    /// clamd:///run/clamav/clamd.ctl or icap://host:1344/avscan
    #[arg(long, value_name = "URL", value_parser = ScannerAddress::read, help_heading = DATA)]
    pub(super) scanner: Option<ScannerAddress>,

    #[command(flatten)]
    pub(super) address: AddressOptions,
    /// So many seconds requests under way may take once the server is asked to stop
    #[arg(long, value_name = "SECONDS", default_value_t = super::DRAIN_SECONDS, help_heading = NETWORK)]
    pub(super) drain: u32,
    /// Folder of the built app to serve as well, in place of the one that the program may hold
    #[arg(long = "static", value_name = "DIR", help_heading = NETWORK)]
    pub(super) static_files: Option<PathBuf>,
    /// Where people reach the app, for links in mails and to know its pages behind a proxy that
    /// asks under another name; the address if not given, needed with --smtp
    #[arg(long, value_name = "URL", help_heading = NETWORK)]
    pub(super) public_url: Option<String>,
    /// Behind TLS: Secure cookies with the __Host- prefix, and HSTS
    #[arg(
        long, value_name = "true|false", num_args = 0..=1, require_equals = true,
        default_value = "false", default_missing_value = "true", action = ArgAction::Set,
        hide_possible_values = true, help_heading = NETWORK
    )]
    pub(super) secure_cookies: bool,
    /// So many proxies in front say in X-Forwarded-For for whom they ask, and are believed
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = NETWORK)]
    pub(super) proxies: u8,

    /// Server that takes mails, as in smtps://user@mail.example.com; if not given, each mail is
    /// a file in the folder mails within the folder of data
    #[arg(long, value_name = "URL", help_heading = MAIL)]
    pub(super) smtp: Option<String>,
    /// The password of the account at --smtp
    #[arg(long, value_name = "PASSWORD", hide = true, help_heading = MAIL)]
    pub(super) smtp_password: Option<Secret>,
    /// Sender of mails
    #[arg(long, value_name = "ADDRESS", default_value = "no-reply@localhost", help_heading = MAIL)]
    pub(super) mail_from: String,

    /// A session ends after so many seconds without use
    #[arg(
        long, value_name = "SECONDS", default_value_t = SessionLimits::default().idle_seconds,
        help_heading = SESSIONS
    )]
    pub(super) session_idle: u32,
    /// It ends after so many seconds in any case
    #[arg(
        long, value_name = "SECONDS", default_value_t = SessionLimits::default().absolute_seconds,
        help_heading = SESSIONS
    )]
    pub(super) session_limit: u32,
    /// Its person is told so many seconds before; at least 120
    #[arg(
        long, value_name = "SECONDS", default_value_t = SessionLimits::default().warning_seconds,
        help_heading = SESSIONS
    )]
    pub(super) session_warning: u32,

    /// People sign in at this provider of OpenID Connect as well, as in
    /// https://login.example.com
    #[arg(long, value_name = "URL", help_heading = PROVIDER)]
    pub(super) oidc_issuer: Option<String>,
    /// Under which the provider knows this server; needed with --oidc-issuer
    #[arg(long, value_name = "ID", help_heading = PROVIDER)]
    pub(super) oidc_client_id: Option<String>,
    /// The secret that the provider has given for it
    #[arg(long, value_name = "SECRET", hide = true, help_heading = PROVIDER)]
    pub(super) oidc_client_secret: Option<Secret>,
    /// What people call the provider, on a button
    #[arg(long, value_name = "NAME", default_value = "OpenID Connect", help_heading = PROVIDER)]
    pub(super) oidc_label: String,
    /// What is asked for besides openid
    #[arg(long, value_name = "LIST", default_value = "profile email", help_heading = PROVIDER)]
    pub(super) oidc_scopes: String,
    /// Claim with the role; a name such as /a/b leads into nested ones
    #[arg(long, value_name = "NAME", default_value = "role", help_heading = PROVIDER)]
    pub(super) oidc_role_claim: String,
    /// Claim with the organisation
    #[arg(long, value_name = "NAME", default_value = "organisation", help_heading = PROVIDER)]
    pub(super) oidc_organisation_claim: String,
    /// Claim with Partner IDs, or * for all; if not given, everybody works for all locations of
    /// their organisation
    #[arg(long, value_name = "NAME", help_heading = PROVIDER)]
    pub(super) oidc_location_claim: Option<String>,
    /// Nobody signs in with a password of this server
    #[arg(
        long, value_name = "true|false", num_args = 0..=1, require_equals = true,
        default_value = "false", default_missing_value = "true", action = ArgAction::Set,
        hide_possible_values = true, help_heading = PROVIDER
    )]
    pub(super) no_local_accounts: bool,

    /// Most requests of a session in a minute; 0 for no limit
    #[arg(
        long, value_name = "N", default_value_t = RateLimits::default().session,
        help_heading = LIMITS
    )]
    pub(super) rate_session: u32,
    /// Most requests of all sessions of an organisation in a minute; 0 for no limit
    #[arg(
        long, value_name = "N", default_value_t = RateLimits::default().organisation,
        help_heading = LIMITS
    )]
    pub(super) rate_organisation: u32,
    /// Most requests of an address in a minute; 0 for no limit
    #[arg(
        long, value_name = "N", default_value_t = RateLimits::default().address,
        help_heading = LIMITS
    )]
    pub(super) rate_address: u32,

    /// What is written to the log: error, warn, info, debug or trace, also for parts, as in
    /// warn,cpor_server=debug
    #[arg(
        long, value_name = "LEVEL", default_value = super::LOG, value_parser = read::log,
        help_heading = LOG
    )]
    pub(super) log: String,
    /// How a line of the log is written: text, or json
    #[arg(
        long, value_name = "FORM", default_value = "text", value_parser = read::log_format,
        help_heading = LOG
    )]
    pub(super) log_format: LogFormat,

    /// Fill an empty database with a demonstration and offer one-click accounts; opens its clock
    /// and its mails to whoever is signed in, so it does not start on any other data
    #[arg(
        long, value_name = "true|false", num_args = 0..=1, require_equals = true,
        default_value = "false", default_missing_value = "true", action = ArgAction::Set,
        hide_possible_values = true, help_heading = DEMONSTRATION
    )]
    pub(super) demo: bool,
    /// Let this share of all requests fail, such as 0.05; with --demo only
    #[arg(long, value_name = "SHARE", value_parser = read::share, help_heading = DEMONSTRATION)]
    pub(super) chaos: Option<u32>,
    /// Which of them fail
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = DEMONSTRATION)]
    pub(super) chaos_seed: u64,
}

/// Where the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(super) struct AddressOptions {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", help_heading = NETWORK)]
    pub(super) listen: SocketAddr,
    /// The port alone; 0 takes a free one and prints it
    #[arg(long, value_name = "PORT", help_heading = NETWORK)]
    pub(super) port: Option<u16>,
    /// Address and port for numbers in the form of Prometheus, and for /livez and /readyz until
    /// the process ends; for your own network alone
    #[arg(long, value_name = "ADDRESS", help_heading = NETWORK)]
    pub(super) metrics: Option<SocketAddr>,
}

/// Where the data is: every command on it needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(super) struct PlaceOptions {
    /// Folder for the database and the files
    #[arg(long, value_name = "DIR", default_value = "data", help_heading = DATA)]
    pub(super) data: PathBuf,
    /// A PostgreSQL database instead of the one in the folder, as in
    /// postgres://claims@db.example.com/claims; with a password it is a secret
    #[arg(long, value_name = "URL", value_parser = read::public_database, help_heading = DATA)]
    pub(super) database: Option<DatabaseUrl>,
    /// The URL of the database with its password, instead of --database
    #[arg(
        long, value_name = "URL", hide = true, value_parser = read::secret_database,
        help_heading = DATA
    )]
    pub(super) database_url: Option<DatabaseUrl>,
}

/// What the program does instead of answering requests.
#[derive(Debug, Subcommand)]
pub(super) enum Deed {
    /// Add a person; the password is read from standard input
    AddAccount {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        place: PlaceOptions,
        #[command(flatten)]
        account: AccountOptions,
    },
    /// Add an organisation, for people who sign in at a provider
    AddOrganisation {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        place: PlaceOptions,
        #[command(flatten)]
        organisation: OrganisationOptions,
    },
    /// Tell clients to fetch everything anew, after the data was put back to an older state in a
    /// way that the server does not notice by itself, such as a snapshot of the whole disk
    Restored {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Ask the server that runs with these settings whether it is ready: ends with 0 if it is,
    /// and with 1 and the reason if not
    Health {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        address: AddressOptions,
    },
    /// Export the audit log, or verify an export
    #[command(subcommand)]
    Audit(AuditDeed),
    /// Tell what is kept about a person, or erase it
    #[command(subcommand)]
    Person(PersonDeed),
}

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditDeed {
    /// Write the audit log to standard output and its head, a hash, to standard error
    Export {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Find lines of an export that were altered, removed or put in
    Verify(VerifyOptions),
}

/// What is done about a person.
#[derive(Debug, Subcommand)]
pub(super) enum PersonDeed {
    /// Write what is kept about a person to standard output, as JSON
    Export {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        place: PlaceOptions,
        #[command(flatten)]
        person: PersonOptions,
    },
    /// Take a person out of everything that is kept; claims stay
    Erase {
        #[command(flatten)]
        file: FileOption,
        #[command(flatten)]
        place: PlaceOptions,
        #[command(flatten)]
        person: PersonOptions,
        #[command(flatten)]
        erasure: ErasureOptions,
    },
}

/// Who is meant.
#[derive(Debug, Args)]
pub(super) struct PersonOptions {
    /// Email address of the person
    #[arg(long, value_name = "ADDRESS")]
    pub(super) email: String,
    /// A word that tells of nobody else, such as a phone number; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub(super) also: Vec<String>,
}

/// How a person is erased.
#[derive(Debug, Args)]
pub(super) struct ErasureOptions {
    /// Who takes the person's place in claims under way, as 'NAME <ADDRESS>'
    #[arg(long, value_name = "CONTACT", value_parser = NewContact::read)]
    pub(super) new_contact: Option<NewContact>,
    /// Do it; otherwise it is only said what would be done
    #[arg(long)]
    pub(super) yes: bool,
}

/// A file of the audit log.
#[derive(Debug, Args)]
pub(super) struct VerifyOptions {
    /// The file
    pub(super) file: PathBuf,
    /// The head that was kept of this export; finds a file that was written anew
    #[arg(long, value_name = "HASH")]
    pub(super) head: Option<String>,
}

/// A person to add.
#[derive(Debug, Args)]
pub(super) struct AccountOptions {
    /// Name of the organisation; added if it is new
    #[arg(long, value_name = "NAME")]
    pub(super) organisation: String,
    /// Where a new organisation counts days, such as Asia/Taipei
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) time_zone: String,
    /// Whose holidays a new one keeps: none, taiwan, united-states or germany
    #[arg(long, value_name = "REGION", default_value = "none", value_parser = read::region)]
    pub(super) region: Region,
    /// Full name of the person
    #[arg(long, value_name = "NAME")]
    pub(super) name: String,
    /// To sign in with
    #[arg(long, value_name = "ADDRESS")]
    pub(super) email: String,
    /// incentives-admin, incentives-user or reviewer
    #[arg(long, value_name = "ROLE", value_parser = read::role)]
    pub(super) role: UserRole,
    /// A Partner ID for which the person works, and for no other; may be given several times
    #[arg(long = "location", value_name = "ID", value_parser = read::location)]
    pub(super) locations: Vec<String>,
}

/// An organisation to add.
#[derive(Debug, Args)]
pub(super) struct OrganisationOptions {
    /// Its name
    #[arg(long, value_name = "NAME")]
    pub(super) name: String,
    /// Where it counts days, such as Asia/Taipei
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) time_zone: String,
    /// Whose holidays it keeps: none, taiwan, united-states or germany
    #[arg(long, value_name = "REGION", default_value = "none", value_parser = read::region)]
    pub(super) region: Region,
    /// What the provider's claim calls it, if not its name; may be told of one that is known
    #[arg(long, value_name = "VALUE")]
    pub(super) claim: Option<String>,
}

/// The whole command line.
pub(super) fn command_line() -> clap::Command {
    let command = CommandLine::command();
    let secrets: Vec<String> = table()
        .get_arguments()
        .filter(|option| option.is_hide_set())
        .map(|option| {
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            let variable = variable(&name(option));
            format!("  {variable}, or a file in {variable}_FILE\n          {help}\n")
        })
        .collect();
    command.after_help(format!("Secrets, from variables alone:\n{}", secrets.concat()))
}

/// The options of the server and nothing else, to look at or to read one by one.
pub(super) fn table() -> clap::Command {
    Options::augment_args(clap::Command::new("cpor-server").no_binary_name(true))
        .disable_help_flag(true)
}

/// An option without its dashes, which is the key in the file as well.
pub(super) fn name(option: &clap::Arg) -> String {
    option.get_long().unwrap_or_default().to_owned()
}

/// The variable that holds an option.
pub(super) fn variable(name: &str) -> String {
    format!("{}{}", super::PREFIX, name.to_uppercase().replace('-', "_"))
}

/// Whether an option is yes or no, and yes where it is given alone.
pub(super) fn is_switch(option: &clap::Arg) -> bool {
    option.get_num_args().is_some_and(|most| most.min_values() == 0)
}
