//! What waits to be sent and what the server has, as pages see it.

use super::conflict::Conflict;
use crate::storage::store::Theirs;
use crate::sync::{OpStateView, OpView, Phase, SyncView, Upload, UploadedFile};
use cpor_protocol::{ClaimRecord, NotificationId, Problem, ProblemCode};
use cpor_rules::life_cycle::Refusal;
use cpor_rules::{Draft, Severity, Violation};
use cpor_sync::{Passing, WedgeReason};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of sending, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncPhase {
    /// Not known yet.
    #[default]
    Starting,
    /// Nothing to do.
    Idle,
    /// Something is being sent or fetched.
    Working,
    /// No connection.
    Offline,
    /// Somebody has to sign in.
    NeedsSignIn,
    /// Something that waits needs the person.
    Trouble,
    /// What is to be sent could not be put on the disk.
    NotKept,
}

/// Everything that pages need to know of sending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// In one word.
    pub phase: SyncPhase,
    /// What waits, oldest first.
    pub waiting: Vec<OpRow>,
    /// Claims from the server.
    pub claims: Arc<Vec<ClaimRecord>>,
    /// The content that each claim will have once all is sent.
    pub unsent: BTreeMap<String, Draft>,
    /// Percent of each file that is being sent, by SHA-256.
    pub uploads: BTreeMap<String, u32>,
    /// What the server refused, by claim.
    pub refused: BTreeMap<String, Vec<Violation>>,
    /// The server's versions of claims on which something unsent builds on an
    /// older one.
    pub theirs: BTreeMap<String, ClaimRecord>,
    /// Operations that met another change of their claim, by claim.
    pub conflicts: BTreeMap<String, Conflict>,
    /// Whether the server has answered once, now or in an earlier visit.
    pub has_claims: bool,
    /// How many bytes are needed where the store is full; otherwise 0.
    pub needed_bytes: u64,
}

/// An operation that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct OpRow {
    /// Its id.
    pub op_id: String,
    /// The claim.
    pub claim_id: String,
    /// Name of the claim.
    pub claim_name: String,
    /// `create`, `change`, `upload`, `submit`, `comment`, `delete`.
    pub kind: &'static str,
    /// When it was made, milliseconds since 1970.
    pub created_at_ms: f64,
    /// Where it stands.
    pub status: OpStatus,
    /// The file that it uploads.
    pub file: Option<UploadedFile>,
}

/// A file of the proof that the server does not have yet.
#[derive(Clone, Debug, PartialEq)]
pub struct FileUpload {
    /// The operation that uploads it.
    pub op_id: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// How far it has come.
    pub stage: UploadStage,
}

/// How far a file has come.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadStage {
    /// Others come first.
    Queued,
    /// On its way; percent, once something is known of it.
    Sending(Option<u32>),
    /// The person paused it; percent that the server has, where it is known.
    Paused(Option<u32>),
    /// The last try failed, or somebody has to do something.
    Stopped(OpStatus),
}

/// Where an operation stands.
#[derive(Clone, Debug, PartialEq)]
pub enum OpStatus {
    /// Others come first.
    Queued,
    /// On its way.
    Sending,
    /// Tried again at this time.
    Waiting {
        /// Milliseconds since 1970.
        until_ms: f64,
        /// Whether it is a virus scanner of the server that it waits for.
        for_scanner: bool,
    },
    /// Waits for a sign-in.
    NeedsSignIn,
    /// The person paused it.
    Paused,
    /// Somebody has to decide.
    Wedged(OpProblem),
}

/// Why an operation is stuck.
#[derive(Clone, Debug, PartialEq)]
pub enum OpProblem {
    /// Somebody else changed the claim.
    Stale,
    /// The rules refuse it; the first thing they say.
    Rules(Option<Violation>),
    /// The life cycle refuses it, for this reason where the server says it.
    State(Option<Refusal>),
    /// The role does not allow it.
    NotAllowed,
    /// The claim is gone.
    NotFound,
    /// Files are missing.
    Files,
    /// A virus scanner found something in files of these names.
    Quarantine(Vec<String>),
    /// The app is too old.
    Ruleset,
    /// A file is not on this device any more.
    FileGone,
    /// Anything else, in the server's words.
    Other(String),
}

impl OpProblem {
    fn of_reason(reason: &WedgeReason, refused_files: &[String]) -> Self {
        match reason {
            WedgeReason::Conflict { .. } => Self::Stale,
            WedgeReason::Refused { problem } if problem.code == ProblemCode::FilesRefused => {
                Self::Quarantine(refused_files.to_vec())
            }
            WedgeReason::Refused { problem } => Self::of(problem),
            WedgeReason::FileMissing => Self::FileGone,
            WedgeReason::NotUnderstood { detail } => Self::Other(detail.clone()),
            WedgeReason::EarlierUnreadable | WedgeReason::Paused => Self::Other(String::new()),
        }
    }

    fn of(problem: &Problem) -> Self {
        match problem.code {
            ProblemCode::RulesBroken => Self::Rules(
                problem.violations.iter().find(|v| v.severity == Severity::Blocks).cloned(),
            ),
            ProblemCode::WrongState => Self::State(problem.refusal),
            ProblemCode::NotAllowed => Self::NotAllowed,
            ProblemCode::NotFound => Self::NotFound,
            ProblemCode::FilesMissing => Self::Files,
            ProblemCode::RulesetUnknown => Self::Ruleset,
            ProblemCode::Stale | ProblemCode::Exists => Self::Stale,
            _ => Self::Other(format!("{} {}", problem.status, problem.title)),
        }
    }
}

impl View {
    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&ClaimRecord> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Whether something of the claim waits.
    pub fn is_pending(&self, id: &str) -> bool {
        self.waiting.iter().any(|op| op.claim_id == id)
    }

    /// Whether what waits is tried again later, and nothing is under way.
    pub fn rests(&self) -> bool {
        let has = |is: fn(&OpStatus) -> bool| self.waiting.iter().any(|op| is(&op.status));
        has(|status| matches!(status, OpStatus::Waiting { .. }))
            && !has(|status| matches!(status, OpStatus::Sending))
    }

    /// Whether a submission of the claim waits, and nothing of the claim is stuck: then the
    /// person has to go on with it.
    pub fn is_being_submitted(&self, id: &str) -> bool {
        self.waiting.iter().any(|op| op.claim_id == id && op.kind == "submit")
            && !self.is_wedged(id)
    }

    /// Whether something of the claim is stuck.
    pub fn is_wedged(&self, id: &str) -> bool {
        self.waiting.iter().any(|op| op.claim_id == id && matches!(op.status, OpStatus::Wedged(_)))
    }

    /// Whether something of the claim waits for a virus scanner of the server.
    pub fn is_being_scanned(&self, id: &str) -> bool {
        self.waiting.iter().any(|op| {
            op.claim_id == id && matches!(op.status, OpStatus::Waiting { for_scanner: true, .. })
        })
    }

    /// The files that the server does not have yet.
    pub fn file_uploads(&self) -> Vec<FileUpload> {
        let upload = |op: &OpRow| {
            let UploadedFile { sha256, name } = op.file.clone()?;
            let stage = match &op.status {
                OpStatus::Queued => UploadStage::Queued,
                OpStatus::Sending => UploadStage::Sending(self.upload_percent(&sha256)),
                OpStatus::Paused => UploadStage::Paused(self.upload_percent(&sha256)),
                status => UploadStage::Stopped(status.clone()),
            };
            Some(FileUpload { op_id: op.op_id.clone(), sha256, name, stage })
        };
        self.waiting.iter().filter_map(upload).collect()
    }

    /// How much of a file is sent, while it is being sent.
    pub fn upload_percent(&self, sha256: &str) -> Option<u32> {
        self.uploads.get(sha256).copied()
    }
}

/// What the person was told of, as far as the bell needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// How many notifications are not read.
    pub unread: u32,
    /// The newest one.
    pub newest: NotificationId,
}

/// Sending, as pages see it.
#[derive(Clone, Copy)]
pub struct SyncState {
    /// What there is to see.
    pub view: RwSignal<View>,
    /// There is no server behind the app.
    pub is_device_only: RwSignal<bool>,
    /// What the person was told of; `None` while that is not known.
    pub told: RwSignal<Option<Told>>,
    /// Whether the app was opened as it was left, and the server has not said
    /// yet who is signed in.
    pub is_unconfirmed: RwSignal<bool>,
}

impl Default for SyncState {
    fn default() -> Self {
        Self::new()
    }
}

impl SyncState {
    /// Not connected yet.
    pub fn new() -> Self {
        Self {
            view: RwSignal::new(View::default()),
            is_device_only: RwSignal::new(false),
            told: RwSignal::new(None),
            is_unconfirmed: RwSignal::new(false),
        }
    }

    /// Shows what the machinery tells.
    pub fn show(self, mut view: View) {
        if view.phase == SyncPhase::NeedsSignIn
            && self.is_unconfirmed.try_get_untracked() == Some(true)
        {
            view.phase = SyncPhase::Offline;
            // Whether anybody has to sign in is not known.
            for op in view.waiting.iter_mut().filter(|op| op.status == OpStatus::NeedsSignIn) {
                op.status = OpStatus::Queued;
            }
        }
        // Told more often than it changes, and a change redraws the list.
        if self.view.try_with_untracked(|known| *known != view) == Some(true) {
            let _ = self.view.try_set(view);
        }
    }

    /// Shows nothing more, as after a sign-out.
    pub fn forget(self) {
        self.view.set(View::default());
        self.told.set(None);
    }

    /// What a server refused of a claim; tracked.
    pub fn refused_violations(self, claim_id: &str) -> Vec<Violation> {
        self.view.with(|view| view.refused.get(claim_id).cloned().unwrap_or_default())
    }

    /// Whether claims from the server may still come; tracked.
    pub fn is_loading(self) -> bool {
        !self.is_device_only.get()
            && self.view.with(|view| {
                !view.has_claims && matches!(view.phase, SyncPhase::Starting | SyncPhase::Working)
            })
    }

    /// What waits; tracked.
    pub fn waiting_rows(self) -> Memo<Vec<OpRow>> {
        let view = self.view;
        Memo::new(move |_| view.with(|view| view.waiting.clone()))
    }
}

impl From<&SyncView> for View {
    fn from(view: &SyncView) -> Self {
        Self {
            phase: match view.phase {
                Phase::Starting => SyncPhase::Starting,
                Phase::Idle => SyncPhase::Idle,
                Phase::Working => SyncPhase::Working,
                Phase::Offline => SyncPhase::Offline,
                Phase::NeedsSignIn => SyncPhase::NeedsSignIn,
                Phase::Trouble if view.store_error.is_some() => SyncPhase::NotKept,
                Phase::Trouble => SyncPhase::Trouble,
            },
            waiting: view.waiting.iter().map(OpRow::of).collect(),
            unsent: view.unsent.clone(),
            claims: Arc::new(view.claims.iter().cloned().collect()),
            uploads: view
                .uploads
                .iter()
                .map(|(sha256, upload)| (sha256.clone(), percent(upload)))
                .collect(),
            refused: refused(view),
            theirs: theirs(view),
            conflicts: conflicts(view),
            has_claims: view.last_synced_at_ms.is_some(),
            needed_bytes: view.needed_bytes,
        }
    }
}

/// What is to be decided.
fn conflicts(view: &SyncView) -> BTreeMap<String, Conflict> {
    let of = |op: &OpView| {
        let OpStateView::Wedged(WedgeReason::Conflict { theirs: Some(theirs) }) = &op.state else {
            return None;
        };
        let behind = view.waiting.iter().filter(|other| other.claim_id == op.claim_id);
        let conflict = Conflict {
            op_id: op.op_id.clone(),
            kind: op.kind_code,
            base: op.base.clone(),
            mine: op.content.clone(),
            theirs: (**theirs).clone(),
            behind: behind.skip(1).map(|other| other.kind_code).collect(),
        };
        Some((op.claim_id.clone(), conflict))
    };
    view.waiting.iter().filter_map(of).collect()
}

/// What the server has beside unsent work.
fn theirs(view: &SyncView) -> BTreeMap<String, ClaimRecord> {
    let is_waiting = |id: &str| view.waiting.iter().any(|op| op.claim_id == id);
    let newer = view.cached.iter().filter(|(id, _)| is_waiting(id));
    newer
        .filter_map(|(id, cached)| match &cached.theirs {
            Some(Theirs::Changed { claim }) => Some((id.clone(), (**claim).clone())),
            Some(Theirs::Gone) | None => None,
        })
        .collect()
}

/// What the rules of the server found, by claim.
fn refused(view: &SyncView) -> BTreeMap<String, Vec<Violation>> {
    let mut refused = BTreeMap::<String, Vec<Violation>>::new();
    for op in &view.waiting {
        if let OpStateView::Wedged(WedgeReason::Refused { problem }) = &op.state {
            let found = refused.entry(op.claim_id.clone()).or_default();
            found.extend(problem.violations.iter().cloned());
        }
    }
    refused
}

/// How much of an upload arrived, 0 to 100.
fn percent(upload: &Upload) -> u32 {
    let percent = upload.sent_bytes.saturating_mul(100) / upload.total_bytes.max(1);
    u32::try_from(percent.min(100)).unwrap_or(100)
}

#[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
const fn millis(at_ms: u64) -> f64 {
    at_ms as f64
}

impl OpRow {
    fn of(op: &OpView) -> Self {
        Self {
            op_id: op.op_id.clone(),
            claim_id: op.claim_id.clone(),
            claim_name: op.claim_name.clone(),
            kind: op.kind_code,
            created_at_ms: op.created_at_ms,
            file: op.file.clone(),
            status: match &op.state {
                OpStateView::Queued => OpStatus::Queued,
                OpStateView::Sending => OpStatus::Sending,
                OpStateView::Waiting { until_ms, why } => OpStatus::Waiting {
                    until_ms: millis(*until_ms),
                    for_scanner: *why == Passing::Scanning,
                },
                OpStateView::NeedsSignIn => OpStatus::NeedsSignIn,
                OpStateView::Wedged(WedgeReason::Paused) => OpStatus::Paused,
                OpStateView::Wedged(reason) => {
                    OpStatus::Wedged(OpProblem::of_reason(reason, &op.refused_files))
                }
            },
        }
    }
}
