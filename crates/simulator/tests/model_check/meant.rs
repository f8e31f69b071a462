//! What persons meant and were promised, kept apart from what is tested.

use cpor_rules::Draft;
use cpor_simulator::server::Applied;
use cpor_sync::{OpKind, StoredOp};
use std::collections::BTreeMap;

/// A promise that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Broken {
    AppliedTwice,
    OutOfOrder,
    LostUpdate,
    Dropped,
    KeyReused,
}

/// The parts of a draft that change here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts([String; 2]);

impl Parts {
    fn of(draft: &Draft) -> Self {
        Self([draft.claim_name.clone(), draft.comment.clone()])
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Begun,
    Kept,
    Applied,
    GivenUp,
    /// It went into another one.
    Merged,
}

/// An operation as the person meant it.
#[derive(Clone, Debug)]
pub struct Meant {
    client: char,
    /// Its place in what the person did.
    order: u64,
    is_submission: bool,
    seen: Parts,
    wanted: Parts,
    is_promised: bool,
    fate: Fate,
}

impl Meant {
    pub fn new(
        client: char,
        order: u64,
        kind: &OpKind,
        seen: Option<&Draft>,
        wanted: &Draft,
    ) -> Self {
        Self {
            client,
            order,
            is_submission: matches!(kind, OpKind::Submit { .. }),
            seen: seen.map(Parts::of).unwrap_or_default(),
            wanted: Parts::of(wanted),
            is_promised: false,
            fate: Fate::Begun,
        }
    }
}

/// What is behind an id: `a1'` is another attempt at `a1`.
fn root(op_id: &str) -> &str {
    op_id.trim_end_matches('\'')
}

/// Everything that was meant, by the first id of each operation.
#[derive(Clone, Debug, Default)]
pub struct Minds {
    ops: BTreeMap<String, Meant>,
    /// Who wrote a value, and over what.
    writers: BTreeMap<String, char>,
    /// Contents that each person looked at in a decision.
    looked: BTreeMap<char, Vec<Parts>>,
    /// The place of what was applied last of each client.
    last: BTreeMap<char, u64>,
    /// Changes that the server applied.
    pub applied: u32,
}

impl Minds {
    pub fn begin(&mut self, op_id: &str, meant: Meant) {
        for (seen, wanted) in meant.seen.0.iter().zip(&meant.wanted.0) {
            if seen != wanted {
                self.writers.insert(wanted.clone(), meant.client);
            }
        }
        self.ops.insert(op_id.to_owned(), meant);
    }

    /// What was done under a ticket is stored: it is there, or went into others.
    pub fn stored(&mut self, client: char, ticket: u64, put: &[StoredOp]) {
        let ops = self.ops.iter_mut();
        let mut begun = ops.filter(|(_, op)| op.client == client && op.order == ticket);
        let Some((op_id, meant)) = begun.next() else { return };
        if put.iter().any(|stored| stored.op.op_id == *op_id) {
            meant.fate = Fate::Kept;
            return;
        }
        meant.fate = Fate::Merged;
        let wanted = meant.wanted.clone();
        let into = put.iter().find_map(|stored| {
            let content = match &stored.op.kind {
                OpKind::Create { draft } | OpKind::Change { draft } => Parts::of(draft),
                _ => return None,
            };
            (content == wanted).then(|| root(&stored.op.op_id).to_owned())
        });
        match into.and_then(|into| self.ops.get_mut(&into)) {
            Some(into) => into.wanted = wanted,
            None => {
                // Nothing holds its content: at rest it will be missed.
                if let Some(meant) =
                    self.ops.values_mut().find(|op| op.client == client && op.order == ticket)
                {
                    meant.fate = Fate::Kept;
                }
            }
        }
    }

    /// The person is told that it is stored.
    pub fn promise(&mut self, client: char, ticket: u64) {
        for meant in self.ops.values_mut() {
            meant.is_promised |= meant.client == client && meant.order == ticket;
        }
    }

    /// An operation leaves the outbox.
    pub fn removed(&self, op_id: &str, put: &[StoredOp]) -> Result<(), Broken> {
        let has_heir = put.iter().any(|stored| root(&stored.op.op_id) == root(op_id));
        match self.ops.get(root(op_id)).map(|meant| meant.fate) {
            Some(Fate::Begun | Fate::Kept) if !has_heir => Err(Broken::Dropped),
            _ => Ok(()),
        }
    }

    pub fn give_up(&mut self, op_id: &str, theirs: Option<&Draft>) {
        let Some(meant) = self.ops.get_mut(root(op_id)) else { return };
        if meant.fate != Fate::Applied {
            meant.fate = Fate::GivenUp;
        }
        let looked = self.looked.entry(meant.client).or_default();
        looked.push(meant.seen.clone());
        looked.extend(theirs.map(Parts::of));
    }

    /// The person saw theirs and decided what is to become of it.
    pub fn decided(&mut self, op_id: &str, theirs: &Draft, decided: &Draft) {
        if let Some(meant) = self.ops.get_mut(root(op_id)) {
            meant.seen = Parts::of(theirs);
            meant.wanted = Parts::of(decided);
            self.looked.entry(meant.client).or_default().push(Parts::of(decided));
        }
    }

    /// The server applied something.
    pub fn check(&mut self, applied: &Applied) -> Result<(), Broken> {
        self.applied += 1;
        let Some(meant) = self.ops.get_mut(root(&applied.key)) else {
            return Err(Broken::AppliedTwice);
        };
        if meant.fate == Fate::Applied {
            return Err(Broken::AppliedTwice);
        }
        let was_given_up = meant.fate == Fate::GivenUp;
        meant.fate = Fate::Applied;
        let meant = meant.clone();
        let last = self.last.entry(meant.client).or_default();
        if *last > meant.order && !was_given_up {
            return Err(Broken::OutOfOrder);
        }
        *last = meant.order;
        let (Some(before), Some(after)) = (&applied.before, &applied.after) else { return Ok(()) };
        let (before, after) = (Parts::of(&before.draft), Parts::of(&after.draft));
        if meant.is_submission {
            // What is handed in is what its author has seen.
            let looked = self.looked.get(&meant.client);
            let is_seen = looked.is_some_and(|looked| looked.contains(&before));
            return if is_seen || before == meant.wanted {
                Ok(())
            } else {
                Err(Broken::LostUpdate)
            };
        }
        for place in 0..2 {
            let (seen, wanted) = (&meant.seen.0[place], &meant.wanted.0[place]);
            let (was, is) = (&before.0[place], &after.0[place]);
            let is_own = self.writers.get(was) == Some(&meant.client);
            let is_kept = if seen == wanted {
                // Not touched by this change: nothing happens to it.
                was == is || (is_own && is == wanted)
            } else {
                is == wanted && (was == seen || was == is || is_own)
            };
            if !is_kept {
                return Err(Broken::LostUpdate);
            }
        }
        Ok(())
    }

    /// Whether each promise was kept, by now.
    pub fn are_kept(&self) -> bool {
        let is_open = |meant: &Meant| matches!(meant.fate, Fate::Begun | Fate::Kept);
        !self.ops.values().any(|meant| meant.is_promised && is_open(meant))
    }
}
