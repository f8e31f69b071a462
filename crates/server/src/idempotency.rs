//! Each operation once: the answer to a change is kept with the change.
//!
//! [`Change::begin`] opens the one transaction of a request and looks whether
//! the operation was done before; [`Change::finish`] writes the answer beside
//! the change and commits both. A request that is refused changes nothing and
//! leaves no trace, so it may be repeated with the same key.

use crate::database::WriteTransaction;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::repositories::idempotency::{self, Kept};
use crate::state::AppState;
use crate::web::{Answer, Operation};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use cpor_protocol::ProblemCode;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Operations that are being worked on, by account and key.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashSet<(String, String)>>>);

/// Takes the operation off the list when the request ends in whatever way.
pub(crate) struct RunningGuard {
    running: Running,
    entry: (String, String),
}

impl Running {
    /// Takes a place on the list; `None` while somebody else has it.
    pub(crate) fn enter(&self, account_id: &str, key: &str) -> Option<RunningGuard> {
        let entry = (account_id.to_owned(), key.to_owned());
        let is_new = self.lock().insert(entry.clone());
        is_new.then(|| RunningGuard { running: self.clone(), entry })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.running.lock().remove(&self.entry);
    }
}

/// A change under way. Dropped without [`Self::finish`], nothing happened.
pub(crate) struct Change {
    pub(crate) transaction: WriteTransaction,
    /// The time of the change.
    pub(crate) now: DateTime<Utc>,
    account_id: String,
    key: String,
    request_hash: Vec<u8>,
    state: AppState,
    _running: RunningGuard,
}

/// How an operation begins.
pub(crate) enum Begun {
    /// It is new.
    New(Box<Change>),
    /// It was done before; this was the answer.
    Done(Answer),
}

impl Change {
    /// Opens the transaction, or finds the answer given before.
    pub(crate) async fn begin<T>(state: &AppState, operation: &Operation<T>) -> ApiResult<Begun> {
        let account_id = &operation.who.account.id;
        let Some(running) = state.running.enter(account_id, &operation.key) else {
            let title = "The same operation is running";
            return Err(
                ApiError::new(StatusCode::CONFLICT, ProblemCode::KeyInFlight, title).retry_after(1)
            );
        };
        let mut transaction = state.database.write().await?;
        let key = match &operation.key {
            key if mutant!(KeysForgotten) => format!("{key}{}", uuid::Uuid::new_v4()),
            key => key.clone(),
        };
        match idempotency::find(&mut transaction, account_id, &key).await? {
            Some(kept) if kept.request_hash == operation.request_hash => {
                let mut answer = kept.answer;
                if mutant!(AnswersAnother) {
                    answer.body = answer.body.replace("\"revision\":1", "\"revision\":2");
                }
                Ok(Begun::Done(answer))
            }
            Some(kept) if mutant!(KeyReuseTaken) => Ok(Begun::Done(kept.answer)),
            Some(_) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                let title = "The key was used for another request";
                Err(ApiError::new(status, ProblemCode::KeyReused, title))
            }
            None => Ok(Begun::New(Box::new(Self {
                transaction,
                now: state.clock.now(),
                account_id: account_id.clone(),
                key,
                request_hash: operation.request_hash.clone(),
                state: state.clone(),
                _running: running,
            }))),
        }
    }

    /// Whether a file counts only when a virus scanner has seen it.
    pub(crate) fn is_scanned(&self) -> bool {
        self.state.scans.is_on()
    }

    /// Keeps the answer and commits it with the change.
    pub(crate) async fn finish(mut self, answer: Answer) -> ApiResult<Answer> {
        let kept = Kept { request_hash: self.request_hash, answer };
        idempotency::keep(&mut self.transaction, &self.account_id, &self.key, &kept, self.now)
            .await?;
        self.transaction.commit().await?;
        self.state.news.tell();
        // Whatever it was, it may have put a mail into the outbox.
        self.state.post.bell.notify_one();
        Ok(kept.answer)
    }
}
