//! A `PostgreSQL` for tests and measurements, thrown away at their end.
//!
//! It listens on a socket in its own folder alone, which nobody else can enter. That of
//! the tests never flushes what it writes to the disk, so it is quick, and nothing of it
//! would survive a power cut. That of the measurements runs as it does out of the box.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    process::{self, Running},
    setup::Tools,
};

/// The variable by which the tests of the server are told of it. One that is set already
/// is used as it is, and nothing is started.
const VARIABLE: &str = "CPOR_TEST_POSTGRES";
/// `PostgreSQL` does not run as root; this user comes with its packages.
const USER: &str = "postgres";
/// What the databases of all tests that run at a time take, and as much again.
const MEMORY_MB: u64 = 1024;
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_mins(1);
/// Room for the servers of all tests that run at a time, and for many workers.
const SETTINGS: &[&str] = &["listen_addresses=", "max_connections=500"];
/// Not to flush anything.
const CARELESS: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// A database that runs until this value goes away.
pub struct Postgres {
    url: String,
    /// Before its folder, which it writes to.
    running: Option<Running>,
    _folder: Option<Folder>,
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("test   {} was not removed: {error}", self.0.display());
        }
    }
}

impl Postgres {
    /// Starts one for tests, unless there is one already, and waits until it answers.
    pub fn for_tests(tools: &Tools) -> Result<Self> {
        match env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            Some(url) => Ok(Self { url, running: None, _folder: None }),
            None => Self::start(tools, &in_memory().unwrap_or_else(env::temp_dir), CARELESS),
        }
    }

    /// Starts one that keeps what it has acknowledged, and waits until it answers.
    pub fn durable(tools: &Tools) -> Result<Self> {
        Self::start(tools, &env::temp_dir(), &[])
    }

    fn start(tools: &Tools, parent: &Path, settings: &[&str]) -> Result<Self> {
        let programs = tools.postgres.as_ref().context("PostgreSQL was not set up")?;
        let is_root = process::answer("id", &["-u"]).as_deref() == Some("0");
        let program = |name: &str| {
            let path = programs.join(name);
            if !is_root {
                return Command::new(path);
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]).arg(path);
            command
        };
        // Short, since the path of a socket has at most a hundred characters, and where
        // that user can go, which a folder of the project may not be.
        let folder = Folder(parent.join(format!("cpor-postgres-{}", std::process::id())));
        fs::create_dir(&folder.0).context("could not make a folder for PostgreSQL")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700))?;
        }
        if is_root {
            process::run_quietly(Command::new("chown").arg(USER).arg(&folder.0))
                .context("PostgreSQL does not run as root, and there is no user for it")?;
        }
        let data = folder.0.join("data");
        let mut make = program("initdb");
        make.args(["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", "-U", USER, "-D"]);
        process::run_quietly(make.arg(&data).current_dir(&folder.0))
            .context("could not make a database")?;
        let mut start = program("postgres");
        start.arg("-D").arg(&data).arg("-k").arg(&folder.0).current_dir(&folder.0);
        start.args(SETTINGS.iter().chain(settings).flat_map(|setting| ["-c", setting]));
        let log = fs::File::create(folder.0.join("log")).context("could not make a log")?;
        start.stdout(Stdio::null()).stderr(log);
        let mut running = Running::start(&mut start)?;
        let url = format!("postgres:///postgres?host={}&user={USER}", folder.0.display());
        let started = Instant::now();
        while ask(tools, &url, "SELECT 1").is_err() {
            if running.has_ended()? || started.elapsed() > PATIENCE {
                let log = fs::read_to_string(folder.0.join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start:\n{log}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        let durability = if settings == CARELESS { "without fsync" } else { "with fsync" };
        println!("setup  PostgreSQL runs in {}, {durability}", folder.0.display());
        Ok(Self { url, running: Some(running), _folder: Some(folder) })
    }

    /// Tells a program of the tests where it is.
    pub fn told<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env(VARIABLE, &self.url)
    }

    /// Keeps a program of the tests from it.
    pub fn hidden(command: &mut Command) -> &mut Command {
        command.env_remove(VARIABLE)
    }

    /// Does something with an empty database of this name, which goes afterwards.
    pub fn with_database(
        &self,
        tools: &Tools,
        name: &str,
        deed: impl FnOnce(&str) -> Result<()>,
    ) -> Result<()> {
        self.make_database(tools, name, "template0")?;
        let done = deed(&self.url_of(name)?);
        done.and(self.drop_database(tools, name))
    }

    /// Makes a database of this name anew, as a copy of another one.
    pub fn make_database(&self, tools: &Tools, name: &str, like: &str) -> Result<()> {
        self.drop_database(tools, name)?;
        ask(tools, &self.url, &format!("CREATE DATABASE {name} TEMPLATE {like}"))
    }

    /// Removes a database, if it is there.
    pub fn drop_database(&self, tools: &Tools, name: &str) -> Result<()> {
        ask(tools, &self.url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    }

    /// The URL of a database of this name.
    pub fn url_of(&self, name: &str) -> Result<String> {
        database(&self.url, name).context("the URL names no database")
    }

    /// The id of its first process, if it was started here.
    pub fn process_id(&self) -> Option<u32> {
        self.running.as_ref().map(Running::id)
    }
}

/// A folder in memory, where there is one with room. Each test has a database of its own,
/// of three hundred files, and file systems on a disk are slow to make and remove so many.
fn in_memory() -> Option<PathBuf> {
    let folder = PathBuf::from("/dev/shm");
    let said = process::answer("df", &["--output=fstype,avail", "--block-size=M", "/dev/shm"])?;
    let mut words = said.lines().nth(1)?.split_whitespace();
    let is_memory = words.next()? == "tmpfs";
    let free_mb: u64 = words.next()?.trim_end_matches('M').parse().ok()?;
    (is_memory && free_mb >= MEMORY_MB).then_some(folder)
}

/// The URL of another database of the same cluster.
fn database(url: &str, name: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let options = path.find('?').map_or("", |at| &path[at..]);
    Some(format!("{scheme}://{host}/{name}{options}"))
}

/// Lets the database do something. The URL may hold a password, and arguments can be read
/// by others, so it is told by a variable.
pub fn ask(tools: &Tools, url: &str, statement: &str) -> Result<()> {
    let mut psql = tools.command("psql")?;
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, "-d"]);
    psql.arg(url_without_password(url));
    if let Some(password) = password(url) {
        psql.env("PGPASSWORD", password);
    }
    process::run_quietly(&mut psql)
}

/// Lets the database do what a file says, and stops at the first error.
pub fn tell(tools: &Tools, url: &str, file: &Path) -> Result<()> {
    let mut psql = tools.command("psql")?;
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(file);
    psql.arg("-d").arg(url_without_password(url)).stdout(Stdio::null());
    if let Some(password) = password(url) {
        psql.env("PGPASSWORD", password);
    }
    process::run(&mut psql)
}

/// The password in a URL, if there is one.
fn password(url: &str) -> Option<&str> {
    let (user, _) = url.split_once("://")?.1.split('/').next()?.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

fn url_without_password(url: &str) -> String {
    password(url).map_or(url.to_owned(), |password| url.replacen(&format!(":{password}@"), "@", 1))
}

#[cfg(test)]
mod tests {
    use super::{Postgres, ask, database, password, url_without_password};
    use crate::{
        project::Project,
        setup::{self, Tool},
    };

    #[test]
    #[ignore = "installs PostgreSQL where it is missing"]
    fn nothing_is_left_of_it() {
        let project = Project::find().expect("the tests run in the project");
        let tools = setup::ensure(&project, &[Tool::Postgres]).expect("PostgreSQL is there");
        let postgres = Postgres::for_tests(&tools).expect("it starts");
        let host = postgres.url.split_once("host=").and_then(|(_, rest)| rest.split_once('&'));
        let folder = std::path::PathBuf::from(host.expect("the URL names its folder").0);
        assert!(folder.is_dir());
        let deed = |url: &str| ask(&tools, url, "CREATE TABLE a (b INT)");
        postgres.with_database(&tools, "first", deed).expect("a database is made");
        postgres.with_database(&tools, "first", deed).expect("and was removed");
        drop(postgres);
        assert!(!folder.exists());
    }

    #[test]
    fn a_url_is_taken_apart() {
        let url = "postgres://me:secret@host:5432/postgres?a=b";
        assert_eq!(database(url, "x").as_deref(), Some("postgres://me:secret@host:5432/x?a=b"));
        assert_eq!(password(url), Some("secret"));
        assert_eq!(url_without_password(url), "postgres://me@host:5432/postgres?a=b");
        let socket = "postgres:///postgres?host=/tmp/a&user=postgres";
        assert_eq!(
            database(socket, "x").as_deref(),
            Some("postgres:///x?host=/tmp/a&user=postgres")
        );
        assert_eq!((password(socket), url_without_password(socket)), (None, socket.to_owned()));
    }
}
