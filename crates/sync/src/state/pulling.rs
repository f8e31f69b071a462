//! Fetching what is new.

use super::{Access, LaneState, POLL_HIDDEN_MS, POLL_VISIBLE_MS, Pull, State};
use crate::backoff::delay_ms;
use crate::event::{CacheWrite, Command, PullOutcome, Write};
use crate::mutants::mutant;
use crate::op::OpKind;
use cpor_protocol::{Change, ChangesPage};
use std::collections::BTreeMap;

impl State {
    pub(super) fn pull_at(&mut self, at_ms: u64) {
        if let Pull::Resting { due_ms } = &mut self.pull {
            *due_ms = at_ms.min(*due_ms);
        }
    }

    pub(super) fn begin_pull(&mut self, now_ms: u64, commands: &mut Vec<Command>) {
        let is_due = matches!(self.pull, Pull::Resting { due_ms } if due_ms <= now_ms);
        if !self.may_begin() || !is_due {
            return;
        }
        let (is_aside, cursor) = self.place();
        let etag = self.etag.clone().filter(|_| !is_aside);
        self.pull = Pull::Fetching { is_aside, cursor: cursor.clone() };
        commands.push(Command::Pull { cursor, etag });
    }

    /// Whether everything is fetched again aside, and from where the next page is.
    fn place(&self) -> (bool, Option<String>) {
        match &self.aside {
            Some((_, cursor)) => (true, cursor.clone()),
            None => (false, self.cursor.clone()),
        }
    }

    pub(super) fn pulled(
        &mut self,
        outcome: PullOutcome,
        now_ms: u64,
        chance: f64,
        commands: &mut Vec<Command>,
    ) {
        let Pull::Fetching { is_aside, cursor } = &self.pull else { return };
        if (*is_aside, cursor.clone()) != self.place() {
            // The store was read meanwhile, and stands elsewhere.
            self.pull = Pull::Resting { due_ms: now_ms };
            return;
        }
        let poll_ms = if self.is_visible { POLL_VISIBLE_MS } else { POLL_HIDDEN_MS };
        let mut due_ms = now_ms.saturating_add(poll_ms);
        match outcome {
            PullOutcome::Page { page, etag } => {
                self.last_failure = None;
                self.pull_failures = 0;
                if page.more {
                    due_ms = now_ms;
                } else {
                    self.last_synced_at_ms = Some(now_ms);
                }
                self.apply_page(page, etag, commands);
            }
            PullOutcome::NotModified => {
                self.last_failure = None;
                self.pull_failures = 0;
                self.last_synced_at_ms = Some(now_ms);
            }
            PullOutcome::Gone => {
                if mutant!(GoneClearsOutbox) {
                    let ops = self.lanes.values_mut().flat_map(|lane| lane.ops.drain(..));
                    let remove_ops = ops.map(|op| op.op_id).collect();
                    let write = Write { remove_ops, ..Write::default() };
                    commands.push(Command::Write { write: Box::new(write), ticket: None });
                }
                // Twice in a row would be a backend without a beginning: wait then.
                if self.aside.is_none() {
                    due_ms = now_ms;
                }
                self.aside = Some((BTreeMap::new(), None));
            }
            PullOutcome::Passing { why, retry_after_ms } => {
                self.pull_failures = self.pull_failures.saturating_add(1);
                self.last_failure = Some(why);
                due_ms =
                    now_ms.saturating_add(delay_ms(self.pull_failures, chance, retry_after_ms));
            }
            PullOutcome::SignIn => self.access = Access::NeedsSignIn,
        }
        if std::mem::take(&mut self.has_news) && self.pull_failures == 0 {
            due_ms = now_ms;
        }
        self.pull = Pull::Resting { due_ms };
    }

    pub(super) fn apply_page(
        &mut self,
        page: ChangesPage,
        etag: Option<String>,
        commands: &mut Vec<Command>,
    ) {
        let mut write = Write::default();
        if let Some((mut claims, _)) = self.aside.take() {
            for change in page.changes {
                match change {
                    Change::Upsert { claim } => drop(claims.insert(claim.id.clone(), *claim)),
                    Change::Tombstone { id } => drop(claims.remove(&id)),
                }
            }
            if page.more && !mutant!(AsideTooEarly) {
                self.aside = Some((claims, Some(page.next)));
                return;
            }
            let on_their_way = self.lanes.values().filter(|lane| lane.state == LaneState::Sending);
            let creations = on_their_way
                .filter_map(|lane| lane.ops.front())
                .filter(|op| matches!(op.kind, OpKind::Create { .. }));
            self.unlisted = creations
                .filter(|op| !claims.contains_key(&op.claim_id))
                .map(|op| op.op_id.clone())
                .collect();
            write.cache.push(CacheWrite::ReplaceAll {
                claims: claims.into_values().collect(),
                keep: self.lanes.keys().cloned().collect(),
            });
        } else {
            for change in page.changes {
                let is_tombstone = matches!(change, Change::Tombstone { .. });
                let is_skipped = mutant!(SkipsPage) && page.more;
                if is_skipped || (mutant!(IgnoresTombstone) && is_tombstone) {
                    continue;
                }
                write.cache.push(match change {
                    Change::Upsert { claim } if self.has_unsent(&claim.id) => {
                        CacheWrite::PutTheirs(claim)
                    }
                    Change::Upsert { claim } => CacheWrite::Put(claim),
                    Change::Tombstone { id } if self.has_unsent(&id) => CacheWrite::TheirsGone(id),
                    Change::Tombstone { id } => CacheWrite::Remove(id),
                });
            }
        }
        self.etag = etag.filter(|_| !page.more);
        if write.cache.is_empty() && self.cursor.as_deref() == Some(page.next.as_str()) {
            return;
        }
        let is_whole = write.cache.iter().any(|step| matches!(step, CacheWrite::ReplaceAll { .. }));
        write.follows = self.cursor.take().filter(|_| !is_whole && !mutant!(PageOnAnything));
        self.cursor = Some(page.next.clone());
        write.cursor = Some(page.next);
        commands.push(Command::Write { write: Box::new(write), ticket: None });
    }
}
