//! What happens by itself: answers that did not come, and what is too old to keep.
//!
//! Each job may run twice, and at any time; all of them run at the start and
//! then once an hour.

use crate::auth::idle_limit;
use crate::claims::{Act, Said, allowed, apply_transition, is_reminder_due, remind};
use crate::clock::day_in;
use crate::error::ApiResult;
use crate::repositories::history::Deed;
use crate::repositories::{claims, idempotency, notifications, sessions, sign_ins, uploads};
use crate::state::AppState;
use chrono::{DateTime, TimeDelta, Utc};
use cpor_rules::{Action, Actor, Status};
use std::time::Duration;

const EVERY: Duration = Duration::from_hours(1);
/// Answers to operations are kept so long.
const ANSWERS_KEPT: TimeDelta = TimeDelta::days(60);
/// Notifications are kept so long.
const NOTIFICATIONS_KEPT: TimeDelta = TimeDelta::days(400);
/// The reason of the documents for a claim that was not answered in time.
const NO_RESPONSE: &str = "No partner response";

/// Runs the jobs for as long as it is polled.
pub(crate) async fn run(state: AppState) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        // A failure was logged where it arose; the next hour tries again.
        if run_once(&state).await.is_err() {
            tracing::warn!("the hourly jobs were not finished");
        }
    }
}

/// Runs each job once. One that fails keeps no other from running.
pub(crate) async fn run_once(state: &AppState) -> ApiResult<()> {
    let expired = expire_claims(state).await;
    let reminded = send_reminders(state).await;
    let forgotten = forget_old(state).await;
    state.news.tell();
    expired.and(reminded).and(forgotten)
}

/// Removes what is too old to keep.
async fn forget_old(state: &AppState) -> ApiResult<()> {
    let now = state.clock.now();
    let mut transaction = state.database.write().await?;
    sessions::remove_unused(&mut transaction, now - idle_limit(state.session)).await?;
    sign_ins::remove_expired(&mut transaction, now).await?;
    idempotency::remove_older(&mut transaction, now - ANSWERS_KEPT).await?;
    notifications::remove_older(&mut transaction, now - NOTIFICATIONS_KEPT).await?;
    let forgotten = uploads::remove_older(&mut transaction, now - uploads::UPLOADS_KEPT).await?;
    transaction.commit().await?;
    for id in forgotten {
        state.files.remove_upload(&id).await?;
    }
    state.files.sweep().await?;
    Ok(())
}

/// Notes that a job left a claim out: the others go on.
fn left_out(id: &str) {
    tracing::warn!(claim = id, "a job could not look after a claim");
}

/// Rejects claims whose partner did not answer in time.
async fn expire_claims(state: &AppState) -> ApiResult<()> {
    let now = state.clock.now();
    let waiting = Status::PartnerActionRequired;
    let day = day_in(chrono_tz::Tz::UTC, now);
    let mut view = state.database.read().await?;
    let ids = claims::in_status_before(&mut view, waiting, day).await?;
    drop(view);
    for id in ids {
        if expire_claim(state, &id, now).await.is_err() {
            left_out(&id);
        }
    }
    Ok(())
}

async fn expire_claim(state: &AppState, id: &str, now: DateTime<Utc>) -> ApiResult<()> {
    let mut transaction = state.database.write().await?;
    let Some(mut claim) = claims::find(&mut transaction, id).await? else { return Ok(()) };
    let deed = Deed { at: now, actor: Actor::System, account_id: None, operation: None };
    let said = Said { reason: NO_RESPONSE, ..Said::default() };
    let act = Act { action: Action::Expire, deed, said };
    if allowed(&claim, act).is_ok() {
        apply_transition(&mut transaction, &mut claim, act).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Reminds partners of answers that are due soon and of proof that grows old.
async fn send_reminders(state: &AppState) -> ApiResult<()> {
    let now = state.clock.now();
    // Read first: most hours have nothing to write, and nobody should wait for that.
    let mut due = Vec::new();
    let mut view = state.database.read().await?;
    for status in [Status::PartnerActionRequired, Status::Approved] {
        // Somewhere it is tomorrow already.
        let day = day_in(chrono_tz::Tz::UTC, now) + TimeDelta::days(2);
        for id in claims::in_status_before(&mut view, status, day).await? {
            match claims::find(&mut view, &id).await {
                Ok(Some(claim)) if is_reminder_due(&claim, now) => due.push(id),
                Ok(_) => {}
                Err(_) => left_out(&id),
            }
        }
    }
    drop(view);
    for id in due {
        if remind_of(state, &id, now).await.is_err() {
            left_out(&id);
        }
    }
    Ok(())
}

async fn remind_of(state: &AppState, id: &str, now: DateTime<Utc>) -> ApiResult<()> {
    let mut transaction = state.database.write().await?;
    // It may have changed since.
    if let Some(claim) = claims::find(&mut transaction, id).await? {
        remind(&mut transaction, &claim, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}
