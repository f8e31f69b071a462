//! Tells the other processes on one database that something was committed, and hears
//! it from them.
//!
//! It only makes things quicker: streams of events look into the database by themselves
//! every few seconds, so a word that is lost costs that time.

use crate::database::{Database, Wire};
use crate::news::News;
use std::time::Duration;

/// Commits of this time are told by one word.
const PAUSE: Duration = Duration::from_millis(50);
/// When the line is tried again after it broke.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// Speaks and listens for as long as it is polled; does nothing where this process has
/// the database for itself.
pub(crate) async fn run(database: Database, news: News) {
    if let Some(wire) = database.wire() {
        tokio::join!(speak(&wire, &news), listen(&wire, &news));
    }
}

async fn speak(wire: &Wire, news: &News) {
    loop {
        news.own_commit().await;
        if let Err(error) = wire.say().await {
            tracing::warn!(%error, "other processes were not told of a change");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(wire: &Wire, news: &News) {
    loop {
        let heard = async {
            let mut ear = wire.listen().await?;
            // What was said before is not heard any more.
            loop {
                news.pass_on();
                ear.hears().await?;
            }
        };
        let broken: Result<(), sqlx::Error> = heard.await;
        if let Err(error) = broken {
            tracing::warn!(%error, "other processes are not heard");
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::DatabaseUrl;

    /// Far longer than a word takes.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// News look into no database by themselves, so what comes here came as a word.
    #[tokio::test]
    async fn a_commit_of_one_process_is_told_to_another() {
        let Some(url) = std::env::var("CPOR_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
        else {
            return;
        };
        let url = DatabaseUrl::read(&url, false).unwrap();
        // Only the line is used, and nothing of the database.
        let lines = [Wire::to(&url).await.unwrap(), Wire::to(&url).await.unwrap()];
        let [here, there] = [News::default(), News::default()];
        let mut nudges = there.nudges();
        let told = async {
            // The first one: it listens from now on.
            nudges.changed().await.unwrap();
            here.tell();
            nudges.changed().await.unwrap();
        };
        tokio::select! {
            told = tokio::time::timeout(PATIENCE, told) => told.unwrap(),
            () = speak(&lines[0], &here) => {}
            () = listen(&lines[1], &there) => {}
        }
    }
}
