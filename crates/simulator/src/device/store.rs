//! What one account keeps on one device.
//!
//! A write is one transaction: all of it or nothing, in the order in which the
//! transactions began. What is written is not yet durable unless the
//! transaction was strict; a loss of power takes what was not flushed.

use cpor_sync::{CacheWrite, CachedClaim, StoredOp, Write, apply_to_claims};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that an account keeps.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The outbox, by id.
    pub ops: BTreeMap<String, StoredOp>,
    /// Operations that cannot be read: id and claim.
    pub unreadable: BTreeMap<String, String>,
    /// Claims by id.
    pub claims: BTreeMap<String, CachedClaim>,
    /// Claims that cannot be read.
    pub damaged_claims: BTreeSet<String>,
    /// Where the pull stands.
    pub cursor: Option<String>,
    /// Files by hash, and for which claim.
    pub files: BTreeMap<String, String>,
}

/// A store.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// As the browser sees it.
    pub written: Contents,
    /// As it is after a loss of power, where that is something else.
    durable: Option<Box<Contents>>,
    /// Until then an earlier transaction runs.
    pub busy_until_ms: u64,
}

impl Store {
    /// Whether a transaction fits what is there.
    pub fn fits(&self, write: &Write) -> bool {
        write.follows.is_none() || write.follows == self.written.cursor
    }

    /// Applies a transaction.
    pub fn write(&mut self, write: &Write, is_strict: bool) {
        self.before_write(is_strict);
        let contents = &mut self.written;
        for id in &write.remove_ops {
            contents.ops.remove(id);
            contents.unreadable.remove(id);
        }
        for stored in &write.put_ops {
            contents.unreadable.remove(&stored.op.op_id);
            contents.ops.insert(stored.op.op_id.clone(), stored.clone());
        }
        if write.cache.iter().any(|step| matches!(step, CacheWrite::ReplaceAll { .. })) {
            contents.damaged_claims.clear();
        }
        for id in apply_to_claims(&mut contents.claims, write) {
            contents.damaged_claims.remove(&id);
        }
        if write.cursor.is_some() {
            contents.cursor.clone_from(&write.cursor);
        }
    }

    /// Keeps a file.
    pub fn put_file(&mut self, sha256: &str, claim_id: &str) {
        self.before_write(true);
        self.written.files.insert(sha256.to_owned(), claim_id.to_owned());
    }

    /// Drops the files of these claims, except those of which an operation is stored.
    pub fn release_files_of(&mut self, claims: &BTreeSet<String>, takes_all: bool) {
        self.before_write(true);
        let Contents { ops, unreadable, files, .. } = &mut self.written;
        let unsent = ops.values().map(|stored| &stored.op.claim_id).chain(unreadable.values());
        let unsent: BTreeSet<&String> = unsent.filter(|_| !takes_all).collect();
        files.retain(|_, claim| !claims.contains(claim) || unsent.contains(claim));
    }

    fn before_write(&mut self, is_strict: bool) {
        if is_strict {
            // It flushes what came before as well.
            self.durable = None;
        } else if self.durable.is_none() {
            self.durable = Some(Box::new(self.written.clone()));
        }
    }

    /// What was not flushed is gone.
    pub fn lose_power(&mut self) {
        if let Some(durable) = self.durable.take() {
            self.written = *durable;
        }
    }

    /// The cursor as it is read: with a damaged claim everything is fetched again.
    pub fn cursor(&self) -> Option<String> {
        let contents = &self.written;
        contents.cursor.clone().filter(|_| contents.damaged_claims.is_empty())
    }
}
