//! Two versions of one claim: what is to be decided, and the decision.

use super::{AppState, following};
use crate::platform::clock::now_ms;
use crate::storage::choices::{self, Choices};
use crate::storage::drafts::{self, DraftPhase, Place, StoredDraft};
use crate::storage::settings;
use cpor_protocol::ClaimRecord;
use cpor_rules::{Draft, RuleContext, Stage, Status, Verdict, verdict};
pub use cpor_sync::merge::{Merged, Part, Side};
use cpor_sync::merge::{given_up as given_up_for, merge};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// An operation that met another change of its claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The operation.
    pub op_id: String,
    /// What it does.
    pub kind: &'static str,
    /// The content on which it was made, where that is known.
    pub base: Option<Draft>,
    /// The content that it gives the claim; `None` for a change of state.
    pub mine: Option<Draft>,
    /// The claim as the server has it.
    pub theirs: ClaimRecord,
    /// What is to follow it.
    pub behind: Vec<&'static str>,
}

/// The choices made so far.
pub type Chosen = BTreeMap<Part, Side>;

impl Conflict {
    /// The versions put together. Where the base is not known, every difference
    /// is a question.
    pub fn merged(&self) -> Option<Merged> {
        let mine = self.mine.as_ref()?;
        if let Some(base) = &self.base {
            return Some(merge(base, mine, &self.theirs.draft));
        }
        let differ = |part: &Part| !part.is_same(mine, &self.theirs.draft);
        Some(Merged {
            draft: self.theirs.draft.clone(),
            mine: Vec::new(),
            theirs: Vec::new(),
            conflicts: Part::ALL.iter().copied().filter(differ).collect(),
        })
    }

    /// Parts that differ from what the person saw.
    pub fn differences(&self) -> Vec<Part> {
        let Some(base) = &self.base else { return Vec::new() };
        Part::ALL.iter().copied().filter(|part| !part.is_same(base, &self.theirs.draft)).collect()
    }

    /// The content that comes of the choices; `None` while one is open.
    pub fn result(&self, chosen: &Chosen) -> Option<Draft> {
        let merged = self.merged()?;
        let is_decided = merged.conflicts.iter().all(|part| chosen.contains_key(part));
        is_decided.then(|| {
            let mine = self.mine.as_ref().unwrap_or(&self.theirs.draft);
            merged.choose(mine, |part| chosen.get(&part).copied())
        })
    }

    /// What the rules say of a result, for what is to become of the claim.
    pub fn verdict(&self, app: AppState, result: &Draft) -> Verdict {
        let is_handed_in = self.theirs.status != Status::Draft || self.behind.contains(&"submit");
        let stage = if is_handed_in { Stage::Submit } else { Stage::AddCustomer };
        let today = app.clock.today.get();
        app.facts.known.with(|facts| {
            let ctx = RuleContext::of(result, today, facts).with_claim_id(&self.theirs.id);
            verdict(&ctx, result, stage)
        })
    }

    /// The choices made before, in this visit or an earlier one.
    pub fn load_choices(&self) -> Chosen {
        let kept = choices::load(&self.op_id, self.theirs.revision);
        let side = |part: &Part| {
            let name = part.field().to_string();
            if kept.mine.contains(&name) {
                Some((*part, Side::Mine))
            } else if kept.their.contains(&name) {
                Some((*part, Side::Theirs))
            } else {
                None
            }
        };
        Part::ALL.iter().filter_map(side).collect()
    }

    /// Keeps the choices; where there is no room they last as long as the page.
    pub fn keep_choices(&self, chosen: &Chosen) {
        let of = |side: Side| {
            let own = chosen.iter().filter(|(_, chosen)| **chosen == side);
            own.map(|(part, _)| part.field().to_string()).collect()
        };
        let kept =
            Choices { theirs: self.theirs.revision, mine: of(Side::Mine), their: of(Side::Theirs) };
        if choices::save(&self.op_id, &kept, now_ms()).is_err() {
            leptos::logging::warn!("the choices are not kept: no room");
        }
    }

    /// Sends the decision.
    pub fn decide(&self, app: AppState, result: &Draft) {
        let Some(server) = app.session.server() else { return };
        choices::remove(&self.op_id);
        self.write_decision(app, result);
        server.resolve(&self.op_id, result, self.theirs.revision);
    }

    /// What is written here goes on from the decision.
    fn write_decision(&self, app: AppState, result: &Draft) {
        let stored = super::actions::local_draft(app, &self.theirs.id);
        let (Some(stored), Some(mine)) = (stored, &self.mine) else { return };
        let typed = stored.draft.normalised();
        let merged = merge(mine, &typed, result);
        if typed != *mine && !merged.conflicts.is_empty() {
            return;
        }
        let draft = if typed == *mine { result.clone() } else { merged.draft };
        let decided = StoredDraft {
            base: Some(result.clone()),
            base_revision: Some(self.theirs.revision),
            confirmed: Some(self.theirs.draft.clone()),
            draft,
            ..stored
        };
        following::keep(app, decided);
    }

    /// Does what was wanted on the claim as it is now.
    pub fn do_all_the_same(&self, app: AppState) {
        if let Some(server) = app.session.server() {
            server.retry_on_theirs(&self.op_id);
        }
    }

    /// Gives up what was written here, and keeps it aside on this device. Returns
    /// whether it is kept; otherwise nothing was given up.
    pub fn discard_mine(&self, app: AppState) -> bool {
        let before = super::actions::local_draft(app, &self.theirs.id);
        let mine = before.or_else(|| Some(self.as_draft(None, self.mine.clone()?)));
        let is_other =
            |mine: &StoredDraft| mine.draft.normalised() != self.theirs.draft.normalised();
        if let Some(mine) = mine.filter(is_other)
            && !drafts::set_aside(&mine)
        {
            app.settings.lacks(drafts::size(&mine));
            return false;
        }
        app.draft.discard(&self.theirs.id);
        self.give_up(app);
        true
    }

    /// A version as the draft of this claim, on top of theirs.
    fn as_draft(&self, before: Option<&StoredDraft>, draft: Draft) -> StoredDraft {
        StoredDraft {
            id: self.theirs.id.clone(),
            whose: before.map(|before| before.whose.clone()).unwrap_or_default(),
            rev: before.map_or(0, |before| before.rev),
            saved_at_ms: now_ms(),
            phase: DraftPhase::Created,
            base: Some(self.theirs.draft.clone()),
            base_revision: Some(self.theirs.revision),
            confirmed: None,
            draft,
            place: Place::default(),
        }
    }

    /// Gives up everything of the claim that is not sent.
    fn give_up(&self, app: AppState) {
        let Some(server) = app.session.server() else { return };
        choices::remove(&self.op_id);
        server.discard_claim(&self.theirs.id);
    }

    /// Puts a version into the form, on top of theirs, in place of what waits.
    /// Returns whether it is kept; otherwise nothing was given up.
    pub fn write_on(&self, app: AppState, version: &Draft) -> bool {
        let before = super::actions::local_draft(app, &self.theirs.id);
        app.draft.open_claim(self.as_draft(before.as_ref(), version.clone()));
        app.draft.save();
        let is_kept = app.draft.is_saved();
        if is_kept {
            let lost = self.mine.as_ref().and_then(|mine| {
                given_up_for(self.base.as_ref(), mine, &self.theirs.draft, version)
            });
            note_given_up(&self.theirs.id, lost);
            self.give_up(app);
        }
        is_kept
    }
}

/// Notes what was given up to go on in the form, until that is sent: it belongs into
/// the claim's history as a decision on the page does.
fn note_given_up(claim_id: &str, lost: Option<Draft>) {
    let Some(lost) = lost else { return };
    let mut known = given_up(claim_id);
    known.push(lost);
    // Every field has a JSON form. Without room the history does not tell of it; the
    // version that was chosen is kept all the same.
    if let Ok(text) = serde_json::to_string(&known) {
        let _ = settings::set(&given_up_key(claim_id), &text);
    }
}

/// What was given up of a claim and is not sent yet.
pub fn given_up(claim_id: &str) -> Vec<Draft> {
    settings::get(&given_up_key(claim_id))
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// It is on its way.
pub fn forget_given_up(claim_id: &str) {
    settings::remove(&given_up_key(claim_id));
}

fn given_up_key(claim_id: &str) -> String {
    format!("given-up.{claim_id}")
}

/// What is to be decided about a claim; tracked.
pub fn of_claim(app: AppState, claim_id: &str) -> Option<Conflict> {
    app.sync.view.with(|view| view.conflicts.get(claim_id).cloned())
}
