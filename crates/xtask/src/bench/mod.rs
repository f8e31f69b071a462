//! `cargo xtask bench server`: how many requests the server answers, how soon and with how
//! much memory, at several sizes, beside a peer on the same machine in the same run.
//!
//! One file for each subject: [`population`] is which claims there are, [`ours`] and
//! [`kinto`] put them into a server, see that they are there and say what is asked, [`load`]
//! asks it many times, [`site`] and [`memory`] measure, [`machine`] and [`document`] tell.

mod document;
mod kinto;
mod load;
mod machine;
mod memory;
mod ours;
mod population;
mod site;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use self::{document::Size, kinto::Kinto, ours::Ours, site::Row};
use crate::{
    Arguments,
    postgres::{self, Postgres},
    project::Project,
    report, server_build, setup,
    setup::Tools,
    unknown_option,
};

/// With fewer, the claims that each connection changes for itself run out.
const FEWEST: u64 = 500;
/// More were never tried.
const MOST: u64 = 10_000_000;

struct Options {
    /// How many claims there are, one run after the other.
    scales: Vec<u64>,
    servers: Vec<Server>,
    seconds: u64,
    is_recorded: bool,
}

/// A server with its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    Sqlite,
    Postgres,
    Kinto,
}

impl Server {
    const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Kinto];

    const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Kinto => "kinto",
        }
    }
}

impl Options {
    fn read(mut arguments: Arguments) -> Result<Self> {
        let mut options = Self {
            scales: vec![1_000, 100_000, 1_000_000],
            servers: Server::ALL.to_vec(),
            seconds: 8,
            is_recorded: false,
        };
        while let Some(option) = arguments.next_word() {
            match option.as_str() {
                "--scales" => options.scales = read_scales(&arguments.value("--scales")?)?,
                "--servers" => options.servers = read_servers(&arguments.value("--servers")?)?,
                "--seconds" => {
                    let value = arguments.value("--seconds")?;
                    options.seconds = value
                        .parse()
                        .ok()
                        .filter(|seconds| *seconds > 0)
                        .with_context(|| format!("\"{value}\" is not a number of seconds"))?;
                }
                "--record" => options.is_recorded = true,
                other => return Err(unknown_option(other)),
            }
        }
        if options.is_recorded && options.servers != Server::ALL {
            bail!("what is recorded compares all servers: leave out --servers, or --record");
        }
        Ok(options)
    }

    /// The command that says the same.
    fn command(&self) -> String {
        let scales: Vec<_> = self.scales.iter().map(|claims| scale(*claims)).collect();
        format!(
            "cargo xtask bench server --scales {} --seconds {} --record",
            scales.join(","),
            self.seconds
        )
    }
}

/// Reads numbers of claims, such as `500`, `1k` and `1m`.
fn read_scales(value: &str) -> Result<Vec<u64>> {
    value
        .split(',')
        .map(|scale| {
            let (digits, unit) = match scale.strip_suffix('k') {
                Some(thousands) => (thousands, 1_000),
                None => scale.strip_suffix('m').map_or((scale, 1), |digits| (digits, 1_000_000)),
            };
            let claims = digits.parse().ok().and_then(|number: u64| number.checked_mul(unit));
            claims.filter(|claims| (FEWEST..=MOST).contains(claims)).with_context(|| {
                format!(
                    "\"{scale}\" is not a number of claims from {FEWEST} to {MOST}, such as \
                     1000, 100k or 1m"
                )
            })
        })
        .collect()
}

/// A number of claims as it is asked for.
fn scale(claims: u64) -> String {
    match claims {
        millions if millions.is_multiple_of(1_000_000) => format!("{}m", millions / 1_000_000),
        thousands if thousands.is_multiple_of(1_000) => format!("{}k", thousands / 1_000),
        claims => claims.to_string(),
    }
}

fn read_servers(value: &str) -> Result<Vec<Server>> {
    value
        .split(',')
        .map(|word| {
            let found = Server::ALL.into_iter().find(|server| server.word() == word);
            found.with_context(|| {
                let known = Server::ALL.map(Server::word).join(", ");
                format!("\"{word}\" is none of the servers that can be measured: {known}")
            })
        })
        .collect()
}

/// Reads what is to be measured, and measures it.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    match arguments.next_word().as_deref() {
        Some("server") => server(project, &Options::read(arguments)?),
        Some(other) => bail!("\"{other}\" cannot be measured; \"server\" can"),
        None => bail!("say what is to be measured: cargo xtask bench server"),
    }
}

fn server(project: &Project, options: &Options) -> Result<()> {
    let tools = setup::ensure(project, setup::FOR_BENCH)?;
    let program = server_build::build(project)?;
    let facts = machine::facts(project, &tools)?;
    let folder = project.scratch().join("bench");
    ours::empty(&folder)?;
    let postgres = Postgres::durable(&tools)?;
    let bench = Bench { tools: &tools, postgres: &postgres, program, folder, options };
    let mut sizes = Vec::new();
    for claims in &options.scales {
        let size = bench.size(*claims)?;
        println!("\n{}", document::table(&size));
        sizes.push(size);
    }
    fs::remove_dir_all(&bench.folder)
        .with_context(|| format!("could not remove {}", bench.folder.display()))?;
    if options.is_recorded {
        let path = project.root.join("docs/benchmarks.md");
        fs::write(&path, document::document(&facts, &options.command(), &sizes))
            .with_context(|| format!("could not write {}", path.display()))?;
        println!("bench  written to {}", path.display());
    }
    Ok(())
}

/// What all measurements share.
struct Bench<'a> {
    tools: &'a Tools,
    postgres: &'a Postgres,
    /// Our server.
    program: PathBuf,
    /// For data and for what the programs are told.
    folder: PathBuf,
    options: &'a Options,
}

/// The seeded database, and the copy of it for the server before the last one.
const SEED: &str = "bench_seed";
const COPY: &str = "bench_copy";

impl Bench<'_> {
    /// Measures the servers with so many claims.
    fn size(&self, claims: u64) -> Result<Size> {
        let mut rows = Vec::new();
        for server in &self.options.servers {
            match server {
                Server::Sqlite => rows.push(self.on_sqlite(claims)?),
                Server::Postgres => rows.extend(self.on_postgres(claims)?),
                Server::Kinto => rows.extend(self.peer(claims)?),
            }
        }
        Ok(Size { claims, rows })
    }

    fn on_sqlite(&self, claims: u64) -> Result<Row> {
        let data = self.folder.join("data");
        ours::empty(&data)?;
        let ours = self.ours(&data, None, claims);
        report::timed(&format!("{claims} claims on SQLite"), || ours.seed())?;
        let site = ours.start(1)?;
        site.measure("SQLite, 1 process", claims, &self.folder, self.duration(), None)
    }

    fn on_postgres(&self, claims: u64) -> Result<[Row; 2]> {
        let data = self.folder.join("data");
        ours::empty(&data)?;
        self.postgres.make_database(self.tools, SEED, "template0")?;
        let url = self.postgres.url_of(SEED)?;
        let ours = self.ours(&data, Some(&url), claims);
        report::timed(&format!("{claims} claims on PostgreSQL"), || ours.seed())?;
        let start = |url: &str, processes| self.ours(&data, Some(url), claims).start(processes);
        let one = self.measure(&start(&self.copy()?, 1)?, "PostgreSQL, 1 process", claims)?;
        let three = self.measure(&start(&url, 3)?, "PostgreSQL, 3 processes", claims)?;
        self.forget()?;
        Ok([one, three])
    }

    fn peer(&self, claims: u64) -> Result<[Row; 2]> {
        self.postgres.make_database(self.tools, SEED, "template0")?;
        let url = self.postgres.url_of(SEED)?;
        report::timed(&format!("{claims} records in Kinto"), || self.kinto(&url, claims).seed())?;
        let start = |url: &str, workers| self.kinto(url, claims).start(workers);
        let one = self.measure(&start(&self.copy()?, 1)?, "Kinto, 1 worker", claims)?;
        let three = self.measure(&start(&url, 3)?, "Kinto, 3 workers", claims)?;
        self.forget()?;
        Ok([one, three])
    }

    fn ours<'a>(&'a self, data: &'a Path, url: Option<&'a str>, claims: u64) -> Ours<'a> {
        Ours { program: &self.program, tools: self.tools, data, url, claims }
    }

    fn kinto<'a>(&'a self, url: &'a str, claims: u64) -> Kinto<'a> {
        Kinto { tools: self.tools, folder: &self.folder, url, claims }
    }

    /// Measures servers on `PostgreSQL`, which end afterwards.
    fn measure(&self, site: &site::Site, name: &'static str, claims: u64) -> Result<Row> {
        let postgres = self.postgres.process_id();
        site.measure(name, claims, &self.folder, self.duration(), postgres)
    }

    /// Makes a copy of the seeded database, which is on the disk before anything is measured.
    fn copy(&self) -> Result<String> {
        let url = self.postgres.url_of(COPY)?;
        report::timed("a copy of the database", || {
            self.postgres.make_database(self.tools, COPY, SEED)?;
            postgres::ask(self.tools, &url, "CHECKPOINT")
        })?;
        Ok(url)
    }

    fn forget(&self) -> Result<()> {
        self.postgres.drop_database(self.tools, COPY)?;
        self.postgres.drop_database(self.tools, SEED)
    }

    fn duration(&self) -> Duration {
        Duration::from_secs(self.options.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, read_scales, read_servers, scale};

    #[test]
    fn scales_are_numbers_that_are_large_enough() {
        let read = read_scales("500,1k,100k,1m").expect("they are");
        assert_eq!(read, [500, 1_000, 100_000, 1_000_000]);
        for wrong in ["", "k", "10", "1000,", "-1k", "1km", "99999999999999999999m", "11m"] {
            assert!(read_scales(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_scale_is_written_as_it_is_read() {
        for claims in [500, 1_000, 1_500, 100_000, 1_000_000] {
            assert_eq!(read_scales(&scale(claims)).expect("it was written"), [claims]);
        }
    }

    #[test]
    fn servers_are_named() {
        let read = read_servers("kinto,sqlite").expect("they are known");
        assert_eq!(read, [Server::Kinto, Server::Sqlite]);
        assert!(read_servers("").is_err() && read_servers("sqlite,mysql").is_err());
    }
}
