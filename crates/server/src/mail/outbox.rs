//! The job that sends what is in the outbox.
//!
//! Several processes may run it on one database: each takes a mail by one
//! UPDATE, with a lease. A process that dies leaves the mail to the others
//! when the lease ends. Should it have died between handing the mail over and
//! noting so, the mail goes out again, under the same Message-ID and file name.

use super::Letter;
use super::compose::{self, Envelope};
use super::delivery::Delivery;
use crate::auth::Token;
use crate::claims::announce;
use crate::database::Connection;
use crate::error::{ApiError, ApiResult};
use crate::repositories::history::{self, Deed};
use crate::repositories::mails::{self, MAX_ATTEMPTS};
use crate::repositories::{claims, settings};
use crate::state::AppState;
use chrono::{DateTime, TimeDelta, Utc};
use cpor_protocol::HistoryEvent;
use cpor_rules::Actor;
use lettre::Address;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// Longer than sending a mail can take.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Longest time between two attempts, and shortest.
const WAITS: (TimeDelta, TimeDelta) = (TimeDelta::minutes(1), TimeDelta::hours(6));
/// How often the outbox is looked at when nothing was put into it here.
const EVERY: Duration = Duration::from_secs(30);

/// What sends mails.
pub(crate) struct Post {
    pub(crate) delivery: Delivery,
    pub(crate) from: Address,
    /// Where people reach the app, without a slash at the end.
    pub(crate) public_url: String,
    /// Rung when something may have been put into the outbox.
    pub(crate) bell: Notify,
    /// One at a time within the process.
    turn: Mutex<()>,
}

/// What a demonstration shows of a mail besides its letter.
#[derive(Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) link: String,
}

impl Post {
    pub(crate) fn new(delivery: Delivery, from: Address, public_url: String) -> Self {
        Self { delivery, from, public_url, bell: Notify::new(), turn: Mutex::new(()) }
    }
}

/// Sends mails for as long as it is polled.
pub(crate) async fn run(state: AppState) {
    loop {
        // A failure was logged where it arose; the next round tries again.
        if follow_demo_clock(&state).await.is_err() || send_due(&state).await.is_err() {
            tracing::warn!("the outbox was not emptied");
        }
        tokio::select! {
            () = state.post.bell.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Another process may have moved the clock of the demonstration.
async fn follow_demo_clock(state: &AppState) -> ApiResult<()> {
    if state.is_demo {
        state.clock.set_ahead(settings::demo_ahead(&mut state.database.read().await?).await?);
    }
    Ok(())
}

/// Sends everything that is due.
pub(crate) async fn send_due(state: &AppState) -> ApiResult<()> {
    let _turn = state.post.turn.lock().await;
    while send_next(state).await? {}
    Ok(())
}

async fn send_next(state: &AppState) -> ApiResult<bool> {
    let now = state.clock.now();
    let token = Token::random()?;
    let mut transaction = state.database.write().await?;
    let Some(mail) = mails::take(&mut transaction, now, LEASE).await? else { return Ok(false) };
    mails::add_token(&mut transaction, &token.hash(), &mail.claim_id, now).await?;
    transaction.commit().await?;

    let letter: Letter = serde_json::from_str(&mail.letter)?;
    let language = letter.language.tag();
    let link = format!("{}/consent/{}?lang={language}", state.post.public_url, token.text());
    let envelope = Envelope { id: &mail.id, from: &state.post.from, link: &link, at: now };
    let message = compose::message(&letter, &envelope).map_err(|error| ApiError::fault(&error))?;
    let delivered = state.post.delivery.deliver(&mail.id, &message).await;

    let mut transaction = state.database.write().await?;
    claims::hold(&mut transaction, &mail.claim_id).await?;
    match delivered {
        Ok(()) => {
            let text = compose::plain_text(&letter, &letter.words(), &link);
            let shown = serde_json::to_string(&Shown { text, link })?;
            let shown = state.is_demo.then_some(shown.as_str());
            if mails::sent(&mut transaction, &mail.id, now, shown).await? {
                tell_of_mail(&mut transaction, &mail.claim_id, now).await?;
            }
        }
        Err(why) => {
            tracing::warn!(why, attempts = mail.attempts, "a mail could not be sent");
            if mail.attempts >= MAX_ATTEMPTS {
                tracing::warn!(claim = mail.claim_id, "a mail to a customer was given up");
            }
            let doubled = u32::try_from(mail.attempts - 1).unwrap_or(0).min(16);
            let wait = (WAITS.0 * 2_i32.pow(doubled)).min(WAITS.1);
            mails::try_again(&mut transaction, &mail.id, now + wait).await?;
        }
    }
    transaction.commit().await?;
    state.news.tell();
    Ok(true)
}

/// Writes into the history that the customer's mail was handed over.
async fn tell_of_mail(
    connection: &mut Connection,
    claim_id: &str,
    now: DateTime<Utc>,
) -> ApiResult<()> {
    let deed = Deed { at: now, actor: Actor::System, account_id: None, operation: None };
    history::add(connection, claim_id, deed, &HistoryEvent::ConsentEmailSent).await?;
    match claims::find(connection, claim_id).await? {
        Some(claim) => announce(connection, &claim).await,
        None => Ok(()),
    }
}
