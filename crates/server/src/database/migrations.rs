//! The steps that bring tables up to date, as they are compiled in.
//!
//! Listed by hand: sqlx's macro, which would read the folders, has the driver of each
//! database compiled a second time, for the compiler itself.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A number, and the name of a file without its ending.
type Step = (i64, &'static str, &'static str);

macro_rules! steps {
    ($folder:literal: $($number:literal $name:literal),+ $(,)?) => {
        &[$((
            $number,
            $name,
            include_str!(concat!("../../migrations/", $folder, "/", $name, ".sql")),
        )),+]
    };
}

const SQLITE: &[Step] = steps!("sqlite":
    1 "0001_first",
    2 "0002_mail",
    3 "0003_notifications",
    4 "0004_region",
    5 "0005_review",
    6 "0006_tombstones",
    7 "0007_locations",
    8 "0008_audit",
    9 "0009_objects",
    10 "0010_scanning",
    11 "0011_oidc",
    12 "0012_highest_revision",
);

const POSTGRES: &[Step] = steps!("postgres":
    1 "0001_first",
    2 "0002_tombstones",
    3 "0003_locations",
    4 "0004_audit",
    5 "0005_objects",
    6 "0006_scanning",
    7 "0007_oidc",
);

/// Those of `SQLite`.
pub(super) fn sqlite() -> Migrator {
    migrator(SQLITE)
}

/// Those of `PostgreSQL`.
pub(super) fn postgres() -> Migrator {
    migrator(POSTGRES)
}

fn migrator(steps: &[Step]) -> Migrator {
    let migrations = steps.iter().map(|&(number, name, sql)| {
        let description = name.split_once('_').map_or(name, |(_, description)| description);
        let kind = MigrationType::Simple;
        Migration::new(number, description.into(), kind, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // Those of a newer version say themselves who can work on.
    migrator.set_ignore_missing(true);
    migrator
}

#[cfg(test)]
mod tests {
    use super::{POSTGRES, SQLITE};
    use std::path::Path;

    #[test]
    fn each_file_is_a_step_under_its_number() {
        for (folder, steps) in [("sqlite", SQLITE), ("postgres", POSTGRES)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let mut files: Vec<String> = std::fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let listed: Vec<String> =
                steps.iter().map(|(_, name, _)| format!("{name}.sql")).collect();
            assert_eq!(listed, files, "in {}", folder.display());
            for (place, (number, name, _)) in (1_i64..).zip(steps) {
                assert_eq!(*number, place, "{name}");
                assert!(name.starts_with(&format!("{number:04}_")), "{name}");
            }
        }
    }
}
