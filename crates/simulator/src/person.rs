//! What persons do at tabs.

use crate::deed::{Act, Decision};
use crate::device::TabId;
use crate::device::tab::{Edit, Message};
use crate::failure::Promise;
use crate::fault::Fault;
use crate::fields::{Intent, edit};
use crate::ledger::{Fate, Known};
use crate::mutant::Mutant;
use crate::world::{World, note};
use cpor_protocol::Revision;
use cpor_rules::{Draft, PoeFile, Status};
use cpor_sync::merge::{Side, merge};
use cpor_sync::{CachedClaim, Event, NewOp, OpKind, OpStateView, Seen, WedgeReason};

impl World {
    /// Somebody at a tab does something.
    pub(crate) fn person(&mut self, device: u8, place: u8, act: Act) {
        let device = usize::from(device) % self.devices.len();
        let place = usize::from(place) % self.devices[device].tabs.len();
        let Some(id) = self.tab_at(device, place) else {
            // Who wants to do something opens the app first.
            return self.open_tab(device, place);
        };
        let is_frozen = self.look(id).is_some_and(|tab| tab.frozen.is_some());
        if is_frozen && !matches!(act, Act::Thaw(_) | Act::CloseTab | Act::CrashTab) {
            return;
        }
        let now_ms = self.clock(device);
        match act {
            Act::Create => self.create(id),
            Act::Open(claim) => self.open(id, claim),
            Act::Save(bits) => self.save(id, bits),
            Act::Edit(claim, bits) => {
                self.open(id, claim);
                self.save(id, bits);
            }
            Act::Submit(claim, files) => self.submit(id, claim, files),
            Act::Comment(claim) => {
                if let Some(claim_id) = self.claim_at(id, claim) {
                    let text = format!("comment {}", self.new_id());
                    self.enqueue_plain(id, &claim_id, OpKind::Comment { text });
                }
            }
            Act::Delete(claim) => {
                if let Some(claim_id) = self.claim_at(id, claim) {
                    self.enqueue_plain(id, &claim_id, OpKind::Delete);
                }
            }
            Act::Dispute(claim) => {
                if let Some(claim_id) = self.claim_at(id, claim) {
                    let justification = format!("because {}", self.new_id());
                    let kind = OpKind::Dispute { justification, files: Vec::new() };
                    self.enqueue_plain(id, &claim_id, kind);
                }
            }
            Act::Disassociate(claim) => {
                if let Some(claim_id) = self.claim_at(id, claim) {
                    let reason = format!("because {}", self.new_id());
                    self.enqueue_plain(id, &claim_id, OpKind::Disassociate { reason });
                }
            }
            Act::Decide(nth, decision) => {
                let stuck = self.stuck(id);
                if !stuck.is_empty() {
                    let (op_id, reason) = stuck[usize::from(nth) % stuck.len()].clone();
                    self.decide(id, &op_id, &reason, decision);
                }
            }
            Act::Pause(nth) => self.pause_one(id, nth),
            Act::FreeSpace => self.free_space(id),
            Act::Kick => self.ask_sender(id, "kick", Event::Kick { now_ms }),
            Act::Show(is_visible) => self.post(id, Event::Visible { is_visible, now_ms }),
            Act::OpenTab => {}
            Act::CloseTab => self.end_tab(id),
            Act::CrashTab => {
                self.fire(Fault::TabCrash);
                self.end_tab(id);
            }
            Act::Freeze => self.freeze(id),
            Act::Thaw(is_restored) => self.thaw(id, is_restored),
            Act::SignIn(account) => {
                let account = usize::from(account) % self.accounts.len();
                self.note_change_of_account(device, account);
                self.sign_in(device, place, account);
            }
            Act::SignOut => self.sign_out(id),
            Act::GiveUpAndSignOut => {
                self.give_up_all(id);
                self.sign_out(id);
            }
        }
    }

    /// One of the uploads that are next in their lanes.
    fn pause_one(&mut self, id: TabId, nth: u8) {
        let Some(tab) = self.look(id) else { return };
        let lanes = tab.state.lanes().values();
        let uploads: Vec<String> = lanes
            .filter_map(|lane| lane.ops.front())
            .filter(|op| op.kind.uploads().is_some())
            .map(|op| op.op_id.clone())
            .collect();
        if !uploads.is_empty() {
            self.pause(id, &uploads[usize::from(nth) % uploads.len()]);
        }
    }

    /// Drops the files of claims that were handed in and have nothing unsent.
    fn free_space(&mut self, id: TabId) {
        let takes_all = self.mutant == Some(Mutant::FreesUnsent);
        let Some(tab) = self.look(id) else { return };
        let Some(account) = tab.account else { return };
        let is_whole = |kept: &CachedClaim| {
            let claim = kept.claim.as_ref();
            kept.theirs.is_none() && claim.is_some_and(|claim| claim.status != Status::Draft)
        };
        let whole = tab.claims.iter().filter(|(_, kept)| is_whole(kept));
        let whole = whole
            .map(|(claim_id, _)| claim_id.clone())
            .filter(|claim_id| takes_all || !tab.state.has_unsent(claim_id))
            .collect();
        let store = self.store(id.device, account);
        let before = store.written.files.clone();
        store.release_files_of(&whole, takes_all);
        let lost = store.written.ops.values().find_map(|stored| {
            let sha256 = stored.op.kind.uploads()?;
            let is_lost = before.contains_key(sha256) && !store.written.files.contains_key(sha256);
            is_lost.then(|| format!("{sha256} was dropped, and {} needs it", stored.op.op_id))
        });
        if let Some(detail) = lost {
            self.fail(Promise::FilesKept, detail);
        }
    }

    /// The person gives up all that is unsent.
    fn give_up_all(&mut self, id: TabId) {
        let now_ms = self.clock(id.device);
        let Some(tab) = self.look(id) else { return };
        let lanes = tab.state.lanes().iter();
        let lanes: Vec<(String, Vec<String>)> = lanes
            .map(|(claim_id, lane)| {
                (claim_id.clone(), lane.ops.iter().map(|op| op.op_id.clone()).collect())
            })
            .collect();
        for (claim_id, op_ids) in lanes {
            for op_id in &op_ids {
                self.ledger.give_up(op_id);
            }
            let word = format!("discard-claim {claim_id} {}", op_ids.join(" "));
            self.ask_sender(id, &word, Event::DiscardClaim { claim_id, op_ids, now_ms });
        }
    }

    fn note_change_of_account(&mut self, device: usize, account: usize) {
        let has_unsent = self.devices[device]
            .stores
            .iter()
            .any(|(owner, store)| *owner != account && !store.written.ops.is_empty());
        if has_unsent {
            self.fire(Fault::OtherAccount);
        }
    }

    fn sign_out(&mut self, id: TabId) {
        let has_unsent = self.devices[id.device].stores.values().any(|s| !s.written.ops.is_empty());
        if has_unsent {
            self.fire(Fault::SignedOut);
        }
        self.devices[id.device].cookie = None;
        if let Some(tab) = self.tab(id) {
            tab.verified_at_ms = 0;
        }
        self.post(id, Event::SignedOut);
    }

    /// One of the claims that a person sees at a tab.
    fn claim_at(&self, id: TabId, nth: u8) -> Option<String> {
        let tab = self.look(id)?;
        let unsent = tab.state.lanes().keys().filter(|id| !tab.claims.contains_key(*id));
        let all: Vec<&String> = tab.claims.keys().chain(unsent).collect();
        if all.is_empty() { None } else { Some(all[usize::from(nth) % all.len()].clone()) }
    }

    fn create(&mut self, id: TabId) {
        let number = self.new_id();
        let claim_id = format!("claim-{number:05}");
        let mut draft = Draft::default();
        edit(&mut draft, 0b0101_1011, &number.to_string());
        let intent = Intent::between(&Draft::default(), &draft);
        let kind = OpKind::Create { draft: Box::new(draft) };
        self.enqueue(id, &claim_id, vec![(kind, intent)], None, None);
    }

    fn open(&mut self, id: TabId, nth: u8) {
        let Some(claim_id) = self.claim_at(id, nth).filter(|claim| self.may_write(id, claim))
        else {
            return;
        };
        let Some(tab) = self.tab(id) else { return };
        let Some(seen) = tab.shown(&claim_id).cloned() else { return };
        let base = tab.revision(&claim_id);
        tab.edit = Some(Edit { claim_id, seen, base });
    }

    /// One tab of a device writes a claim at a time, and one that begins to has
    /// read what the others stored.
    fn may_write(&self, id: TabId, claim_id: &str) -> bool {
        let device = &self.devices[id.device];
        let Some(tab) = self.look(id) else { return false };
        let Some(store) = tab.account.and_then(|account| device.stores.get(&account)) else {
            return false;
        };
        let is_free =
            device.tabs.iter().flatten().filter(|other| other.account == tab.account).all(
                |other| {
                    let is_open = other.edit.as_ref().is_some_and(|edit| edit.claim_id == claim_id);
                    let is_saving = other.tickets.values().flatten().any(|op_id| {
                        self.ledger.op(op_id).is_some_and(|known| known.claim_id == claim_id)
                    });
                    (!is_open || other.id == id) && !is_saving
                },
            );
        let kept = store.written.ops.values().filter(|stored| stored.op.claim_id == claim_id);
        let lane = tab.state.lanes().get(claim_id);
        let is_in_lane = |op: &cpor_sync::Op| {
            lane.is_some_and(|lane| {
                lane.ops.iter().any(|known| known.op_id == op.op_id && known.kind == op.kind)
            })
        };
        let is_read = kept.clone().all(|stored| is_in_lane(&stored.op))
            && kept.count() == lane.map_or(0, |lane| lane.ops.len())
            && store.written.claims.get(claim_id) == tab.claims.get(claim_id);
        is_free && is_read
    }

    fn save(&mut self, id: TabId, bits: u8) {
        let mark = self.new_id().to_string();
        let Some(Edit { claim_id, seen, base }) = self.tab(id).and_then(|tab| tab.edit.take())
        else {
            return;
        };
        let mut draft = seen.clone();
        edit(&mut draft, bits, &mark);
        if draft != seen {
            let intent = Intent::between(&seen, &draft);
            let kind = OpKind::Change { draft: Box::new(draft) };
            self.enqueue(id, &claim_id, vec![(kind, intent)], base, Some(seen));
        }
    }

    fn submit(&mut self, id: TabId, nth: u8, files: u8) {
        let Some(claim_id) = self.claim_at(id, nth).filter(|claim| self.may_write(id, claim))
        else {
            return;
        };
        let Some(tab) = self.look(id) else { return };
        let (Some(seen), Some(account)) = (tab.shown(&claim_id).cloned(), tab.account) else {
            return;
        };
        let base = tab.revision(&claim_id);
        let device = &self.devices[id.device];
        if device.is_full || device.failing_calls > 0 {
            // The file cannot be kept, and the person is told so.
            return;
        }
        let mut draft = seen.clone();
        let mut kinds = Vec::new();
        for _ in 0..files {
            let sha256 = format!("file-{}", self.new_id());
            let size_bytes = 1 + self.random.below(4);
            self.store(id.device, account).put_file(&sha256, &claim_id);
            let (name, media_type) = ("sow.pdf".to_owned(), "application/pdf".to_owned());
            draft.poe_files.push(PoeFile {
                sha256: sha256.clone(),
                name: name.clone(),
                size_bytes,
                media_type: media_type.clone(),
                ..PoeFile::default()
            });
            let kind = OpKind::Upload { sha256, name, size_bytes, media_type };
            kinds.push((kind, Intent::default()));
        }
        let manifest = draft.poe_files.iter().map(|file| file.sha256.clone()).collect();
        if files > 0 {
            let intent = Intent::between(&seen, &draft);
            kinds.push((OpKind::Change { draft: Box::new(draft) }, intent));
        }
        kinds.push((OpKind::Submit { manifest }, Intent::default()));
        self.enqueue(id, &claim_id, kinds, base, Some(seen));
    }

    fn enqueue_plain(&mut self, id: TabId, claim_id: &str, kind: OpKind) {
        let base = self.look(id).and_then(|tab| tab.revision(claim_id));
        self.enqueue(id, claim_id, vec![(kind, Intent::default())], base, None);
    }

    fn enqueue(
        &mut self,
        id: TabId,
        claim_id: &str,
        kinds: Vec<(OpKind, Intent)>,
        base: Option<Revision>,
        seen: Option<Draft>,
    ) {
        // Of a claim that the server does not have yet, no revision is known.
        let base = (base.is_some() || seen.is_some()).then(|| Seen {
            revision: base.unwrap_or(0),
            draft: seen.map(Box::new),
            set_aside: Vec::new(),
        });
        let now_ms = self.clock(id.device);
        let ticket = self.new_id();
        let ruleset = self.ruleset.clone();
        let Some(tab) = self.look(id) else { return };
        let Some(account) = tab.account else { return };
        let may_alter = tab.is_sender;
        let mut ops = Vec::new();
        for (kind, intent) in kinds {
            let op_id = self.new_op_id();
            let known = Known {
                account,
                device: id.device,
                claim_id: claim_id.to_owned(),
                place: id.place,
                order: 0,
                begun_ms: self.now_ms,
                promised_ms: 0,
                kind: kind.clone(),
                intent,
                set_aside: Vec::new(),
                time: self.ledger.time,
                fate: Fate::Begun,
            };
            self.ledger.begin(&op_id, known);
            ops.push(NewOp { op_id, kind });
        }
        note!(self, "  {}.{} does {ops:?} to {claim_id}", id.device, id.place);
        let Some(tab) = self.tab(id) else { return };
        tab.edit.take_if(|edit| edit.claim_id == claim_id);
        tab.tickets.insert(ticket, ops.iter().map(|op| op.op_id.clone()).collect());
        if !may_alter {
            // What the other tabs stored meanwhile gives the next place in the lane.
            tab.messages.push_back(Message::Reload);
        }
        let claim_id = claim_id.to_owned();
        self.post(id, Event::Enqueue { ticket, claim_id, ops, base, ruleset, may_alter, now_ms });
    }

    /// What needs a decision, as a tab shows it.
    pub(crate) fn stuck(&self, id: TabId) -> Vec<(String, WedgeReason)> {
        let Some(tab) = self.look(id) else { return Vec::new() };
        let waiting = tab.state.waiting().into_iter();
        waiting
            .filter_map(|view| match view.state {
                OpStateView::Wedged(reason) => Some((view.op.op_id, reason)),
                _ => None,
            })
            .collect()
    }

    /// A person decides about something stuck.
    pub(crate) fn decide(
        &mut self,
        id: TabId,
        op_id: &str,
        reason: &WedgeReason,
        decision: Decision,
    ) {
        self.ledger.resume(op_id, self.now_ms);
        note!(self, "  {}.{} decides {decision:?} about {op_id}", id.device, id.place);
        let now_ms = self.clock(id.device);
        let claim_id = self.look(id).and_then(|tab| {
            let mut lanes = tab.state.lanes().iter();
            let found = lanes.find(|(_, lane)| lane.ops.iter().any(|op| op.op_id == op_id))?;
            Some(found.0.clone())
        });
        let Some(claim_id) = claim_id else { return };
        if *reason == WedgeReason::EarlierUnreadable {
            self.remove_unreadable(id, &claim_id);
        }
        let op = op_id.to_owned();
        match decision {
            Decision::Retry => {
                self.ask_sender(id, &format!("retry {op}"), Event::Retry { op_id: op, now_ms });
            }
            Decision::OnTheirs => {
                if self.resolve(id, op_id, reason) {
                    return;
                }
                let event = self.on_theirs(op.clone(), now_ms);
                self.ask_sender(id, &format!("retry-on-theirs {op}"), event);
            }
            Decision::Discard
                if !self
                    .ledger
                    .op(op_id)
                    .is_some_and(|known| matches!(known.kind, OpKind::Create { .. })) =>
            {
                self.ledger.give_up(op_id);
                self.ask_sender(id, &format!("discard {op}"), Event::Discard { op_id: op, now_ms });
            }
            Decision::Discard | Decision::DiscardClaim | Decision::Anew => {
                let op_ids: Vec<String> = self
                    .look(id)
                    .and_then(|tab| tab.state.lanes().get(&claim_id))
                    .map(|lane| lane.ops.iter().map(|op| op.op_id.clone()).collect())
                    .unwrap_or_default();
                for op_id in &op_ids {
                    self.ledger.give_up(op_id);
                }
                let word = format!("discard-claim {claim_id} {}", op_ids.join(" "));
                let claim = claim_id.clone();
                self.ask_sender(id, &word, Event::DiscardClaim { claim_id: claim, op_ids, now_ms });
                if decision == Decision::Anew {
                    let kept = self.look(id).and_then(|tab| tab.claims.get(&claim_id));
                    let claim = kept.and_then(|kept| kept.claim.clone());
                    if let (Some(claim), Some(tab)) = (claim, self.tab(id)) {
                        let (base, seen) = (Some(claim.revision), claim.draft);
                        tab.edit = Some(Edit { claim_id, seen, base });
                        self.save(id, 0b11);
                    }
                }
            }
        }
    }

    /// The person decides part by part, as the conflict page offers it.
    fn resolve(&mut self, id: TabId, op_id: &str, reason: &WedgeReason) -> bool {
        let WedgeReason::Conflict { theirs: Some(theirs) } = reason else { return false };
        let Some(tab) = self.look(id) else { return false };
        let waiting = tab.state.waiting();
        let Some(op) = waiting.into_iter().map(|view| view.op).find(|op| op.op_id == op_id) else {
            return false;
        };
        let (OpKind::Create { draft: mine } | OpKind::Change { draft: mine }) = op.kind else {
            return false;
        };
        let base = op.base_draft.unwrap_or_default();
        let merged = merge(&base, &mine, &theirs.draft);
        let sides = self.random.number();
        let decided = merged.choose(&mine, |part| {
            let is_mine = sides & (1 << (part as u64)) != 0;
            Some(if is_mine { Side::Mine } else { Side::Theirs })
        });
        let now_ms = self.clock(id.device);
        let (revision, text) = (theirs.revision, serde_json::to_string(&decided));
        let word = format!("resolve {op_id} {revision} {}", text.unwrap_or_default());
        if self.look(id).is_some_and(|tab| tab.is_sender) {
            let event = self.resolved(op_id.to_owned(), Box::new(decided), revision, now_ms);
            self.post(id, event);
        } else {
            self.tell_tabs(id, &word);
        }
        true
    }

    /// The person exports what cannot be read, and lets it go.
    fn remove_unreadable(&mut self, id: TabId, claim_id: &str) {
        let Some(account) = self.look(id).and_then(|tab| tab.account) else { return };
        self.store(id.device, account).written.unreadable.retain(|_, claim| claim != claim_id);
    }
}
