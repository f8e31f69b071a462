//! One attempt to send an operation, under the right session.

use super::super::send;
use super::super::view::Upload;
use super::{Driver, SESSION_CHECK_MS};
use crate::api::{Course, Pieces};
use crate::platform::clock;
use crate::platform::task::Pending;
use crate::storage::owner::Owner;
use crate::storage::store::Store;
use cpor_sync::{Event, OpKind, Outcome, Passing, WedgeReason};
use futures_channel::oneshot;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;

/// An upload as the driver looks after it: where it was begun outlives the tab.
struct UploadCourse<'a> {
    driver: &'a Driver,
    store: &'a dyn Store,
    sha256: &'a str,
}

fn note_key(sha256: &str) -> String {
    format!("upload.{sha256}")
}

impl Course for UploadCourse<'_> {
    fn location(&self) -> Pending<'_, Option<String>> {
        // Without the note the backend finds the upload by its content, or begins anew.
        Box::pin(async { self.store.note(note_key(self.sha256)).await.ok().flatten() })
    }

    fn begun(&self, location: String) -> Pending<'_, ()> {
        Box::pin(async {
            drop(self.store.set_note(note_key(self.sha256), Some(location)).await);
        })
    }

    fn arrived(&self, sent_bytes: u64, total_bytes: u64) {
        let upload = Upload { sent_bytes, total_bytes };
        self.driver.uploads.borrow_mut().insert(self.sha256.to_owned(), upload);
        self.driver.tell();
    }

    fn pieces(&self) -> &Pieces {
        &self.driver.pieces
    }
}

/// What comes of it, or `None` as soon as it is stopped.
async fn unless<T>(
    mut stopped: oneshot::Receiver<()>,
    mut work: Pin<&mut impl Future<Output = T>>,
) -> Option<T> {
    std::future::poll_fn(move |context| {
        if let Poll::Ready(Ok(())) = Pin::new(&mut stopped).poll(context) {
            return Poll::Ready(None);
        }
        work.as_mut().poll(context).map(Some)
    })
    .await
}

impl Driver {
    /// One attempt. `None` when the account changed meanwhile.
    pub(super) async fn attempt(&self, op: cpor_sync::Op) -> Option<Outcome> {
        self.owner()?;
        let opened = self.opened.get();
        let store = self.store()?;
        let outcome = match self.verify_session().await {
            Ok(()) => self.send(&op, &*store).await,
            Err(outcome) => outcome,
        };
        // Of the same account opened anew as well: it began anew.
        (self.opened.get() == opened).then_some(outcome)
    }

    async fn send(&self, op: &cpor_sync::Op, store: &dyn Store) -> Outcome {
        let OpKind::Upload { sha256, name, .. } = &op.kind else {
            let revision = op.revision(self.known(&op.claim_id).as_ref());
            return send::send(&self.api, op, revision).await;
        };
        self.take_from_device(sha256, &op.claim_id).await;
        let (stop, stopped) = oneshot::channel();
        self.stops.borrow_mut().insert(op.op_id.clone(), stop);
        let course = UploadCourse { driver: self, store, sha256 };
        let sending = pin!(send::upload(&self.api, store, op, (sha256, name), &course));
        let outcome = unless(stopped, sending).await;
        let outcome = outcome.unwrap_or(Outcome::Stuck(WedgeReason::Paused));
        self.stops.borrow_mut().remove(&op.op_id);
        if outcome == Outcome::Stuck(WedgeReason::Paused) {
            // How far it came is still of interest.
            return outcome;
        }
        self.uploads.borrow_mut().remove(sha256);
        if matches!(outcome, Outcome::Applied { .. }) {
            // One that stays is no harm: the backend says that it is gone.
            drop(store.set_note(note_key(sha256), None).await);
        }
        outcome
    }

    /// Lets an upload rest until it is tried again by hand.
    pub fn pause(&self, op_id: &str) {
        if let Some(stop) = self.stops.borrow_mut().remove(op_id) {
            // It may have ended in this moment; then there is nothing to stop.
            let _ = stop.send(());
            return;
        }
        let event = Event::Pause { op_id: op_id.to_owned(), now_ms: clock::now_whole_ms() };
        self.ask(&format!("pause {op_id}"), event);
    }

    /// Makes sure that the session is of this account: another tab may
    /// have signed in as somebody else, and the cookie is theirs then.
    pub(super) async fn verify_session(&self) -> Result<(), Outcome> {
        let (owner, verified_at_ms) = match self.account.borrow().as_ref() {
            Some(account) => (account.owner.clone(), account.verified_at_ms),
            None => return Err(Outcome::SignIn),
        };
        // A clock that was put back says nothing about how long ago that was.
        if (0.0..SESSION_CHECK_MS).contains(&(clock::now_ms() - verified_at_ms)) {
            return Ok(());
        }
        match self.api.session().await {
            Ok(session) if Owner::of(&session.account) == owner => {
                if let Some(account) = self.account.borrow_mut().as_mut()
                    && account.owner == owner
                {
                    account.verified_at_ms = clock::now_ms();
                }
                Ok(())
            }
            Ok(_) | Err(crate::api::ApiError::SignIn) => Err(Outcome::SignIn),
            Err(crate::api::ApiError::Offline) => {
                Err(Outcome::Passing { why: Passing::Offline, retry_after_ms: None })
            }
            Err(_) => Err(Outcome::Passing { why: Passing::Busy, retry_after_ms: None }),
        }
    }
}
