//! Whether a program can work on the tables that a newer version of it has left.
//!
//! A *schema* is the number of the last migration; each database has its own count. A
//! migration says in the table `setting` which schema it makes, `schema`, and the oldest
//! one whose programs can go on beside it, `oldest_schema`. A program that finds a schema
//! it does not know works on if its own is not below that, and otherwise neither starts
//! nor goes on. A migration that says nothing lets nobody go on. See decision 51.

use super::{Connection, query};
use sqlx::migrate::{MigrateError, Migrator};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The tables are of a newer version, and this program cannot work on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outgrown {
    known: i64,
    applied: i64,
    /// `None` where the newer version does not say.
    oldest: Option<i64>,
}

impl fmt::Display for Outgrown {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { known, applied, oldest } = self;
        write!(to, "a newer version has brought the database to schema {applied}, ")?;
        match oldest {
            Some(oldest) => write!(to, "on which programs of schema {oldest} and later work")?,
            None => write!(to, "and does not say which older ones can work on it")?,
        }
        write!(to, "; this one is of schema {known}: start the newer version instead")
    }
}

impl std::error::Error for Outgrown {}

impl From<Outgrown> for sqlx::Error {
    fn from(outgrown: Outgrown) -> Self {
        MigrateError::Source(Box::new(outgrown)).into()
    }
}

/// Why the database cannot be opened, in words for whoever starts the program.
pub(crate) fn told(error: &sqlx::Error) -> String {
    if let sqlx::Error::Migrate(error) = error
        && let MigrateError::Source(cause) = &**error
        && cause.is::<Outgrown>()
    {
        return cause.to_string();
    }
    error.to_string()
}

/// The schema of this program, and whether the database has outgrown it.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    known: i64,
    outgrown: Arc<Mutex<Option<Outgrown>>>,
}

impl Schema {
    /// The one that these migrations make.
    pub(super) fn of(migrations: &Migrator) -> Self {
        let known = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
        Self { known, outgrown: Arc::default() }
    }

    /// Looks into the database. What it finds is the answer of [`Self::known_outgrown`]
    /// from now on, also where the database was put back to an older state.
    pub(super) async fn look(
        &self,
        connection: &mut Connection,
    ) -> Result<Option<Outgrown>, sqlx::Error> {
        let row = query(
            "SELECT (SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations) AS applied, \
             (SELECT value FROM setting WHERE key = 'schema') AS said, \
             (SELECT value FROM setting WHERE key = 'oldest_schema') AS oldest",
        )
        .fetch_one(connection)
        .await?;
        let number = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
        let applied: i64 = row.try_get("applied")?;
        let is_said = number(row.try_get("said")?) == Some(applied);
        let oldest = number(row.try_get("oldest")?).filter(|_| is_said);
        let can_go_on = applied <= self.known || oldest.is_some_and(|oldest| oldest <= self.known);
        let found = (!can_go_on).then_some(Outgrown { known: self.known, applied, oldest });
        let mut known = self.outgrown.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outgrown) = found
            && known.is_none()
        {
            tracing::error!("{outgrown}");
        }
        *known = found;
        Ok(found)
    }

    /// As [`Self::look`], where nothing is to be done if it has.
    pub(super) async fn check(&self, connection: &mut Connection) -> Result<(), sqlx::Error> {
        self.look(connection).await?.map_or(Ok(()), |outgrown| Err(outgrown.into()))
    }

    /// What the last look found.
    pub(super) fn known_outgrown(&self) -> Option<Outgrown> {
        *self.outgrown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::postgres::FENCE;
    use std::path::Path;

    /// The last migrations from before there was a rule.
    const WITHOUT: [(&str, i64); 2] = [("sqlite", 11), ("postgres", 7)];

    #[test]
    fn every_migration_says_who_can_go_on() {
        for (folder, last) in WITHOUT {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            for file in std::fs::read_dir(&folder).unwrap() {
                let path = file.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                let number: i64 = name.split('_').next().unwrap().parse().unwrap();
                if number <= last {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let words: Vec<_> = text.split_whitespace().collect();
                let text = words.join(" ");
                let says = format!("VALUES ('schema', '{number}'), ('oldest_schema', '");
                let (_, rest) = text.split_once(&says).unwrap_or_else(|| {
                    panic!("{name} does not say who can go on: see docs/server.md")
                });
                let oldest: i64 = rest.split('\'').next().unwrap().parse().unwrap();
                assert!((1..=number).contains(&oldest), "{name}");
                if oldest == number && folder.ends_with("postgres") {
                    assert!(text.contains(FENCE), "{name} does not wait for older programs");
                }
            }
        }
    }

    #[test]
    fn columns_are_named_so_that_one_more_of_them_breaks_no_statement_that_is_prepared() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/repositories");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for all in ["SELECT *", "RETURNING *", ".*,", ".* "] {
                let found = text
                    .lines()
                    .find(|line| line.contains(all) && !line.trim_start().starts_with("//"));
                assert_eq!(found, None, "{}", path.display());
            }
        }
    }
}
