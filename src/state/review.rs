//! What a reviewer works with: the queue, what may be decided, and what is
//! ticked and half written for each claim.

use super::claims::{customer_of, millis};
use super::{AppState, actions};
use crate::platform::local::WriteError;
use crate::platform::{clock, files};
use crate::state::sync::{OpProblem, OpStatus, View};
use crate::storage::reviews;
use chrono::NaiveDate;
use cpor_protocol::ClaimRecord;
use cpor_protocol::limits::MAX_WORDS;
use cpor_rules::arbitration::{self, Contender};
use cpor_rules::life_cycle::{Guard, Situation, TRANSITIONS, Transition, transition};
use cpor_rules::{Action, Actor, Deadline, Ground, Holidays, Status, catalog};
use cpor_sync::OpKind;
use leptos::prelude::*;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub use crate::storage::reviews::Notes;
pub use cpor_rules::life_cycle::Refusal;

/// A part of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    /// The reviewer acts next.
    #[default]
    ToDo,
    /// The partner acts next.
    Waiting,
    /// Nobody has to act.
    Decided,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::ToDo, Self::Waiting, Self::Decided];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ToDo => "to-do",
            Self::Waiting => "waiting",
            Self::Decided => "decided",
        }
    }

    /// The part with this code; the first for any other.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == code).unwrap_or_default()
    }

    /// Where claims of a status are found.
    pub const fn of(status: Status) -> Self {
        match status.waits_for() {
            Some(Actor::Microsoft) => Self::ToDo,
            Some(Actor::Partner | Actor::Customer | Actor::System) => Self::Waiting,
            None => Self::Decided,
        }
    }
}

/// A claim in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// Id of the claim.
    pub id: String,
    /// Short name given by the server.
    pub reference: String,
    /// Name given by the partner.
    pub name: String,
    /// The claiming partner.
    pub partner: String,
    /// The customer, as far as it is known.
    pub customer: String,
    /// Codes of what is claimed.
    pub items: Vec<String>,
    /// Where it stands.
    pub status: Status,
    /// The deadline that runs.
    pub deadline: Option<Deadline>,
    /// Whether a decision waits to be sent.
    pub is_pending: bool,
    /// How many other claims want one of its items.
    pub rivals: usize,
    /// Last change, milliseconds since 1970.
    pub updated_at_ms: f64,
    /// Its revision.
    pub revision: u64,
    search_text: String,
}

impl QueueRow {
    fn new(record: &ClaimRecord, is_pending: bool, rivals: usize) -> Self {
        let draft = &record.draft;
        let items: Vec<String> = draft.claimed_items().into_iter().map(str::to_owned).collect();
        let customer = customer_of(draft);
        let name = draft.claim_name.trim().to_owned();
        let mut words: Vec<&str> = vec![
            &name,
            &record.reference,
            &record.organisation,
            &customer,
            &draft.tenant_id,
            &draft.partner_id,
            &draft.domain,
        ];
        words.extend(items.iter().map(|code| catalog::display_name(code)));
        let search_text = words.join("\n").to_lowercase();
        Self {
            id: record.id.clone(),
            reference: record.reference.clone(),
            name,
            partner: record.organisation.clone(),
            customer,
            items,
            status: record.status,
            deadline: record.deadline,
            is_pending,
            rivals,
            updated_at_ms: millis(record.updated_at),
            revision: record.revision,
            search_text,
        }
    }

    /// Whether all words occur somewhere in it.
    pub fn matches(&self, text: &str) -> bool {
        text.to_lowercase().split_whitespace().all(|word| self.search_text.contains(word))
    }

    /// Whether it is for the reviewer to act, and nothing is on its way yet.
    pub fn is_to_do(&self) -> bool {
        Tab::of(self.status) == Tab::ToDo && !self.is_pending
    }
}

/// All claims that reviewers see, the nearest deadline first; what is decided,
/// the last first.
pub fn queue(app: AppState) -> Memo<Vec<QueueRow>> {
    Memo::new(move |_| app.sync.view.with(rows))
}

fn rows(view: &View) -> Vec<QueueRow> {
    let rivals = rivals_of(view);
    let mut rows: Vec<QueueRow> = view
        .claims
        .iter()
        .map(|record| {
            let count = rivals.get(record.id.as_str()).map_or(0, BTreeMap::len);
            QueueRow::new(record, view.is_pending(&record.id), count)
        })
        .collect();
    rows.sort_by(in_order);
    rows
}

fn in_order(a: &QueueRow, b: &QueueRow) -> Ordering {
    let due = |row: &QueueRow| row.deadline.map_or(NaiveDate::MAX, |deadline| deadline.due_on);
    let part = Tab::of(a.status);
    part.cmp(&Tab::of(b.status))
        .then_with(|| match part {
            Tab::Decided => b.updated_at_ms.total_cmp(&a.updated_at_ms),
            Tab::ToDo | Tab::Waiting => {
                due(a).cmp(&due(b)).then_with(|| a.updated_at_ms.total_cmp(&b.updated_at_ms))
            }
        })
        // A last word, so that equal rows never change places.
        .then_with(|| a.id.cmp(&b.id))
}

fn rivals_of(view: &View) -> BTreeMap<&str, Rivals<'_>> {
    arbitration::rivals(view.claims.iter().map(|record| Contender {
        id: &record.id,
        status: record.status,
        draft: &record.draft,
    }))
}

type Rivals<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// A claim beside others that want the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// The claim.
    pub record: ClaimRecord,
    /// Codes of the items that are wanted twice; for the claim itself, all of them.
    pub shared: Vec<String>,
    /// Whether its proof is the most recent one.
    pub has_newest_proof: bool,
}

/// The claim and its rivals, itself first; nothing where it has none.
pub fn contest(view: &View, id: &str, today: NaiveDate) -> Vec<Rival> {
    let all = rivals_of(view);
    let (Some(own), Some(others)) = (view.claim(id), all.get(id)) else { return Vec::new() };
    let records = others.keys().filter_map(|other| view.claim(other));
    let contenders: Vec<&ClaimRecord> = std::iter::once(own).chain(records).collect();
    let newest = arbitration::most_recent_proof(
        contenders.iter().map(|record| (record.id.as_str(), &record.draft)),
        today,
    );
    contenders
        .iter()
        .map(|record| {
            let shared: BTreeSet<&String> = others
                .iter()
                .filter(|(other, _)| record.id == id || **other == record.id)
                .flat_map(|(_, items)| items)
                .collect();
            Rival {
                record: (*record).clone(),
                shared: shared.into_iter().cloned().collect(),
                has_newest_proof: newest.contains(record.id.as_str()),
            }
        })
        .collect()
}

/// The decisions of reviewers, in the order in which they are offered.
pub const DECISIONS: [Action; 6] = [
    Action::StartReview,
    Action::Approve,
    Action::RequestAction,
    Action::Reject,
    Action::RejectFinally,
    Action::Reopen,
];

/// The transition that a decision makes now.
///
/// # Errors
/// Why it cannot be made.
pub fn decide(
    record: &ClaimRecord,
    action: Action,
    today: NaiveDate,
) -> Result<&'static Transition, Refusal> {
    let situation = Situation {
        edition: record.draft.edition.get(),
        status: Some(record.status),
        since: record.status_since,
        today,
        holidays: &Holidays::default(),
        was_disputed: record.was_disputed,
        // Whether one is given is looked at when the decision is sent.
        reason: "-",
        has_newer_proof: false,
    };
    transition(&situation, action, Actor::Microsoft)
}

/// The statuses in which a decision is possible at all.
pub fn possible_in(action: Action) -> Vec<Status> {
    let rows = TRANSITIONS.iter().filter(|row| row.action == action && row.by == Actor::Microsoft);
    let mut statuses: Vec<Status> = rows.filter_map(|row| row.from).collect();
    statuses.sort();
    statuses
}

/// Whether the comment may not be left out.
pub fn needs_comment(action: Action) -> bool {
    TRANSITIONS
        .iter()
        .any(|row| row.action == action && row.by == Actor::Microsoft && row.guard == Guard::Reason)
}

/// Whether the partner cannot simply answer it.
pub const fn needs_confirmation(action: Action) -> bool {
    matches!(action, Action::Approve | Action::Reject | Action::RejectFinally)
}

/// What a decision lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing is chosen.
    Action,
    /// No ground is given.
    Ground,
    /// The ground is about items, and none is chosen.
    Item(Ground),
    /// There is no comment.
    Comment,
    /// The comment is too long.
    CommentTooLong,
}

/// What a decision lacks, in the order of the fields.
pub fn gaps(notes: &Notes) -> Vec<Gap> {
    let Some(action) = notes.action else { return vec![Gap::Action] };
    let mut gaps = Vec::new();
    let grounds = Ground::of(action);
    let is_given = notes.grounds.iter().any(|given| grounds.contains(&given.ground));
    if !grounds.is_empty() && !is_given {
        gaps.push(Gap::Ground);
    }
    gaps.extend(
        grounds
            .iter()
            .filter(|ground| ground.is_about_an_item())
            .filter(|ground| {
                let mut given = notes.grounds.iter().filter(|given| given.ground == **ground);
                given.clone().next().is_some() && given.all(|given| given.item.is_none())
            })
            .map(|ground| Gap::Item(*ground)),
    );
    let length = notes.comment.trim().chars().count();
    if needs_comment(action) && length == 0 {
        gaps.push(Gap::Comment);
    }
    if length > MAX_WORDS {
        gaps.push(Gap::CommentTooLong);
    }
    gaps
}

/// How far a decision of this device came.
#[derive(Clone, Debug, PartialEq)]
pub enum OnItsWay {
    /// Nothing is.
    Nothing,
    /// It waits, or is being sent.
    Waiting,
    /// The server did not take it.
    Stuck {
        /// Id of the operation.
        op_id: String,
        /// Why.
        problem: OpProblem,
    },
}

/// How far the decision on a claim came.
pub fn on_its_way(view: &View, claim_id: &str) -> OnItsWay {
    let op = view.waiting.iter().find(|op| op.claim_id == claim_id && op.kind == "review");
    match op {
        None => OnItsWay::Nothing,
        Some(op) => match &op.status {
            OpStatus::Wedged(problem) => {
                OnItsWay::Stuck { op_id: op.op_id.clone(), problem: problem.clone() }
            }
            OpStatus::Queued
            | OpStatus::Sending
            | OpStatus::Waiting { .. }
            | OpStatus::NeedsSignIn
            | OpStatus::Paused => OnItsWay::Waiting,
        },
    }
}

/// What became of a decision that was sent from this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// None was sent, or it is not known yet.
    Open,
    /// The claim stands where the decision leads.
    Taken(Action),
    /// The claim went on without it.
    NotTaken,
}

/// What became of the decision in the notes. A newer revision alone tells
/// nothing: a colleague may have decided while this one was given up.
pub fn fate(notes: &Notes, way: &OnItsWay, revision: u64, status: Status) -> Fate {
    let (Some(sent_on), Some(action)) = (notes.sent_on, notes.action) else { return Fate::Open };
    if *way != OnItsWay::Nothing || revision <= sent_on {
        return Fate::Open;
    }
    let leads_here = TRANSITIONS
        .iter()
        .any(|row| row.action == action && row.by == Actor::Microsoft && row.to == Some(status));
    if leads_here { Fate::Taken(action) } else { Fate::NotTaken }
}

/// The account's notes on a claim, as they are on this device.
pub fn load_notes(app: AppState, claim_id: &str) -> Notes {
    reviews::load(&account_id(app), claim_id)
}

/// Keeps the notes. `false` where this device has no room.
pub fn save_notes(app: AppState, claim_id: &str, notes: &Notes) -> bool {
    let kept = reviews::save(&account_id(app), claim_id, notes, clock::now_ms());
    if kept == Err(WriteError::Full) {
        // Two bytes for each unit, as texts of local storage are counted.
        let text = serde_json::to_string(notes).unwrap_or_default();
        app.settings.lacks(2 * text.encode_utf16().count() as u64);
    }
    kept.is_ok()
}

/// Offers notes as a file.
pub fn download_notes(notes: &Notes) {
    // Every field has a JSON form.
    let text = serde_json::to_string(notes).unwrap_or_default();
    files::download_text("notes.json", "application/json", &files::indented(&text));
}

/// Takes the notes on decided claims from this device.
pub fn forget_decided(app: AppState, view: &View) {
    let account = account_id(app);
    for record in view.claims.iter().filter(|record| Tab::of(record.status) == Tab::Decided) {
        let notes = reviews::load(&account, &record.id);
        let is_waiting = view.is_pending(&record.id);
        if notes != Notes::default() && !is_waiting && have_served(&notes, record.status) {
            let _ = save_notes(app, &record.id, &Notes::default());
        }
    }
}

/// Whether notes are of no use any more. Words may still be for the next
/// decision, unless there can be none.
fn have_served(notes: &Notes, status: Status) -> bool {
    let is_final = TRANSITIONS.iter().all(|row| row.from != Some(status));
    let has_words =
        notes.action.is_some() || !notes.grounds.is_empty() || !notes.comment.trim().is_empty();
    Tab::of(status) == Tab::Decided && (is_final || !has_words)
}

fn account_id(app: AppState) -> String {
    app.session
        .account
        .with_untracked(|known| known.as_ref().map(|known| known.id.clone()))
        .unwrap_or_default()
}

/// Sends a decision by way of the outbox; `done` is called when it is on the disk.
pub fn send(
    app: AppState,
    claim_id: &str,
    notes: &Notes,
    done: impl FnOnce(Result<(), actions::SendError>) + 'static,
) {
    let Some(action) = notes.action else { return };
    // Grounds of another decision may still be among the notes.
    let fitting = notes.grounds.iter().filter(|given| Ground::of(action).contains(&given.ground));
    // A ground that names items has been kept once as a whole as well.
    let named = |ground: Ground| {
        notes.grounds.iter().any(|given| given.ground == ground && given.item.is_some())
    };
    let grounds = fitting.filter(|given| given.item.is_some() || !named(given.ground));
    let kind = OpKind::Review {
        action,
        reason: notes.comment.trim().to_owned(),
        grounds: grounds.cloned().collect(),
    };
    actions::enqueue(app, claim_id.to_owned(), vec![kind], done);
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpor_rules::ReviewReason;

    #[test]
    fn a_claim_is_to_do_where_the_reviewer_acts_next() {
        let to_do: Vec<Status> =
            Status::ALL.into_iter().filter(|status| Tab::of(*status) == Tab::ToDo).collect();
        assert_eq!(to_do, [Status::Submitted, Status::UnderReview, Status::Dispute]);
        assert_eq!(Tab::of(Status::PartnerActionRequired), Tab::Waiting);
        assert_eq!(Tab::of(Status::Approved), Tab::Decided);
        for tab in Tab::ALL {
            assert_eq!(Tab::from_code(tab.code()), tab);
        }
    }

    #[test]
    fn the_nearest_deadline_comes_first_and_the_last_decision() {
        let row = |id: &str, status, due: u32, updated: f64| QueueRow {
            id: id.to_owned(),
            reference: String::new(),
            name: String::new(),
            partner: String::new(),
            customer: String::new(),
            items: Vec::new(),
            status,
            deadline: NaiveDate::from_ymd_opt(2026, 11, due)
                .map(|due_on| Deadline { due_on, kind: cpor_rules::DeadlineKind::Review }),
            is_pending: false,
            rivals: 0,
            updated_at_ms: updated,
            revision: 1,
            search_text: String::new(),
        };
        // A day that is none stands for no deadline.
        let mut rows = [
            row("old", Status::Approved, 1, 1.0),
            row("later", Status::Submitted, 20, 5.0),
            row("answer", Status::PartnerActionRequired, 2, 3.0),
            row("never", Status::UnderReview, 0, 0.0),
            row("new", Status::Rejected, 9, 9.0),
            row("soon", Status::Dispute, 3, 7.0),
        ];
        rows.sort_by(in_order);
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["soon", "later", "never", "answer", "new", "old"]);
    }

    #[test]
    fn every_decision_is_possible_somewhere_and_is_the_reviewers() {
        for action in DECISIONS {
            assert!(!possible_in(action).is_empty(), "{action:?}");
            assert!(cpor_rules::UserRole::Reviewer.may(action));
        }
        assert_eq!(possible_in(Action::RejectFinally), [Status::Dispute]);
        let offered = |row: &&Transition| row.by == Actor::Microsoft;
        for row in TRANSITIONS.iter().filter(offered) {
            assert!(DECISIONS.contains(&row.action), "{}", row.id);
        }
    }

    #[test]
    fn what_a_decision_lacks_is_told_in_the_order_of_the_fields() {
        let about =
            |ground, item: Option<&str>| ReviewReason { ground, item: item.map(str::to_owned) };
        let mut notes = Notes::default();
        assert_eq!(gaps(&notes), [Gap::Action]);
        notes.action = Some(Action::Approve);
        assert_eq!(gaps(&notes), []);
        notes.action = Some(Action::RequestAction);
        assert_eq!(gaps(&notes), [Gap::Ground, Gap::Comment]);
        notes.grounds = vec![about(Ground::MissingItems, None), about(Ground::MissingDates, None)];
        assert_eq!(gaps(&notes), [Gap::Item(Ground::MissingItems), Gap::Comment]);
        notes.grounds.push(about(Ground::MissingItems, Some("teams")));
        notes.comment = "x".repeat(MAX_WORDS + 1);
        assert_eq!(gaps(&notes), [Gap::CommentTooLong]);
        notes.comment = " See page 2. ".to_owned();
        assert_eq!(gaps(&notes), []);
    }

    #[test]
    fn grounds_of_another_decision_do_not_fill_the_gap() {
        let notes = Notes {
            action: Some(Action::Reject),
            grounds: vec![ReviewReason::whole(Ground::MissingDates)],
            comment: "No.".to_owned(),
            ..Notes::default()
        };
        assert_eq!(gaps(&notes), [Gap::Ground]);
    }

    #[test]
    fn a_decision_is_taken_only_where_the_claim_stands_where_it_leads() {
        let notes = |action| Notes { action, sent_on: Some(4), ..Notes::default() };
        let approve = notes(Some(Action::Approve));
        let stuck = OnItsWay::Stuck { op_id: "1".to_owned(), problem: OpProblem::Stale };
        let nothing = OnItsWay::Nothing;
        // On its way, or refused and not given up yet.
        assert_eq!(fate(&approve, &OnItsWay::Waiting, 5, Status::Approved), Fate::Open);
        assert_eq!(fate(&approve, &stuck, 5, Status::Rejected), Fate::Open);
        // About to go.
        assert_eq!(fate(&approve, &nothing, 4, Status::UnderReview), Fate::Open);
        assert_eq!(fate(&approve, &nothing, 5, Status::Approved), Fate::Taken(Action::Approve));
        // A colleague was faster, and this one was given up.
        assert_eq!(fate(&approve, &nothing, 5, Status::Rejected), Fate::NotTaken);
        assert_eq!(fate(&notes(None), &nothing, 5, Status::Approved), Fate::Open);
        assert_eq!(fate(&Notes::default(), &nothing, 5, Status::Approved), Fate::Open);
    }

    #[test]
    fn notes_on_a_decided_claim_have_served_unless_they_can_still_be_sent() {
        let ticks = Notes { ticked: vec!["dates".to_owned()], ..Notes::default() };
        let words = Notes { comment: "Page 2".to_owned(), ..ticks.clone() };
        for status in Status::ALL {
            let is_decided = Tab::of(status) == Tab::Decided;
            assert_eq!(have_served(&ticks, status), is_decided, "{status:?}");
        }
        assert!(!have_served(&words, Status::Approved));
        assert!(!have_served(&words, Status::UnderReview));
        assert!(have_served(&words, Status::RejectedFinal));
    }

    #[test]
    fn each_decision_is_taken_wherever_it_leads() {
        for row in TRANSITIONS.iter().filter(|row| row.by == Actor::Microsoft) {
            let notes = Notes { action: Some(row.action), sent_on: Some(1), ..Notes::default() };
            let status = row.to.unwrap();
            let fate = fate(&notes, &OnItsWay::Nothing, 2, status);
            assert_eq!(fate, Fate::Taken(row.action), "{}", row.id);
        }
    }
}
