//! The way to the server, as the rest of the state knows it.
//!
//! What stands behind it (the protocol, the outbox, `IndexedDB`) is a module of
//! its own that comes while the first screen is already in use; see
//! [`crate::lazy`]. So the state speaks to it through this trait alone, and
//! what is not there yet is simply `None`.

use super::actions::{SendError, Sending};
use super::files::{AddFile, FileGap, FileRefused};
use super::session::SignInFailure;
use crate::platform::task;
use cpor_protocol::{
    ConsentRequest, DemoClock, DemoMail, HistoryEntry, NotificationId, NotificationsPage,
    ReadInput, Revision, SubscriptionAnswer, SubscriptionQuestion, UsageMonth,
};
use cpor_rules::facts::{Association, PartnerLocation};
use cpor_rules::{Draft, PoeFile};
use cpor_sync::{Op, OpKind, Seen};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

/// An answer that comes later.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// Hands an answer over when it comes, whether or not the page that asked is still there.
pub fn when_answered<T: 'static>(later: Later<T>, done: impl FnOnce(T) + 'static) {
    task::spawn(async move { done(later.await) });
}

/// Hears how a sending ended, and whether it waits for a connection.
pub type Sent = Box<dyn FnOnce(Result<bool, SendError>)>;

/// Why operations could not be kept on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The browser has no room for them.
    NoRoom {
        /// About how many bytes they need.
        needed_bytes: u64,
    },
    /// The browser did not store them, or the account was left meanwhile.
    NotStored,
}

/// Why a customer's link shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentFailure {
    /// It leads nowhere, or not any more.
    Wrong,
    /// The claim has ended by itself.
    Ended,
    /// Too many tries.
    SlowDown,
    /// No answer.
    Unreachable,
}

/// The way to the server.
pub trait Server {
    /// Signs in and opens what this device keeps for the account.
    fn sign_in(&self, email: String, password: String) -> Later<Result<(), SignInFailure>>;
    /// Leaves for the provider, to come back to this path signed in; `false` when the
    /// server cannot be reached.
    fn sign_in_at_provider(&self, return_to: String) -> Later<bool>;
    /// Ends the sessions of the account on all devices; `false` when that did not happen.
    fn end_sessions(&self) -> Later<bool>;
    /// Signs out. What waits stays on this device.
    fn sign_out(&self);
    /// The person has answered what is said of the session's end, by going on.
    fn answer_ending(&self);
    /// Does nothing for the account any more: it was left in another tab.
    fn leave(&self);
    /// Sends what the open draft has come to.
    fn send(&self, what: Sending, done: Sent);
    /// Puts operations into the outbox; ready when they are on the disk.
    ///
    /// `seen` is the version on which the person made the changes; without it,
    /// the one that is known here.
    fn enqueue(
        &self,
        claim_id: String,
        kinds: Vec<OpKind>,
        seen: Option<Seen>,
    ) -> Later<Result<(), NotKept>>;
    /// Takes what the person decided of a change in conflict with the revision
    /// `theirs`.
    fn resolve(&self, op_id: &str, draft: &Draft, theirs: Revision);
    /// Tries an operation that is in conflict on top of the server's version.
    fn retry_on_theirs(&self, op_id: &str);
    /// Tries everything now.
    fn send_now(&self);
    /// Tries one operation now.
    fn retry(&self, op_id: &str);
    /// Gives one operation up.
    fn discard(&self, op_id: &str);
    /// Drops files that the server has, of claims that are not among these; answers how
    /// many bytes that were, or nothing when it failed.
    fn free_space(&self, needed_by: BTreeSet<String>) -> Later<Option<u64>>;
    /// Drops copies of claims that nothing unsent and none of these drafts needs;
    /// answers how many bytes that were, or nothing when it failed.
    fn drop_claims(&self, needed_by: BTreeSet<String>) -> Later<Option<u64>>;
    /// There is room again: what found none is tried once more.
    fn room_was_made(&self) -> Later<()>;
    /// A draft lost files, or is gone: what nothing needs is removed. With `is_ours`
    /// this tab writes the draft.
    fn let_go(&self, claim_id: String, is_ours: bool) -> Later<()>;
    /// Removes an operation that cannot be read.
    fn remove_unreadable(&self, op_id: String) -> Later<bool>;
    /// Gives up everything that waits of a claim.
    fn discard_claim(&self, claim_id: &str);
    /// Lets an upload rest until it is tried again by hand.
    fn pause(&self, op_id: &str);
    /// Keeps a file on this device for a claim; the last gets percents of it that were read.
    fn keep_file(
        &self,
        file: AddFile,
        claim_id: String,
        progress: Box<dyn Fn(u32)>,
    ) -> Later<Result<PoeFile, FileRefused>>;
    /// Keeps a content on this device for a claim, under the hash that `file` names.
    fn keep_bytes(
        &self,
        file: PoeFile,
        bytes: Vec<u8>,
        claim_id: String,
    ) -> Later<Result<(), FileRefused>>;
    /// The content of a file, if it is on this device.
    fn file_here(&self, sha256: String) -> Later<Option<Vec<u8>>>;
    /// Everything that waits, as it is stored.
    fn unsent(&self) -> Vec<Op>;
    /// The organisation's locations; `None` when they cannot be had now.
    fn partner_locations(&self) -> Later<Option<Vec<PartnerLocation>>>;
    /// Items of a tenant that are held; `None` when the server cannot be asked.
    fn associations(&self, tenant_id: String) -> Later<Option<Vec<Association>>>;
    /// Whether a subscription can be claimed; `None` when the server cannot be asked.
    fn check_subscription(
        &self,
        question: SubscriptionQuestion,
    ) -> Later<Option<SubscriptionAnswer>>;
    /// Seats and active users of a claim's items; `None` when they cannot be had now.
    fn usage(&self, claim_id: String) -> Later<Option<Vec<UsageMonth>>>;
    /// The content of a file of the proof, from this device or from the
    /// server.
    fn file(&self, sha256: String) -> Later<Result<Vec<u8>, FileGap>>;
    /// The history of a claim; `None` when it cannot be had now.
    fn history(&self, claim_id: String) -> Later<Option<Vec<HistoryEntry>>>;
    /// What the person is told of, before this or newest; `None` when it cannot be had now.
    fn notifications(&self, before: Option<NotificationId>) -> Later<Option<NotificationsPage>>;
    /// Marks notifications as read; `false` when the server did not do it.
    fn mark_read(&self, what: ReadInput) -> Later<bool>;
    /// What a customer's link is about.
    fn consent(&self, token: String) -> Later<Result<ConsentRequest, ConsentFailure>>;
    /// Declines what a customer's link is about.
    fn decline(&self, token: String) -> Later<Result<ConsentRequest, ConsentFailure>>;
    /// Mails of a demonstration; `None` when they cannot be had now.
    fn demo_mails(&self) -> Later<Option<Vec<DemoMail>>>;
    /// Moves the clock of a demonstration; `None` when that did not happen.
    fn move_demo_clock(&self, days: u16) -> Later<Option<DemoClock>>;
}
