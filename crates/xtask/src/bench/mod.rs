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
    Arguments, postgres::Postgres, project::Project, report, server_build, setup, setup::Tools,
    unknown_option,
};

/// With fewer, the claims that each connection changes for itself run out.
const FEWEST: u64 = 500;

struct Options {
    claims: Vec<u64>,
    seconds: u64,
    is_recorded: bool,
}

impl Options {
    fn read(mut arguments: Arguments) -> Result<Self> {
        let mut options =
            Self { claims: vec![1_000, 100_000, 1_000_000], seconds: 10, is_recorded: false };
        while let Some(option) = arguments.next_word() {
            match option.as_str() {
                "--claims" => options.claims = read_sizes(&arguments.value("--claims")?)?,
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
        Ok(options)
    }

    /// The command that says the same.
    fn command(&self) -> String {
        let claims: Vec<_> = self.claims.iter().map(u64::to_string).collect();
        format!(
            "cargo xtask bench server --claims {} --seconds {} --record",
            claims.join(","),
            self.seconds
        )
    }
}

fn read_sizes(value: &str) -> Result<Vec<u64>> {
    value
        .split(',')
        .map(|size| {
            size.parse().ok().filter(|claims| *claims >= FEWEST).with_context(|| {
                format!("\"{size}\" is not a number of claims: it has to be {FEWEST} or more")
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
    for claims in &options.claims {
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

/// The seeded database, and the copy of it that a server gets.
const SEED: &str = "bench_seed";
const COPY: &str = "bench_copy";

impl Bench<'_> {
    /// Measures every server with so many claims.
    fn size(&self, claims: u64) -> Result<Size> {
        let mut rows = vec![self.on_sqlite(claims)?];
        rows.extend(self.on_postgres(claims)?);
        rows.extend(self.peer(claims)?);
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

    fn on_postgres(&self, claims: u64) -> Result<Vec<Row>> {
        let data = self.folder.join("data");
        ours::empty(&data)?;
        self.postgres.make_database(self.tools, SEED, "template0")?;
        let url = self.postgres.url_of(SEED)?;
        let ours = self.ours(&data, Some(&url), claims);
        report::timed(&format!("{claims} claims on PostgreSQL"), || ours.seed())?;
        let mut rows = Vec::new();
        for (processes, name) in [(1, "PostgreSQL, 1 process"), (3, "PostgreSQL, 3 processes")] {
            let url = self.copy()?;
            let site = self.ours(&data, Some(&url), claims).start(processes)?;
            rows.push(self.measure(&site, name, claims)?);
        }
        self.forget()?;
        Ok(rows)
    }

    fn peer(&self, claims: u64) -> Result<Vec<Row>> {
        self.postgres.make_database(self.tools, SEED, "template0")?;
        let url = self.postgres.url_of(SEED)?;
        report::timed(&format!("{claims} records in Kinto"), || self.kinto(&url, claims).seed())?;
        let mut rows = Vec::new();
        for (workers, name) in [(1, "Kinto, 1 worker"), (3, "Kinto, 3 workers")] {
            let url = self.copy()?;
            let site = self.kinto(&url, claims).start(workers)?;
            rows.push(self.measure(&site, name, claims)?);
        }
        self.forget()?;
        Ok(rows)
    }

    fn ours<'a>(&'a self, data: &'a Path, url: Option<&'a str>, claims: u64) -> Ours<'a> {
        Ours { program: &self.program, tools: self.tools, data, url, claims }
    }

    fn kinto<'a>(&'a self, url: &'a str, claims: u64) -> Kinto<'a> {
        Kinto { tools: self.tools, folder: &self.folder, url, claims }
    }

    fn measure(&self, site: &site::Site, name: &'static str, claims: u64) -> Result<Row> {
        let postgres = self.postgres.process_id();
        site.measure(name, claims, &self.folder, self.duration(), postgres)
    }

    /// Makes a fresh copy of the seeded database.
    fn copy(&self) -> Result<String> {
        report::timed("a copy of the database", || {
            self.postgres.make_database(self.tools, COPY, SEED)
        })?;
        self.postgres.url_of(COPY)
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
    use super::read_sizes;

    #[test]
    fn sizes_are_numbers_that_are_large_enough() {
        assert_eq!(read_sizes("1000,100000").expect("they are"), [1_000, 100_000]);
        for wrong in ["", "1k", "10", "1000,"] {
            assert!(read_sizes(wrong).is_err(), "{wrong}");
        }
    }
}
