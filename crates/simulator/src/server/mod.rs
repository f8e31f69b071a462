//! A model of the server: the protocol's promises, in memory.
//!
//! It keeps what decides about sync (keys, revisions, the life cycle, the feed
//! of changes, files) and leaves out what does not (passwords, mails, whether
//! the rules like a draft). Tests of the real server hold the two against each
//! other.

mod claims;
mod feed;
mod files;
mod message;

pub use feed::Cursor;
pub use message::{Account, Answer, Body, Condition, Request, What};

use crate::mutant::Mutant;
use chrono::{DateTime, NaiveDate, Utc};
use cpor_protocol::{ClaimRecord, ProblemCode};
use cpor_rules::{Holidays, Region};
use feed::Feed;
use files::StoredFile;
use std::collections::BTreeMap;

/// The feed that all reviewers read.
const REVIEW_FEED: &str = "review";

/// A claim and whose it is.
#[derive(Clone, Debug)]
pub struct StoredClaim {
    /// As it travels.
    pub record: ClaimRecord,
    /// Its organisation.
    pub organisation: String,
}

/// The answer that was given to a key.
#[derive(Clone, Debug)]
struct Kept {
    hash: u64,
    answer: Answer,
}

/// All that a backup holds.
#[derive(Clone, Debug, Default)]
struct Data {
    claims: BTreeMap<String, StoredClaim>,
    answers: BTreeMap<(String, String), Kept>,
    feeds: BTreeMap<String, Feed>,
    files: BTreeMap<(String, String), StoredFile>,
    comments: BTreeMap<String, Vec<String>>,
    /// What was typed and given up in a merge, by claim.
    set_aside: BTreeMap<String, Vec<cpor_rules::Draft>>,
    references: u64,
}

/// A change that was applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Id of the account.
    pub account_id: String,
    /// Under which key.
    pub key: String,
    /// Id of the claim.
    pub claim_id: String,
    /// The claim before.
    pub before: Option<ClaimRecord>,
    /// The claim after.
    pub after: Option<ClaimRecord>,
}

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    accounts: BTreeMap<String, Account>,
    data: Data,
    backup: Option<Box<Data>>,
    epoch: u64,
    /// The highest revision that any claim ever had.
    highest: u64,
    /// Revisions of claims begin above this one.
    floor: u64,
    /// Fingerprint of its rules.
    pub ruleset: String,
    holidays: Holidays,
    /// What the last request changed.
    applied: Option<Applied>,
    mutant: Option<Mutant>,
}

impl Server {
    /// One with accounts and nothing else.
    pub fn new(accounts: Vec<Account>, ruleset: &str, mutant: Option<Mutant>) -> Self {
        Self {
            accounts: accounts.into_iter().map(|account| (account.id.clone(), account)).collect(),
            data: Data::default(),
            backup: None,
            epoch: 1,
            highest: 0,
            floor: 0,
            ruleset: ruleset.to_owned(),
            holidays: Region::None.holidays(),
            applied: None,
            mutant,
        }
    }

    /// Answers a request of an account at a time.
    pub fn handle(&mut self, account_id: Option<&str>, request: &Request, now_ms: u64) -> Answer {
        let Some(who) = account_id.and_then(|id| self.accounts.get(id)).cloned() else {
            return match request.what {
                What::Session => Answer::ok(204, Body::Empty),
                _ => Answer::problem(401, ProblemCode::SignInNeeded),
            };
        };
        if !request.account.is_empty()
            && request.account != who.id
            && self.mutant != Some(Mutant::ServerIgnoresAccount)
        {
            return Answer::problem(401, ProblemCode::SignInNeeded);
        }
        match &request.what {
            What::Session => Answer::ok(200, Body::Session(who.id)),
            What::Changes { since, etag, limit } => {
                self.changes(&who, since.as_deref(), etag.as_deref(), *limit)
            }
            What::BeginUpload(sha256, size) => self.begin_upload(&who, sha256, *size),
            What::UploadOffset(location) => self.upload_offset(&who, location),
            What::Append(location, offset, bytes) => self.append(&who, location, *offset, *bytes),
            change => self.once(&who, &request.key, change, now_ms),
        }
    }

    /// Applies a change unless its key is known.
    fn once(&mut self, who: &Account, key: &str, what: &What, now_ms: u64) -> Answer {
        if key.is_empty() {
            return Answer::problem(400, ProblemCode::BadRequest);
        }
        let place = (who.id.clone(), key.to_owned());
        let hash = what.hash();
        if let Some(kept) = self.data.answers.get(&place)
            && self.mutant != Some(Mutant::ServerAppliesTwice)
        {
            return if kept.hash == hash {
                kept.answer.clone()
            } else {
                Answer::problem(422, ProblemCode::KeyReused)
            };
        }
        let id = claim_of(what).unwrap_or_default().to_owned();
        let before = self.data.claims.get(&id).map(|claim| claim.record.clone());
        match self.change(who, what, now_ms) {
            Ok(answer) => {
                self.data.answers.insert(place, Kept { hash, answer: answer.clone() });
                self.applied = Some(Applied {
                    account_id: who.id.clone(),
                    key: key.to_owned(),
                    after: self.data.claims.get(&id).map(|claim| claim.record.clone()),
                    claim_id: id,
                    before,
                });
                answer
            }
            Err(refusal) => refusal,
        }
    }

    /// What the last request changed, once.
    pub fn take_applied(&mut self) -> Option<Applied> {
        self.applied.take()
    }

    /// A claim.
    pub fn claim(&self, id: &str) -> Option<&ClaimRecord> {
        self.data.claims.get(id).map(|claim| &claim.record)
    }

    /// All claims of an organisation.
    pub fn claims_of(&self, organisation: &str) -> impl Iterator<Item = &ClaimRecord> {
        self.data
            .claims
            .values()
            .filter(move |claim| claim.organisation == organisation)
            .map(|claim| &claim.record)
    }

    /// Ids of all claims, in order.
    pub fn claim_ids(&self) -> Vec<String> {
        self.data.claims.keys().cloned().collect()
    }

    /// Comments of a claim, oldest first.
    pub fn comments(&self, id: &str) -> &[String] {
        self.data.comments.get(id).map_or(&[], Vec::as_slice)
    }

    /// What was typed and given up when changes of a claim were merged.
    pub fn set_aside(&self, id: &str) -> &[cpor_rules::Draft] {
        self.data.set_aside.get(id).map_or(&[], Vec::as_slice)
    }

    /// The account with this id.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// Keeps a copy of everything, to be restored later.
    pub fn back_up(&mut self) {
        self.backup = Some(Box::new(self.data.clone()));
    }

    /// Goes back to the copy; false without one. Cursors of the time since then
    /// are worth nothing, and no claim has a revision that one had before.
    pub fn restore(&mut self) -> bool {
        let Some(backup) = &self.backup else { return false };
        self.data = (**backup).clone();
        if self.mutant != Some(Mutant::ServerCountsAnew) {
            self.highest += 1;
            self.floor = self.highest;
            for claim in self.data.claims.values_mut() {
                claim.record.revision = self.floor;
            }
        }
        self.epoch += 1;
        true
    }

    /// Forgets all cursors.
    pub fn forget_cursors(&mut self) {
        self.epoch += 1;
    }
}

/// The claim that a change is about.
fn claim_of(what: &What) -> Option<&str> {
    match what {
        What::Put(id, ..)
        | What::Submit(id, ..)
        | What::Delete(id, _)
        | What::Comment(id, _)
        | What::Dispute(id, ..)
        | What::Disassociate(id, ..)
        | What::Review(id, ..) => Some(id),
        What::Session
        | What::BeginUpload(..)
        | What::UploadOffset(_)
        | What::Append(..)
        | What::Changes { .. } => None,
    }
}

fn time_of(now_ms: u64) -> DateTime<Utc> {
    i64::try_from(now_ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}

fn day_of(now_ms: u64) -> NaiveDate {
    time_of(now_ms).date_naive()
}
