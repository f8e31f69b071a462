//! How the server runs, and where it is told so.
//!
//! `options` is the table: one field for each option. `layers` finds out what was given on
//! the command line, in variables and in the file, and which of them counts. What comes out
//! is a [`Config`], which knows nothing of where it was told. `check` finds what does not go
//! together.

mod check;
mod layers;
mod options;
mod read;
mod report;
mod secret;
#[cfg(test)]
mod tests;

pub use report::Report;
pub use secret::Secret;

use crate::auth::oidc::OidcSettings;
use crate::database::DatabaseUrl;
use crate::files::{BucketKeys, BucketLocation};
use crate::person::{NewContact, Person};
use crate::scan::ScannerAddress;
use crate::static_files::AppFiles;
use clap::FromArgMatches as _;
use cpor_rules::{Region, UserRole};
use layers::{Given, Layers};
use options::{
    AccountOptions, AddressOptions, ErasureOptions, Options, OrganisationOptions, PersonOptions,
    PlaceOptions, VerifyOptions,
};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// How all variables begin.
const PREFIX: &str = "CPOR_";
/// Variables that have a name outside of this program, and ours.
const FOREIGN: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "CPOR_BUCKET_KEY_ID"),
    ("AWS_SECRET_ACCESS_KEY", "CPOR_BUCKET_SECRET_KEY"),
];
/// The variable that names the file.
const CONFIG: &str = "CPOR_CONFIG";
/// How long requests under way may take unless something else is told.
const DRAIN_SECONDS: u32 = 10;
/// What is logged unless something else is told.
const LOG: &str = "warn,cpor_server=info";

/// What the program is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "there is one in a process")]
pub enum Command {
    /// Say this, about how it is used.
    Say(String),
    /// Say what the server would run with.
    CheckConfig(Report),
    /// Answer requests.
    Serve(Config),
    /// Add a person.
    AddAccount(NewAccount),
    /// Add an organisation.
    AddOrganisation(NewOrganisation),
    /// Note that the data was put back to an older state.
    Restored(Place),
    /// Ask the server at this address whether it is ready.
    Health(SocketAddr),
    /// Write the audit log to standard output.
    AuditExport(Place),
    /// Look whether a file of the audit log is what was written.
    AuditVerify {
        /// The file.
        file: PathBuf,
        /// What was kept of an export.
        head: Option<String>,
    },
    /// Tell what is kept about a person.
    PersonExport(Person),
    /// Erase a person.
    PersonErase {
        /// Who.
        person: Person,
        /// Who takes the person's place in claims that go on.
        new_contact: Option<NewContact>,
        /// Whether it is to be done, and not only told.
        is_meant: bool,
    },
}

/// Everything that is wrong with what was given, each in a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.0 {
            writeln!(formatter, "cpor-server: {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The variables of the process that are this program's, and have a value.
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, OsString>);

impl Variables {
    /// Those of this process.
    pub fn of_process() -> Self {
        let named =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let (own, foreign): (Vec<_>, Vec<_>) =
            named.partition(|(name, _)| name.starts_with(PREFIX));
        let foreign = foreign.into_iter().filter_map(|(name, value)| {
            let (_, own) = FOREIGN.iter().find(|(foreign, _)| *foreign == name)?;
            Some(((*own).to_owned(), value))
        });
        // The later one counts, which is ours.
        foreign.chain(own).collect()
    }

    /// The value of one.
    fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(name).map(OsString::as_os_str)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let pairs = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(pairs.filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty()).collect())
    }
}

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Folder for the database and the files.
    pub data: PathBuf,
    /// The database, where it is not in the folder.
    pub database: Option<DatabaseUrl>,
}

/// When sessions end, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// After so long without use.
    pub idle_seconds: u32,
    /// However much it is used.
    pub absolute_seconds: u32,
    /// So long before its end the person is told.
    pub warning_seconds: u32,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle_seconds: 8 * 3_600, absolute_seconds: 7 * 24 * 3_600, warning_seconds: 5 * 60 }
    }
}

/// How the server runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder for the database and the files.
    pub data: PathBuf,
    /// A database that several processes share; a file in the folder where it is not told.
    pub database: Option<DatabaseUrl>,
    /// A bucket for files, which several processes share; the folder where it is not told.
    pub bucket: Option<BucketLocation>,
    /// A virus scanner, which sees every file before anybody does.
    pub scanner: Option<ScannerAddress>,
    /// The built app; the one in this program, if there is one and nothing else is told.
    pub app: Option<AppFiles>,
    /// Fill an empty database with a demonstration and offer its accounts.
    pub is_demo: bool,
    /// Behind TLS: `Secure` cookies with the `__Host-` prefix, and HSTS.
    pub is_secure: bool,
    /// Where people reach the app; the address where it is not told.
    pub public_url: Option<String>,
    /// Sender of mails.
    pub mail_from: String,
    /// URL of the server that takes mails; files in the folder of data where it is not told.
    pub smtp: Option<String>,
    /// Password of the account at that server.
    pub smtp_password: Option<Secret>,
    /// Where people sign in besides, or instead.
    pub oidc: Option<OidcSettings>,
    /// Whether people sign in with a password of this server.
    pub has_local_accounts: bool,
    /// When sessions end.
    pub session: SessionLimits,
    /// What is written to the log, as the crate `tracing-subscriber` reads it.
    pub log: String,
    /// How it is written.
    pub log_format: LogFormat,
    /// Where numbers are told; nowhere where it is not told.
    pub metrics: Option<SocketAddr>,
    /// How long requests under way may take once the server is asked to stop, in seconds.
    pub drain_seconds: u32,
    /// Requests that fail on purpose.
    pub chaos: Option<ChaosConfig>,
    /// How many requests each may send.
    pub rates: RateLimits,
    /// How many proxies stand in front and are believed what they say in `X-Forwarded-For`.
    pub proxies: u8,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object in each line.
    Json,
}

/// Most requests in a minute; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Of one session.
    pub session: u32,
    /// Of all sessions of an organisation.
    pub organisation: u32,
    /// Of one address, which an office may share.
    pub address: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { session: 3_000, organisation: 30_000, address: 60_000 }
    }
}

/// Requests that fail on purpose, for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChaosConfig {
    /// How many of a million.
    pub per_million: u32,
    /// From which it follows what fails.
    pub seed: u64,
}

impl ChaosConfig {
    /// The share of requests that fail, 0 to 1.
    pub fn rate(self) -> f64 {
        f64::from(self.per_million) / 1e6
    }
}

/// A person to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Folder for the database and the files.
    pub data: PathBuf,
    /// The database, where it is not in the folder.
    pub database: Option<DatabaseUrl>,
    /// Name of the organisation; added if it is new.
    pub organisation: String,
    /// IANA name of the time zone in which a new organisation counts days.
    pub time_zone: String,
    /// Whose public holidays a new organisation keeps.
    pub region: Region,
    /// Full name.
    pub name: String,
    /// Email address, to sign in with.
    pub email: String,
    /// What the person may do.
    pub role: UserRole,
    /// Partner IDs of the locations for which the person works; all where none is told.
    pub locations: Vec<String>,
}

/// An organisation to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Folder for the database and the files.
    pub data: PathBuf,
    /// The database, where it is not in the folder.
    pub database: Option<DatabaseUrl>,
    /// Its name.
    pub name: String,
    /// IANA name of the time zone in which it counts days.
    pub time_zone: String,
    /// Whose public holidays it keeps.
    pub region: Region,
    /// What a provider's claim calls it; its name where it is not told.
    pub claim: Option<String>,
}

/// Where data is kept unless the command line says otherwise.
const DATA: &str = "data";

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from(DATA),
            database: None,
            bucket: None,
            scanner: None,
            app: AppFiles::embedded(),
            is_demo: false,
            is_secure: false,
            public_url: None,
            mail_from: "no-reply@localhost".to_owned(),
            smtp: None,
            smtp_password: None,
            chaos: None,
            log: LOG.to_owned(),
            oidc: None,
            has_local_accounts: true,
            log_format: LogFormat::default(),
            metrics: None,
            drain_seconds: DRAIN_SECONDS,
            session: SessionLimits::default(),
            rates: RateLimits::default(),
            proxies: 0,
        }
    }
}

impl Command {
    /// Reads the command line, without the name of the program, and what stands elsewhere.
    ///
    /// # Errors
    /// Something of it cannot be used.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variables: &Variables,
    ) -> Result<Self, Faults> {
        let mut layers = Layers::default();
        let matches = match layers::split(arguments.into_iter().collect(), &mut layers.faults) {
            Ok(matches) => matches,
            Err(error) if error.use_stderr() => {
                let said = error.to_string();
                let said = said.trim().trim_start_matches("error: ");
                layers.faults.push(said.to_owned());
                return Err(Faults(layers.faults));
            }
            Err(help) => return Ok(Self::Say(help.to_string())),
        };
        let is_check = matches.get_flag("check_config");
        // The innermost command is the one that has options.
        let (mut deed, mut inner) = (String::new(), &matches);
        while let Some((name, matches)) = inner.subcommand() {
            let before = if deed.is_empty() { "" } else { " " };
            deed.extend([before, name]);
            inner = matches;
        }
        if deed == "audit verify" {
            let read = VerifyOptions::from_arg_matches(inner);
            let VerifyOptions { file, head } = read.map_err(|error| Faults::of(&layers, &error))?;
            return layers.or_faults(Self::AuditVerify { file, head });
        }
        let on_command_line = inner.get_one::<PathBuf>("config").map(PathBuf::as_path);
        let file = on_command_line.or_else(|| variables.get(CONFIG).map(Path::new));
        layers.add_command_line(inner);
        layers.add_variables(variables);
        if let Some(file) = file {
            layers.add_file(file);
        }
        let options = layers.options()?;
        let database = layers.database(&options.place);
        if deed.is_empty() {
            if options.bucket.is_none()
                && (options.bucket_endpoint.is_some() || options.bucket_http)
            {
                let fault = "options of a bucket need --bucket: name it, or take them away";
                layers.faults.push(fault.to_owned());
            }
            let config = config(options, database, &layers.given);
            layers.faults.extend(check::contradictions(&config));
            if is_check {
                layers.faults.extend(check::folders(&config));
                return Ok(Self::CheckConfig(Report::of(layers, &config)));
            }
            return layers.or_faults(Self::Serve(config));
        }
        if deed == "health" {
            let asked = asked_address(&options.address, &layers.given);
            let Some(address) = asked else {
                let fault = "port 0 is another one at each start: name the one that the server \
                             printed, with --port";
                layers.faults.push(fault.to_owned());
                return Err(Faults(layers.faults));
            };
            return layers.or_faults(Self::Health(address));
        }
        let place = Place { data: options.place.data, database };
        let command = match deed.as_str() {
            "restored" => Self::Restored(place),
            "audit export" => Self::AuditExport(place),
            "add-organisation" => {
                let organisation = OrganisationOptions::from_arg_matches(inner)
                    .map_err(|error| Faults::of(&layers, &error))?;
                Self::AddOrganisation(organisation.at(place))
            }
            "person export" | "person erase" => {
                person(&deed, inner, place).map_err(|error| Faults::of(&layers, &error))?
            }
            _ => {
                let account = AccountOptions::from_arg_matches(inner)
                    .map_err(|error| Faults::of(&layers, &error))?;
                Self::AddAccount(account.at(place))
            }
        };
        layers.or_faults(command)
    }
}

/// What is to be done about a person.
fn person(deed: &str, matches: &clap::ArgMatches, place: Place) -> Result<Command, clap::Error> {
    let PersonOptions { email, also } = PersonOptions::from_arg_matches(matches)?;
    let person = Person { place, email, also };
    if deed == "person export" {
        return Ok(Command::PersonExport(person));
    }
    let ErasureOptions { new_contact, yes } = ErasureOptions::from_arg_matches(matches)?;
    Ok(Command::PersonErase { person, new_contact, is_meant: yes })
}

impl Faults {
    /// What was found so far and this.
    fn of(layers: &Layers, error: &clap::Error) -> Self {
        Self(layers.faults.iter().cloned().chain([error.to_string()]).collect())
    }
}

impl AccountOptions {
    fn at(self, place: Place) -> NewAccount {
        NewAccount {
            data: place.data,
            database: place.database,
            organisation: self.organisation,
            time_zone: self.time_zone,
            region: self.region,
            name: self.name,
            email: self.email,
            role: self.role,
            locations: self.locations,
        }
    }
}

impl OrganisationOptions {
    fn at(self, place: Place) -> NewOrganisation {
        NewOrganisation {
            data: place.data,
            database: place.database,
            name: self.name,
            time_zone: self.time_zone,
            region: self.region,
            claim: self.claim,
        }
    }
}

impl Layers {
    fn or_faults(self, command: Command) -> Result<Command, Faults> {
        if self.faults.is_empty() { Ok(command) } else { Err(Faults(self.faults)) }
    }

    /// What counts of each option. Those that were wrong have their defaults here.
    fn options(&mut self) -> Result<Options, Faults> {
        options::table()
            .try_get_matches_from(self.arguments())
            .and_then(|matches| Options::from_arg_matches(&matches))
            .map_err(|error| Faults::of(self, &error))
    }

    /// The one database of the two options that name one.
    fn database(&mut self, place: &PlaceOptions) -> Option<DatabaseUrl> {
        let (open, secret) = (self.given.get("database"), self.given.get("database-url"));
        if let (Some(open), Some(secret)) = (open, secret) {
            if open.origin == secret.origin {
                let (open, secret) = (&open.place, &secret.place);
                self.faults.push(format!(
                    "{open} and {secret} both name a database: take one of them away"
                ));
            } else if open.origin > secret.origin {
                return place.database.clone();
            }
        }
        place.database_url.clone().or_else(|| place.database.clone())
    }
}

/// Where the server listens.
fn listen_address(address: &AddressOptions, given: &BTreeMap<String, Given>) -> SocketAddr {
    let origin_of = |name: &str| given.get(name).map(|given| given.origin);
    let mut listen = address.listen;
    if let Some(port) = address.port
        && origin_of("port") >= origin_of("listen")
    {
        listen.set_port(port);
    }
    listen
}

/// Where the server is asked how it is, on the same machine: the address of the numbers
/// answers until the process ends. `None` for a port that only the server knows.
fn asked_address(address: &AddressOptions, given: &BTreeMap<String, Given>) -> Option<SocketAddr> {
    let mut asked = address.metrics.unwrap_or_else(|| listen_address(address, given));
    if asked.ip().is_unspecified() {
        asked.set_ip(match asked.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    (asked.port() != 0).then_some(asked)
}

/// What the options mean together.
fn config(
    options: Options,
    database: Option<DatabaseUrl>,
    given: &BTreeMap<String, Given>,
) -> Config {
    let listen = listen_address(&options.address, given);
    let secret = |secret: Option<Secret>| secret.map_or(String::new(), |key| key.text().to_owned());
    let keys =
        BucketKeys { id: secret(options.bucket_key_id), secret: secret(options.bucket_secret_key) };
    let (endpoint, region) = (options.bucket_endpoint, options.bucket_region);
    let is_plain_http = options.bucket_http;
    let bucket = options.bucket.map(|bucket| BucketLocation {
        endpoint,
        region,
        is_plain_http,
        keys,
        ..bucket
    });
    let seed = options.chaos_seed;
    let oidc = OidcSettings {
        issuer: options.oidc_issuer.unwrap_or_default(),
        client_id: options.oidc_client_id.unwrap_or_default(),
        client_secret: options.oidc_client_secret,
        scopes: options.oidc_scopes.split_whitespace().map(str::to_owned).collect(),
        role_claim: options.oidc_role_claim,
        organisation_claim: options.oidc_organisation_claim,
        location_claim: options.oidc_location_claim,
        label: options.oidc_label,
    };
    Config {
        // Options that say what is usual anyway are of no provider.
        oidc: (oidc != OidcSettings::of("", "")).then_some(oidc),
        has_local_accounts: !options.no_local_accounts,
        listen,
        data: options.place.data,
        database,
        bucket,
        scanner: options.scanner,
        app: options.static_files.map(AppFiles::Folder).or_else(AppFiles::embedded),
        is_demo: options.demo,
        is_secure: options.secure_cookies,
        public_url: options.public_url,
        mail_from: options.mail_from,
        smtp: options.smtp,
        smtp_password: options.smtp_password,
        session: SessionLimits {
            idle_seconds: options.session_idle,
            absolute_seconds: options.session_limit,
            warning_seconds: options.session_warning,
        },
        log: options.log,
        log_format: options.log_format,
        metrics: options.address.metrics,
        drain_seconds: options.drain,
        chaos: options.chaos.map(|per_million| ChaosConfig { per_million, seed }),
        rates: RateLimits {
            session: options.rate_session,
            organisation: options.rate_organisation,
            address: options.rate_address,
        },
        proxies: options.proxies,
    }
}
