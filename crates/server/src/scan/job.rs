//! The job that has contents scanned.
//!
//! Several processes may run it on one database: each takes a content by one UPDATE, with a
//! lease. A process that dies leaves it to the others when the lease ends. To scan twice
//! does no harm.

use super::{Expected, ScannerAddress, Verdict, scan};
use crate::error::{ApiError, ApiResult};
use crate::repositories::audit::{self, Event};
use crate::repositories::files::StoredFile;
use crate::repositories::history::Deed;
use crate::repositories::scans::{self, Scan, TakenScan};
use crate::state::AppState;
use chrono::TimeDelta;
use cpor_rules::Actor;
use std::time::Duration;
use tokio::sync::Notify;

/// Longer than a scan can take.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Longest time between two attempts, and shortest.
const WAITS: (TimeDelta, TimeDelta) = (TimeDelta::seconds(2), TimeDelta::minutes(10));
/// How often somebody looks what waits when nothing came in here.
const EVERY: Duration = Duration::from_secs(1);

/// The scanner, if there is one.
pub(crate) struct Scans {
    address: Option<ScannerAddress>,
    /// Rung when a content came.
    pub(crate) bell: Notify,
}

impl Scans {
    pub(crate) fn new(address: Option<ScannerAddress>) -> Self {
        Self { address, bell: Notify::new() }
    }

    /// Whether contents wait for a scanner.
    pub(crate) fn is_on(&self) -> bool {
        self.address.is_some()
    }

    /// What keeps a file from being given out, if anything does.
    pub(crate) fn obstacle(&self, file: &StoredFile) -> Option<ApiError> {
        let files = || vec![file.info.sha256.clone()];
        match file.scan {
            Scan::Infected => Some(ApiError::files_refused(files())),
            Scan::Waiting if self.is_on() => Some(ApiError::files_waiting(files())),
            Scan::Waiting | Scan::Clean => None,
        }
    }

    /// What is told of a file, where there is something to tell.
    pub(crate) fn told(&self, file: &StoredFile) -> Option<&'static str> {
        let is_known = file.scan != Scan::Waiting;
        (is_known || self.is_on()).then(|| file.scan.code())
    }
}

/// Has contents scanned for as long as it is polled; ends at once without a scanner.
pub(crate) async fn run(state: AppState) {
    let Some(address) = &state.scans.address else { return };
    loop {
        // A failure was logged where it arose; the next round tries again.
        if scan_due(&state, address).await.is_err() {
            tracing::warn!("what waits for the scanner was not looked through");
        }
        tokio::select! {
            () = state.scans.bell.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Has everything scanned that is due.
async fn scan_due(state: &AppState, address: &ScannerAddress) -> ApiResult<()> {
    loop {
        let now = state.clock.now();
        // Read first: mostly nothing waits, and nobody should queue for that.
        if !scans::is_due(&mut state.database.read().await?, now).await? {
            return Ok(());
        }
        let mut transaction = state.database.write().await?;
        let taken = scans::take(&mut transaction, now, LEASE).await?;
        transaction.commit().await?;
        let Some(taken) = taken else { return Ok(()) };
        match verdict(state, address, &taken).await {
            Ok(verdict) => settle(state, &taken, &verdict).await?,
            Err(error) => {
                tracing::warn!(sha256 = taken.file.info.sha256, %error, "a file is not scanned yet");
                let doubled = WAITS.0 * 2_i32.pow(taken.attempts.min(10));
                let again_at = now + doubled.min(WAITS.1);
                let mut transaction = state.database.write().await?;
                scans::try_again(&mut transaction, &taken.file.info.sha256, again_at).await?;
                transaction.commit().await?;
            }
        }
    }
}

async fn verdict(
    state: &AppState,
    address: &ScannerAddress,
    taken: &TakenScan,
) -> Result<Verdict, String> {
    let content = state.files.content(&taken.file).await.map_err(|error| error.to_string())?;
    let content = content.ok_or("the content is gone from the store")?.into_data_stream();
    let info = &taken.file.info;
    let expected = Expected { sha256: &info.sha256, size_bytes: info.size_bytes };
    scan(address, expected, content).await.map_err(|error| error.to_string())
}

/// Notes a verdict, and in the log of everybody who sent the content.
async fn settle(state: &AppState, taken: &TakenScan, verdict: &Verdict) -> ApiResult<()> {
    let sha256 = &taken.file.info.sha256;
    let (what, found) = match verdict {
        Verdict::Clean => ("file-clean", ""),
        Verdict::Infected(found) => {
            tracing::warn!(%sha256, %found, "a file is in quarantine");
            ("file-infected", found.as_str())
        }
    };
    let mut transaction = state.database.write().await?;
    if !scans::settle(&mut transaction, sha256, verdict == &Verdict::Clean, found).await? {
        return Ok(());
    }
    for organisation_id in scans::senders(&mut transaction, sha256).await? {
        let deed =
            Deed { at: state.clock.now(), actor: Actor::System, account_id: None, operation: None };
        let event = Event { organisation_id: &organisation_id, deed, what, subject: sha256 };
        audit::note(&mut transaction, event).await?;
    }
    transaction.commit().await?;
    Ok(())
}
