//! The command line.

use crate::chaos;
use crate::database::DatabaseUrl;
use cpor_rules::{Region, UserRole};
use lexopt::prelude::{Long, Short, Value, ValueExt as _};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What `--help` prints.
pub const USAGE: &str = "\
Usage: cpor-server [options]
       cpor-server add-account [options]
       cpor-server restored [options]
       cpor-server audit export [options]
       cpor-server audit verify FILE [--head HASH]

  --listen ADDRESS    address and port to listen on (127.0.0.1:8080)
  --port PORT         the port alone; 0 takes a free one
  --data DIR          folder for the database and the files (data)
  --database URL      a PostgreSQL database instead of the one in the folder, as in
                      postgres://claims@db.example.com/claims; with a password the URL
                      comes from the variable CPOR_DATABASE_URL
  --static DIR        folder of the built app to serve as well
  --demo              fill an empty database with a demonstration
  --secure-cookies    behind TLS: Secure cookies and HSTS
  --public-url URL    where people reach the app, for links in mails (the address);
                      needed with --smtp
  --mail-from ADDRESS sender of mails (no-reply@localhost)
  --smtp URL          send mails there, as in smtps://user@mail.example.com; the
                      password comes from the variable CPOR_SMTP_PASSWORD
                      (without it each mail is a file in DIR/mails)
  --chaos SHARE       let this share of all requests fail, such as 0.05; with --demo only
  --chaos-seed N      which fail (0)
  --session-idle S    a session ends after so many seconds without use (28800: 8 hours)
  --session-limit S   it ends after so many seconds in any case (604800: 7 days)
  --session-warning S its person is told so many seconds before (300); at least 120
  --proxies N         so many proxies in front say in X-Forwarded-For for whom they ask (0)
  --rate-session N    most requests of a session in a minute (3000); 0 for no limit
  --rate-organisation N  and of all its sessions together (30000)
  --rate-address N    and of an address (60000)
  --help              this text

Options of add-account, which reads the password from standard input:

  --data DIR          folder for the database and the files (data)
  --database URL      as above
  --organisation NAME name of the organisation; added if it is new
  --time-zone ZONE    where it counts days, such as Asia/Taipei (UTC)
  --region REGION     whose holidays a new one keeps: none, taiwan, united-states or germany (none)
  --name NAME         full name of the person
  --email ADDRESS     to sign in with
  --role ROLE         incentives-admin, incentives-user or reviewer
  --location ID       a Partner ID for which the person works, and for no other; may be
                      given several times (all of the organisation)

restored tells clients to fetch everything anew, after the data was put back to
an older state in a way that the server does not notice by itself, such as a
snapshot of the whole disk. It takes --data and --database.

audit export writes the audit log to standard output and its head, a hash, to standard
error. It takes --data and --database. audit verify finds lines of such a file that were
altered, removed or put in; with the head that was kept of an export, also a file that was
written anew.
";

/// What the program is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Say how it is used.
    Help,
    /// Answer requests.
    Serve(Config),
    /// Add a person.
    AddAccount(NewAccount),
    /// Note that the data was put back to an older state.
    Restored(Place),
    /// Write the audit log to standard output.
    AuditExport(Place),
    /// Look whether a file of the audit log is what was written.
    AuditVerify {
        /// The file.
        file: PathBuf,
        /// What was kept of an export.
        head: Option<String>,
    },
}

/// The variable that holds the URL of the database where the command line names none.
pub const DATABASE_URL: &str = "CPOR_DATABASE_URL";

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

/// People who need time to read and to reach a key have this much at least.
const MIN_WARNING_SECONDS: u32 = 120;

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle_seconds: 8 * 3_600, absolute_seconds: 7 * 24 * 3_600, warning_seconds: 5 * 60 }
    }
}

impl SessionLimits {
    /// Limits that leave nobody enough time are no limits.
    fn check(self) -> Result<Self, &'static str> {
        if self.warning_seconds < MIN_WARNING_SECONDS {
            return Err("--session-warning is at least 120 seconds");
        }
        if self.idle_seconds.min(self.absolute_seconds) <= self.warning_seconds {
            return Err("a session is longer than --session-warning");
        }
        Ok(self)
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
    /// Folder of the built app.
    pub static_files: Option<PathBuf>,
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
    /// When sessions end.
    pub session: SessionLimits,
    /// Requests that fail on purpose.
    pub chaos: Option<ChaosConfig>,
    /// How many requests each may send.
    pub rates: RateLimits,
    /// How many proxies stand in front and are believed what they say in `X-Forwarded-For`.
    pub proxies: u8,
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

/// Where data is kept unless the command line says otherwise.
const DATA: &str = "data";

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from(DATA),
            database: None,
            static_files: None,
            is_demo: false,
            is_secure: false,
            public_url: None,
            mail_from: "no-reply@localhost".to_owned(),
            smtp: None,
            chaos: None,
            session: SessionLimits::default(),
            rates: RateLimits::default(),
            proxies: 0,
        }
    }
}

impl Command {
    /// Reads the command line, without the name of the program.
    ///
    /// # Errors
    /// An option that is unknown, is missing or has no usable value.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut parser = lexopt::Parser::from_args(args);
        let mut config = Config::default();
        let mut chaos_seed = 0;
        while let Some(option) = parser.next()? {
            match option {
                Value(command) if command == "add-account" => return add_account(&mut parser),
                Value(command) if command == "restored" => return restored(&mut parser),
                Value(command) if command == "audit" => return audit(&mut parser),
                Long("listen") => config.listen = parser.value()?.parse()?,
                Long("port") => config.listen.set_port(parser.value()?.parse()?),
                Long("data") => config.data = parser.value()?.into(),
                Long("database") => {
                    config.database = Some(parser.value()?.parse_with(read_database)?);
                }
                Long("static") => config.static_files = Some(parser.value()?.into()),
                Long("demo") => config.is_demo = true,
                Long("secure-cookies") => config.is_secure = true,
                Long("public-url") => config.public_url = Some(parser.value()?.string()?),
                Long("mail-from") => config.mail_from = parser.value()?.string()?,
                Long("smtp") => config.smtp = Some(parser.value()?.string()?),
                Long("chaos") => {
                    let per_million = parser.value()?.parse_with(read_share)?;
                    config.chaos = Some(ChaosConfig { per_million, seed: 0 });
                }
                Long("chaos-seed") => chaos_seed = parser.value()?.parse()?,
                Long("session-idle") => config.session.idle_seconds = parser.value()?.parse()?,
                Long("session-limit") => {
                    config.session.absolute_seconds = parser.value()?.parse()?;
                }
                Long("session-warning") => {
                    config.session.warning_seconds = parser.value()?.parse()?;
                }
                Long("proxies") => config.proxies = parser.value()?.parse()?,
                Long("rate-session") => config.rates.session = parser.value()?.parse()?,
                Long("rate-organisation") => config.rates.organisation = parser.value()?.parse()?,
                Long("rate-address") => config.rates.address = parser.value()?.parse()?,
                Long("help") | Short('h') => return Ok(Self::Help),
                other => return Err(other.unexpected()),
            }
        }
        config.chaos = config.chaos.map(|chaos| ChaosConfig { seed: chaos_seed, ..chaos });
        config.session = config.session.check()?;
        Ok(Self::Serve(config))
    }
}

impl Command {
    /// Works on the database of this URL, which other users cannot read, unless the
    /// command line names one.
    ///
    /// # Errors
    /// It is not the URL of a database that this program knows.
    pub fn or_on(mut self, url: Option<&str>) -> Result<Self, &'static str> {
        let Some(url) = url.filter(|url| !url.is_empty()) else { return Ok(self) };
        let url = DatabaseUrl::read(url, false)?;
        match &mut self {
            Self::Help | Self::AuditVerify { .. } => {}
            Self::Serve(Config { database, .. })
            | Self::AddAccount(NewAccount { database, .. })
            | Self::Restored(Place { database, .. })
            | Self::AuditExport(Place { database, .. }) => {
                database.get_or_insert(url);
            }
        }
        Ok(self)
    }
}

fn restored(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    place(parser, Command::Restored)
}

fn audit(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    match parser.next()? {
        Some(Value(deed)) if deed == "export" => place(parser, Command::AuditExport),
        Some(Value(deed)) if deed == "verify" => verify(parser),
        Some(Long("help") | Short('h')) => Ok(Command::Help),
        Some(other) => Err(other.unexpected()),
        None => Err("audit is followed by export or verify".into()),
    }
}

fn verify(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let (mut file, mut head) = (None, None);
    while let Some(option) = parser.next()? {
        match option {
            Value(path) if file.is_none() => file = Some(path.into()),
            Long("head") => head = Some(parser.value()?.string()?),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    let file = file.ok_or("audit verify needs a file")?;
    Ok(Command::AuditVerify { file, head })
}

/// Reads where the data is, and nothing else.
fn place(
    parser: &mut lexopt::Parser,
    command: fn(Place) -> Command,
) -> Result<Command, lexopt::Error> {
    let mut place = Place { data: PathBuf::from(DATA), database: None };
    while let Some(option) = parser.next()? {
        match option {
            Long("data") => place.data = parser.value()?.into(),
            Long("database") => {
                place.database = Some(parser.value()?.parse_with(read_database)?);
            }
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(command(place))
}

fn add_account(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut data = PathBuf::from(DATA);
    let mut database = None;
    let mut time_zone = "UTC".to_owned();
    let mut region = Region::None;
    let (mut organisation, mut name, mut email, mut role) = (None, None, None, None);
    let mut locations = Vec::new();
    while let Some(option) = parser.next()? {
        match option {
            Long("data") => data = parser.value()?.into(),
            Long("database") => database = Some(parser.value()?.parse_with(read_database)?),
            Long("time-zone") => time_zone = parser.value()?.string()?,
            Long("region") => region = parser.value()?.parse_with(read_region)?,
            Long("organisation") => organisation = Some(parser.value()?.string()?),
            Long("name") => name = Some(parser.value()?.string()?),
            Long("email") => email = Some(parser.value()?.string()?),
            Long("role") => role = Some(parser.value()?.parse_with(read_role)?),
            Long("location") => locations.push(parser.value()?.parse_with(read_location)?),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    let needed = |option: &str| lexopt::Error::from(format!("add-account needs {option}"));
    Ok(Command::AddAccount(NewAccount {
        data,
        database,
        time_zone,
        region,
        organisation: organisation.ok_or_else(|| needed("--organisation"))?,
        name: name.ok_or_else(|| needed("--name"))?,
        email: email.ok_or_else(|| needed("--email"))?,
        role: role.ok_or_else(|| needed("--role"))?,
        locations,
    }))
}

/// A Partner ID.
fn read_location(text: &str) -> Result<String, &'static str> {
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| text.to_owned()).ok_or("a Partner ID consists of digits")
}

/// A share as a number of a million.
fn read_share(text: &str) -> Result<u32, &'static str> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=chaos::MOST).contains(share));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between nothing and a million"
    )]
    share.map(|share| (share * 1e6) as u32).ok_or("a share is a number from 0 to 0.9")
}

fn read_database(text: &str) -> Result<DatabaseUrl, &'static str> {
    DatabaseUrl::read(text, true)
}

fn read_region(text: &str) -> Result<Region, &'static str> {
    Region::from_code(text).ok_or("a region is none, taiwan, united-states or germany")
}

fn read_role(text: &str) -> Result<UserRole, &'static str> {
    match text {
        "incentives-admin" => Ok(UserRole::IncentivesAdmin),
        "incentives-user" => Ok(UserRole::IncentivesUser),
        "reviewer" => Ok(UserRole::Reviewer),
        _ => Err("a role is incentives-admin, incentives-user or reviewer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Command, lexopt::Error> {
        Command::from_args(args.iter().map(Into::into))
    }

    #[test]
    fn options_are_read() {
        let expected = Config {
            listen: SocketAddr::from(([0, 0, 0, 0], 9000)),
            data: PathBuf::from("d"),
            is_demo: true,
            ..Config::default()
        };
        let args = ["--listen", "0.0.0.0:9000", "--data", "d", "--demo"];
        assert_eq!(read(&args).unwrap(), Command::Serve(expected));
        let args = ["--chaos-seed", "7", "--chaos", "0.05"];
        let Command::Serve(config) = read(&args).unwrap() else { panic!() };
        assert_eq!(config.chaos, Some(ChaosConfig { per_million: 50_000, seed: 7 }));
        let Command::Serve(config) = read(&["--port", "0"]).unwrap() else { panic!() };
        assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 0)));
    }

    #[test]
    fn limits_of_sessions_leave_time_to_answer() {
        let args = ["--session-idle", "600", "--session-limit", "900", "--session-warning", "120"];
        let Command::Serve(config) = read(&args).unwrap() else { panic!() };
        let expected =
            SessionLimits { idle_seconds: 600, absolute_seconds: 900, warning_seconds: 120 };
        assert_eq!(config.session, expected);
        assert!(read(&["--session-warning", "119"]).is_err());
        assert!(read(&["--session-idle", "300"]).is_err());
        assert!(read(&["--session-limit", "299"]).is_err());
        assert!(read(&["--session-idle", "soon"]).is_err());
    }

    #[test]
    fn an_account_is_read_whole_or_not_at_all() {
        let args = [
            "add-account",
            "--organisation",
            "Contoso Partners",
            "--name",
            "Ana Bowman",
            "--email",
            "ana@contoso.com",
            "--role",
            "incentives-admin",
        ];
        let Command::AddAccount(account) = read(&args).unwrap() else { panic!() };
        assert_eq!((account.name.as_str(), account.time_zone.as_str()), ("Ana Bowman", "UTC"));
        assert_eq!(account.region, Region::None);
        let with_region = [&args[..], &["--region", "taiwan"]].concat();
        let Command::AddAccount(account) = read(&with_region).unwrap() else { panic!() };
        assert_eq!(account.region, Region::Taiwan);
        assert!(read(&[&args[..], &["--region", "atlantis"]].concat()).is_err());
        assert!(read(&args[..7]).is_err());
        assert!(read(&["add-account", "--role", "king"]).is_err());
    }

    #[test]
    fn a_restore_is_told_of_a_folder() {
        let place = |data: &str| Place { data: data.into(), database: None };
        assert_eq!(read(&["restored"]).unwrap(), Command::Restored(place("data")));
        assert_eq!(read(&["restored", "--data", "d"]).unwrap(), Command::Restored(place("d")));
        assert!(read(&["restored", "--port", "1"]).is_err());
    }

    #[test]
    fn the_command_line_names_a_database_before_the_environment_does() {
        let (here, there) = ("postgres://here/claims", "postgres://a:secret@there/claims");
        let url = |text| Some(DatabaseUrl::read(text, false).unwrap());
        let database = |args: &[&str], variable| match read(args).unwrap().or_on(variable).unwrap()
        {
            Command::Serve(config) => config.database,
            Command::Restored(place) => place.database,
            other => panic!("{other:?}"),
        };
        assert_eq!(database(&[], None), None);
        assert_eq!(database(&[], Some("")), None);
        assert_eq!(database(&[], Some(there)), url(there));
        assert_eq!(database(&["restored"], Some(there)), url(there));
        assert_eq!(database(&["--database", here], Some(there)), url(here));
        assert_eq!(database(&["restored", "--database", here], None), url(here));
        assert!(read(&["--database", there]).is_err());
        assert!(read(&[]).unwrap().or_on(Some("mysql://here")).is_err());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(read(&["--chaos"]).is_err());
        assert!(read(&["--chaos", "1.5"]).is_err());
        assert!(read(&["--chaos", "often"]).is_err());
        assert!(read(&["--port", "many"]).is_err());
        assert_eq!(read(&["--help"]).unwrap(), Command::Help);
    }
}
