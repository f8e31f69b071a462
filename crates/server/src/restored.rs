//! Notices that the data was replaced by an older copy of itself.
//!
//! What was told to clients since then is not true any more: cursors lead to
//! changes that never happened, and a revision may soon be given to another
//! content. So a restored database begins a new *epoch*: cursors of before are
//! unknown, and every claim gets a revision that no claim ever had.
//!
//! Beside `SQLite` two files tell. The *stamp* is made once in each epoch; the
//! database holds which file it was, so a copy of the whole folder, whose stamp is
//! another file, is known. The *high water* says how far the database had come;
//! one that is behind it was put back. See decision 32.
//!
//! `PostgreSQL` says itself what it is: a table that was written by a restore is another
//! one, and a database that was taken back to a moment has another timeline. Its stamp
//! is that, so its processes need no file in common. See decision 38.

use crate::database::Database;
use crate::news::News;
use crate::repositories::changes;
use crate::repositories::restored::{self, Progress};
use chrono::{DateTime, Utc};
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs;

/// Made once in each epoch.
const STAMP_FILE: &str = "claims.stamp";
/// How far the database has come.
const HIGH_WATER_FILE: &str = "claims.high-water";

/// Why the files cannot be looked after.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MarkError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}

impl From<MarkError> for crate::ServerError {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Io(error) => Self::Io(error),
            MarkError::Database(error) => Self::Database(error),
        }
    }
}

/// The files beside the database.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    folder: PathBuf,
}

impl Marks {
    pub(crate) fn of(data: &Path) -> Self {
        Self { folder: data.to_owned() }
    }

    /// Looks whether the database was put back, and if so begins a new epoch.
    /// Whether it was.
    pub(crate) async fn check(
        &self,
        database: &Database,
        now: DateTime<Utc>,
    ) -> Result<bool, MarkError> {
        let mut view = database.read().await?;
        let epoch = changes::epoch(&mut view).await?;
        let stamp = restored::stamp(&mut view).await?;
        let identity = restored::identity(&mut view).await?;
        let is_restored = match &stamp {
            // The first start with this version.
            None => false,
            Some(stamp) if let Some(identity) = &identity => *stamp != stamp_of(&epoch, identity),
            Some(stamp) => {
                let here = restored::progress(&mut view).await?;
                self.stamp(&epoch).await?.as_ref() != Some(stamp)
                    || self.high_water().await?.is_some_and(|high| high.is_ahead_of(&here))
            }
        };
        drop(view);
        if is_restored {
            return self.begin_epoch_after(database, &epoch, now).await;
        }
        if stamp.is_none() {
            self.put_stamp(database, &epoch).await?;
        }
        self.note(database).await?;
        Ok(false)
    }

    /// Makes what was told of this database so far worth nothing.
    pub(crate) async fn begin_epoch(
        &self,
        database: &Database,
        now: DateTime<Utc>,
    ) -> Result<(), MarkError> {
        let known = changes::epoch(&mut database.read().await?).await?;
        self.begin_epoch_after(database, &known, now).await?;
        Ok(())
    }

    /// Begins an epoch after a known one; not if another process did so meanwhile.
    /// Whether it did.
    async fn begin_epoch_after(
        &self,
        database: &Database,
        known: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, MarkError> {
        let high = self.high_water().await?.unwrap_or_default();
        let epoch = uuid::Uuid::new_v4().simple().to_string();
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let mut transaction = database.write().await?;
        if !restored::begin_epoch_after(&mut transaction, known, &epoch, &high, now_ms).await? {
            return Ok(false);
        }
        if let Some(identity) = restored::identity(&mut transaction).await? {
            restored::set_stamp(&mut transaction, &stamp_of(&epoch, &identity)).await?;
            transaction.commit().await?;
            return Ok(true);
        }
        transaction.commit().await?;
        // Ended before this, the next start finds the stamp of before and does it again.
        self.put_stamp(database, &epoch).await?;
        self.note(database).await?;
        Ok(true)
    }

    /// Writes how far the database has come, where a file tells.
    pub(crate) async fn note(&self, database: &Database) -> Result<(), MarkError> {
        if database.is_shared() {
            return Ok(());
        }
        let progress = restored::progress(&mut database.read().await?).await?;
        let text = serde_json::to_vec(&progress).map_err(io::Error::other)?;
        let beside = self.folder.join(format!("{HIGH_WATER_FILE}.new"));
        fs::write(&beside, text).await?;
        fs::rename(&beside, self.folder.join(HIGH_WATER_FILE)).await?;
        Ok(())
    }

    async fn high_water(&self) -> io::Result<Option<Progress>> {
        match fs::read(self.folder.join(HIGH_WATER_FILE)).await {
            // One that cannot be read says nothing; the stamp still does.
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn put_stamp(&self, database: &Database, epoch: &str) -> Result<(), MarkError> {
        let mut transaction = database.write().await?;
        if let Some(identity) = restored::identity(&mut transaction).await? {
            restored::set_stamp(&mut transaction, &stamp_of(epoch, &identity)).await?;
            return Ok(transaction.commit().await?);
        }
        drop(transaction);
        fs::write(self.folder.join(STAMP_FILE), epoch).await?;
        if let Some(stamp) = self.stamp(epoch).await? {
            let mut transaction = database.write().await?;
            restored::set_stamp(&mut transaction, &stamp).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Which file the stamp is; `None` where there is none of this epoch.
    async fn stamp(&self, epoch: &str) -> io::Result<Option<String>> {
        let path = self.folder.join(STAMP_FILE);
        match fs::read_to_string(&path).await {
            Ok(text) if text == epoch => {
                let file = identity(&fs::metadata(&path).await?);
                Ok(Some(stamp_of(epoch, &file)))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What is noted of an epoch and of what tells it from a copy.
fn stamp_of(epoch: &str, identity: &str) -> String {
    format!("{epoch} {identity}")
}

/// What a copy of a file has otherwise. The time of change is set by the system
/// alone, so that no program that copies can bring it along.
#[cfg(unix)]
fn identity(metadata: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt as _;
    format!("{}.{:09}", metadata.ctime(), metadata.ctime_nsec())
}

/// Without such a time a copy of the whole folder is not noticed.
#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> String {
    String::new()
}

/// Writes the high water after each change, for as long as it is polled.
pub(crate) async fn run(marks: Marks, database: Database, news: News) {
    if database.is_shared() {
        return;
    }
    let mut nudges = news.nudges();
    while nudges.changed().await.is_ok() {
        if let Err(error) = marks.note(&database).await {
            tracing::warn!(%error, "how far the database has come was not noted");
        }
    }
}
