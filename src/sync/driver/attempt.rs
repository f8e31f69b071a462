//! One attempt to send an operation, under the right session.

use super::super::send;
use super::super::view::Upload;
use super::{Driver, SESSION_CHECK_MS};
use crate::platform::clock;
use crate::storage::owner::Owner;
use crate::storage::store::Store;
use cpor_sync::{OpKind, Outcome, Passing};

impl Driver {
    /// One attempt. `None` when the account changed meanwhile.
    pub(super) async fn attempt(&self, op: cpor_sync::Op) -> Option<Outcome> {
        let owner = self.owner()?;
        let store = self.store()?;
        let outcome = match self.verify_session().await {
            Ok(()) => self.send(&op, &*store).await,
            Err(outcome) => outcome,
        };
        (self.owner()? == owner).then_some(outcome)
    }

    pub(super) async fn send(&self, op: &cpor_sync::Op, store: &dyn Store) -> Outcome {
        let upload_hash = match &op.kind {
            OpKind::Upload { sha256, .. } => Some(sha256.clone()),
            _ => None,
        };
        let mut location = self
            .account
            .borrow()
            .as_ref()
            .and_then(|account| account.locations.get(&op.op_id).cloned());
        let progress = |sent_bytes, total_bytes| {
            if let Some(sha256) = &upload_hash {
                let upload = Upload { sent_bytes, total_bytes };
                self.uploads.borrow_mut().insert(sha256.clone(), upload);
                self.tell();
            }
        };
        let fallback = self.known(&op.claim_id).map(|seen| seen.revision);
        let outcome = send::send(&self.api, store, op, fallback, &mut location, &progress).await;
        if let Some(sha256) = &upload_hash {
            self.uploads.borrow_mut().remove(sha256);
        }
        if let Some(account) = self.account.borrow_mut().as_mut() {
            match (&outcome, location) {
                (Outcome::Applied { .. }, _) | (_, None) => {
                    account.locations.remove(&op.op_id);
                }
                (_, Some(location)) => {
                    account.locations.insert(op.op_id.clone(), location);
                }
            }
        }
        outcome
    }

    /// Makes sure that the session is of this account: another tab may
    /// have signed in as somebody else, and the cookie is theirs then.
    pub(super) async fn verify_session(&self) -> Result<(), Outcome> {
        let (owner, verified_at_ms) = match self.account.borrow().as_ref() {
            Some(account) => (account.owner.clone(), account.verified_at_ms),
            None => return Err(Outcome::SignIn),
        };
        if clock::now_ms() - verified_at_ms < SESSION_CHECK_MS {
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
