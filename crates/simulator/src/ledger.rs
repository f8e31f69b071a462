//! What persons were promised, kept apart from everything that is tested.

use crate::failure::{Failure, Promise};
use crate::fields::{Intent, Place, entries};
use crate::server::{Applied, Request, What};
use cpor_protocol::ClaimRecord;
use cpor_rules::Draft;
use cpor_sync::{Op, OpKind, StoredOp};
use std::collections::{BTreeMap, BTreeSet};

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is to be stored.
    Begun,
    /// It is stored, and the person may have been told so.
    Kept,
    /// The server applied it.
    Applied,
    /// The person gave it up.
    GivenUp,
    /// It went into another one.
    Became(String),
    /// The device lost it, and not the app.
    Lost,
}

/// An operation as the person meant it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Of which account.
    pub account: usize,
    /// On which device.
    pub device: usize,
    /// Of which claim.
    pub claim_id: String,
    /// At which tab.
    pub place: usize,
    /// When it was begun, in the order of all that happened.
    pub order: u64,
    /// When it was begun.
    pub begun_ms: u64,
    /// When the person was told that it is stored; 0 for not at all.
    pub promised_ms: u64,
    /// What it does.
    pub kind: OpKind,
    /// What was meant.
    pub intent: Intent,
    /// What was given up in it.
    pub set_aside: Vec<Draft>,
    /// How often the server had been restored when the person saw the claim.
    pub time: u64,
    /// What became of it.
    pub fate: Fate,
}

impl Known {
    /// Whether it comes before another one of its claim. What was begun at two tabs
    /// before one had told the other has no order.
    fn is_before(&self, other: &Self) -> bool {
        let is_told = self.promised_ms > 0 && self.promised_ms + WORD_MS <= other.begun_ms;
        self.order < other.order && (self.place == other.place || is_told)
    }
}

/// Who wrote a value, and over what.
#[derive(Clone, Debug)]
struct Writer {
    lane: (usize, usize),
    seen: String,
}

/// When it is not known what the person saw: the device lost some of it.
const UNKNOWN: u64 = u64::MAX;
/// By then what one tab stored is known to the others.
const WORD_MS: u64 = 50;

/// For what an id is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// For a merge in which nothing has to be decided.
    Merge,
    /// For the whole of mine over theirs.
    OnTheirs,
    /// For what a person decided.
    Decision,
}

/// What persons were promised.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    ops: BTreeMap<String, Known>,
    /// Ids that were offered for another attempt at an operation.
    offers: BTreeMap<String, BTreeMap<String, Offer>>,
    /// Hashes of requests by account and key.
    sent: BTreeMap<(usize, String), u64>,
    /// Who wrote a value.
    writers: BTreeMap<String, Writer>,
    /// What was applied last of an account on a device in a claim.
    last: BTreeMap<(usize, usize, String), Known>,
    /// Uploads that rest because a person wants it.
    paused: BTreeSet<String>,
    /// When a person wanted one to go on.
    resumed: BTreeMap<String, u64>,
    next_order: u64,
    /// Until when what a device shows is partly what it lost.
    blurred: BTreeMap<usize, u64>,
    /// How often the server was restored.
    pub time: u64,
    /// Operations that were stored.
    pub stored: u64,
}

fn failure(promise: Promise, detail: String) -> Result<(), Failure> {
    Err(Failure { promise, detail })
}

impl Ledger {
    /// A person does something.
    pub fn begin(&mut self, op_id: &str, mut known: Known) {
        if self.is_blurred(&known) {
            known.time = UNKNOWN;
        }
        self.next_order += 1;
        known.order = self.next_order;
        for (_, seen, wanted) in &known.intent.values {
            let writer = Writer { lane: (known.account, known.device), seen: seen.clone() };
            self.writers.insert(wanted.clone(), writer);
        }
        self.ops.insert(op_id.to_owned(), known);
    }

    /// An operation.
    pub fn op(&self, op_id: &str) -> Option<&Known> {
        self.ops.get(op_id)
    }

    /// What it does may be done under another id from now on.
    pub fn offer(&mut self, op_id: &str, new_op_id: &str, offer: Offer) {
        self.offers.entry(op_id.to_owned()).or_default().insert(new_op_id.to_owned(), offer);
    }

    /// The person gives up an operation.
    pub fn give_up(&mut self, op_id: &str) {
        self.set_fate(op_id, Fate::GivenUp);
    }

    /// The person was told that an upload rests.
    pub fn pause(&mut self, op_id: &str, now_ms: u64) {
        // A word to go on may still be on its way from another tab.
        if self.resumed.get(op_id).is_none_or(|at_ms| at_ms + WORD_MS <= now_ms) {
            self.paused.insert(op_id.to_owned());
        }
    }

    /// The person wants it to go on, or to end.
    pub fn resume(&mut self, op_id: &str, now_ms: u64) {
        self.paused.remove(op_id);
        self.resumed.insert(op_id.to_owned(), now_ms);
    }

    /// The device lost an operation.
    pub fn lose(&mut self, op_id: &str) {
        self.set_fate(op_id, Fate::Lost);
    }

    /// A device lost all it kept, and its tabs have not seen it yet.
    pub fn blur(&mut self, device: usize, until_ms: u64) {
        self.blurred.insert(device, until_ms);
        for known in self.ops.values_mut().filter(|known| known.device == device) {
            if known.fate != Fate::Applied {
                known.time = UNKNOWN;
            }
        }
    }

    /// Whether it was done about the time at which the store was wiped: its place among
    /// the others went with them.
    fn is_blurred(&self, known: &Known) -> bool {
        self.blurred.get(&known.device).is_some_and(|until| known.begun_ms < *until)
    }

    fn set_fate(&mut self, op_id: &str, fate: Fate) {
        if let Some(known) = self.ops.get_mut(op_id)
            && !matches!(known.fate, Fate::Applied | Fate::Became(_))
        {
            known.fate = fate;
        }
    }

    /// An enqueue was stored: its operations are there, or went into others.
    pub fn stored(&mut self, ids: &[String], put: &[StoredOp]) -> Result<(), Failure> {
        for id in ids {
            let Some(known) = self.ops.get(id).cloned() else { continue };
            let fate = if put.iter().any(|stored| stored.op.op_id == *id) {
                Fate::Kept
            } else if let Some(into) = put.iter().find(|stored| is_content(stored, &known)) {
                let into = into.op.op_id.clone();
                if let Some(other) = self.ops.get_mut(&into) {
                    other.intent.join(&known.intent);
                }
                Fate::Became(into)
            } else if known.kind == OpKind::Delete {
                Fate::GivenUp
            } else {
                let detail = format!("{id} was stored, and no operation holds its content");
                return failure(Promise::NothingLost, detail);
            };
            if let Some(known) = self.ops.get_mut(id) {
                self.stored += 1;
                if known.fate == Fate::GivenUp {
                    continue;
                }
                known.fate = fate;
            }
        }
        Ok(())
    }

    /// The person is told that it is stored.
    pub fn promise(&mut self, ids: &[String], now_ms: u64) {
        for id in ids {
            if let Some(known) = self.ops.get_mut(id) {
                known.promised_ms = now_ms;
            }
        }
    }

    /// An operation is about to leave the store.
    pub fn removed(
        &mut self,
        op: &Op,
        put: &[StoredOp],
        is_annihilated: bool,
        is_there: bool,
    ) -> Result<(), Failure> {
        let id = &op.op_id;
        let offers = self.offers.get(id).cloned().unwrap_or_default();
        let heir = put.iter().find_map(|stored| Some((stored, *offers.get(&stored.op.op_id)?)));
        let Some(known) = self.ops.get(id).cloned() else { return Ok(()) };
        if let Some((heir, offer)) = heir {
            let mut next = Known { fate: Fate::Kept, ..known.clone() };
            if offer != Offer::Merge
                && let (Some(seen), Some(decided)) = (&heir.op.base_draft, draft_of(&heir.op.kind))
            {
                // The person saw theirs, and decided what is to become of it.
                next.intent = Intent::between(seen, decided);
            }
            if offer == Offer::Decision
                && let Some(decided) = draft_of(&heir.op.kind)
                && !known.intent.is_kept(decided, &heir.op.set_aside)
            {
                let detail = format!("what {id} had typed is not set aside");
                return failure(Promise::LoserRecorded, detail);
            }
            next.set_aside.clone_from(&heir.op.set_aside);
            next.kind = heir.op.kind.clone();
            self.ops.insert(heir.op.op_id.clone(), next);
            self.set_fate(id, Fate::Became(heir.op.op_id.clone()));
            return Ok(());
        }
        let is_gone = op.kind == OpKind::Delete && !is_there;
        match known.fate {
            Fate::Applied | Fate::GivenUp | Fate::Became(_) | Fate::Lost => Ok(()),
            Fate::Begun | Fate::Kept if is_annihilated || is_gone => {
                self.give_up(id);
                Ok(())
            }
            Fate::Begun | Fate::Kept => {
                failure(Promise::NothingLost, format!("{id} ({}) was dropped", op.kind.code()))
            }
        }
    }

    /// An operation is stored whose predecessor was not there any more.
    pub fn adopt(&mut self, op: &Op) {
        if self.ops.contains_key(&op.op_id) {
            return;
        }
        let parents = self.offers.iter().filter(|(_, offers)| offers.contains_key(&op.op_id));
        let parent = parents.into_iter().find_map(|(id, _)| self.ops.get(id));
        if let Some(parent) = parent.cloned() {
            let intent = match (&op.base_draft, draft_of(&op.kind)) {
                (Some(seen), Some(decided)) => Intent::between(seen, decided),
                _ => parent.intent.clone(),
            };
            let kind = op.kind.clone();
            let next = Known { fate: Fate::Kept, time: UNKNOWN, intent, kind, ..parent };
            self.ops.insert(op.op_id.clone(), next);
        }
    }

    /// An operation is stored anew.
    pub fn altered(&self, before: &Op, after: &Op) -> Result<(), Failure> {
        let is_sent = self.sent.keys().any(|(_, key)| *key == before.op_id);
        if before.kind == after.kind || !is_sent {
            return Ok(());
        }
        failure(Promise::NotAltered, format!("{} was sent, and altered afterwards", before.op_id))
    }

    /// A request leaves a device.
    pub fn sent(&mut self, cookie: usize, op: &Op, request: &Request) -> Result<(), Failure> {
        if let Some((id, _)) = self.ops.get(&op.op_id).and_then(|known| self.waits_before(known)) {
            let detail = format!("{} was sent, and {id} before it was not done", op.op_id);
            return failure(Promise::InOrder, detail);
        }
        if matches!(op.kind, OpKind::Upload { .. }) {
            return if self.paused.contains(&op.op_id) {
                failure(Promise::PauseHolds, format!("{} goes on by itself", op.op_id))
            } else {
                Ok(())
            };
        }
        if let Some(known) = self.ops.get(&op.op_id)
            && let What::Put(_, _, _, set_aside) = &request.what
            && known.set_aside.iter().any(|version| !set_aside.contains(version))
        {
            let detail = format!("{} does not say what was given up in it", op.op_id);
            return failure(Promise::LoserRecorded, detail);
        }
        let hash = request.what.hash();
        let before = self.sent.insert((cookie, op.op_id.clone()), hash);
        if before.is_some_and(|before| before != hash) {
            let detail = format!("{} was sent with two contents", op.op_id);
            return failure(Promise::OneKeyOneContent, detail);
        }
        Ok(())
    }

    /// What is stored of the same claim, was begun before, and is not done, such as a
    /// file that a submission names.
    fn waits_before(&self, later: &Known) -> Option<(&String, &Known)> {
        if self.is_blurred(later) {
            return None;
        }
        self.ops.iter().find(|(_, known)| {
            known.fate == Fate::Kept
                && (known.account, known.device) == (later.account, later.device)
                && known.claim_id == later.claim_id
                && known.is_before(later)
        })
    }

    /// The server has, or has not, what it was to have or not to have.
    pub fn done(&mut self, op_id: &str) {
        self.set_fate(op_id, Fate::Applied);
    }

    /// The server applied something.
    pub fn applied(&mut self, applied: &Applied, account: usize) -> Result<(), Failure> {
        let Some(known) = self.ops.get_mut(&applied.key) else {
            let detail = format!("{} was applied, and nobody did it", applied.key);
            return failure(Promise::OwnAccount, detail);
        };
        if known.account != account {
            let detail = format!("{} of {} was applied as {account}", applied.key, known.account);
            return failure(Promise::OwnAccount, detail);
        }
        if known.fate == Fate::Applied && known.time == self.time {
            return failure(Promise::AppliedOnce, format!("{} was applied twice", applied.key));
        }
        let was_given_up = known.fate == Fate::GivenUp;
        known.fate = Fate::Applied;
        // Restored, the server may apply it once more.
        let seen_at = std::mem::replace(&mut known.time, self.time);
        let known = known.clone();
        let lane = (known.account, known.device, known.claim_id.clone());
        if self.last.get(&lane).is_some_and(|last| known.is_before(last))
            && seen_at == self.time
            && !was_given_up
        {
            let detail = format!("{} was applied after a later one", applied.key);
            return failure(Promise::InOrder, detail);
        }
        self.last.insert(lane, known.clone());
        match (&known.kind, &applied.before, &applied.after) {
            (OpKind::Change { .. }, Some(before), Some(after)) if seen_at != UNKNOWN => {
                self.check_update(&applied.key, &known, before, after)
            }
            _ => Ok(()),
        }
    }

    fn check_update(
        &self,
        key: &str,
        known: &Known,
        before: &ClaimRecord,
        after: &ClaimRecord,
    ) -> Result<(), Failure> {
        let lane = (known.account, known.device);
        let own = |value: &String| self.writers.get(value).filter(|writer| writer.lane == lane);
        // Through one's own changes alone.
        let came_from = |is: &String, was: &String| {
            let mut writer = own(is);
            while let Some(known) = writer {
                if known.seen == *was {
                    return true;
                }
                writer = own(&known.seen);
            }
            false
        };
        for place in Place::ALL {
            let meant = known.intent.values.iter().find(|(meant, ..)| *meant == place);
            let is_same = place.is_same(&before.draft, &after.draft);
            if is_same && meant.is_none() {
                continue;
            }
            let (was, is) = (place.of(&before.draft), place.of(&after.draft));
            let detail = match meant {
                Some((_, _, wanted)) if *wanted != is => {
                    format!("{key} meant {place:?} to be {wanted:?}, and made it {is:?}")
                }
                Some((_, seen, _)) if is_same || *seen == was => continue,
                Some(_) if own(&was).is_some() => continue,
                // What was seen was one's own, and was given up meanwhile.
                Some((_, seen, _)) if came_from(seen, &was) => continue,
                Some((_, seen, _)) => {
                    format!("{key} saw {seen:?} in {place:?}, and overwrote {was:?} with {is:?}")
                }
                // A change of one's own that the device lost goes along with a later one.
                None if came_from(&is, &was) => continue,
                None => format!("{key} did not touch {place:?}, and made {was:?} to {is:?}"),
            };
            return failure(Promise::NoLostUpdate, detail);
        }
        let (was, is) = (entries(&before.draft), entries(&after.draft));
        // A form may still show the claim without what its author took out before, and gave
        // up or lost meanwhile: what is saved is what was seen, as with one's own values.
        let was_taken_out = |entry: &str| {
            let is_seen = known.intent.seen.contains(entry);
            !is_seen
                && self.ops.values().any(|own| {
                    (own.account, own.device, &own.claim_id) == (lane.0, lane.1, &known.claim_id)
                        && own.order < known.order
                        && matches!(own.fate, Fate::GivenUp | Fate::Lost)
                        && own.intent.removes.contains(entry)
                })
        };
        let dropped = was
            .difference(&is)
            .find(|entry| !known.intent.removes.contains(**entry) && !was_taken_out(entry));
        if let Some(entry) = dropped {
            return failure(Promise::NoLostUpdate, format!("{key} dropped {entry} unasked"));
        }
        let missing = known.intent.adds.iter().find(|entry| !is.contains(entry.as_str()));
        match missing {
            Some(entry) => {
                failure(Promise::NoLostUpdate, format!("{key} meant to add {entry}, and did not"))
            }
            None => Ok(()),
        }
    }

    /// At rest: what was promised was applied, given up or lost by the device.
    pub fn check_rest(&self) -> Result<(), Failure> {
        for (id, known) in self.ops.iter().filter(|(_, known)| known.promised_ms > 0) {
            let mut fate = &known.fate;
            while let Fate::Became(next) = fate {
                let Some(next) = self.ops.get(next) else { break };
                fate = &next.fate;
            }
            if matches!(fate, Fate::Begun | Fate::Kept) {
                let detail = format!("{id} ({}) was promised, and is nowhere", known.kind.code());
                return failure(Promise::NothingLost, detail);
            }
        }
        Ok(())
    }

    /// The server went back to an old copy.
    pub fn restored(&mut self) {
        self.time += 1;
    }
}

fn draft_of(kind: &OpKind) -> Option<&Draft> {
    match kind {
        OpKind::Create { draft } | OpKind::Change { draft } => Some(draft),
        _ => None,
    }
}

fn is_content(stored: &StoredOp, known: &Known) -> bool {
    stored.op.claim_id == known.claim_id
        && draft_of(&known.kind).is_some_and(|draft| draft_of(&stored.op.kind) == Some(draft))
}
