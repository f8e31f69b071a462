//! Operations: changes that are on their way.

use crate::mutants::mutant;
use cpor_protocol::{ClaimRecord, Problem, Revision};
use cpor_rules::{Action, Draft, PoeFile, ReviewReason};
use serde::{Deserialize, Serialize};

/// What an operation does to its claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpKind {
    /// Create the claim.
    Create {
        /// Its content.
        draft: Box<Draft>,
    },
    /// Change the editable part.
    Change {
        /// The whole content after the change.
        draft: Box<Draft>,
    },
    /// Upload a file of the proof. Its bytes are kept apart, by their hash.
    Upload {
        /// SHA-256 of the content.
        sha256: String,
        /// Name, for display.
        name: String,
        /// Size in bytes.
        size_bytes: u64,
        /// Media type.
        media_type: String,
    },
    /// Submit the claim.
    Submit {
        /// SHA-256 of every file of the claim.
        manifest: Vec<String>,
    },
    /// Say something about the claim.
    Comment {
        /// The text.
        text: String,
    },
    /// Delete the claim, which was never submitted.
    Delete,
    /// Contest a rejection.
    Dispute {
        /// Why the rejection is wrong, or empty.
        justification: String,
        /// Newer proof. Its contents go up in operations before this one.
        files: Vec<PoeFile>,
    },
    /// End an association.
    Disassociate {
        /// Why.
        reason: String,
    },
    /// A reviewer's decision.
    Review {
        /// What is decided.
        action: Action,
        /// Comment for the partner, or empty.
        reason: String,
        /// Published grounds.
        grounds: Vec<ReviewReason>,
    },
}

impl OpKind {
    /// Short code, for texts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Change { .. } => "change",
            Self::Upload { .. } => "upload",
            Self::Submit { .. } => "submit",
            Self::Comment { .. } => "comment",
            Self::Delete => "delete",
            Self::Dispute { .. } => "dispute",
            Self::Disassociate { .. } => "disassociate",
            Self::Review { .. } => "review",
        }
    }

    /// Whether it moves the claim to another state, which is never merged.
    pub const fn changes_status(&self) -> bool {
        match self {
            Self::Submit { .. }
            | Self::Delete
            | Self::Dispute { .. }
            | Self::Disassociate { .. }
            | Self::Review { .. } => true,
            Self::Create { .. }
            | Self::Change { .. }
            | Self::Upload { .. }
            | Self::Comment { .. } => false,
        }
    }

    /// The content that it uploads, by its SHA-256.
    pub fn uploads(&self) -> Option<&str> {
        match self {
            Self::Upload { sha256, .. } => Some(sha256),
            Self::Create { .. }
            | Self::Change { .. }
            | Self::Submit { .. }
            | Self::Comment { .. }
            | Self::Delete
            | Self::Dispute { .. }
            | Self::Disassociate { .. }
            | Self::Review { .. } => None,
        }
    }

    /// Whether it needs the revision that it builds on, and gives a new one.
    /// Files and comments stand beside the claim.
    pub const fn changes_revision(&self) -> bool {
        match self {
            Self::Create { .. }
            | Self::Change { .. }
            | Self::Submit { .. }
            | Self::Delete
            | Self::Dispute { .. }
            | Self::Disassociate { .. }
            | Self::Review { .. } => true,
            Self::Upload { .. } | Self::Comment { .. } => false,
        }
    }
}

/// What an operation builds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// The claim does not exist yet.
    Nothing,
    /// This revision.
    Revision(Revision),
    /// Whatever the operations before it in the lane lead to.
    Previous,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Op {
    /// UUID version 7; the idempotency key of every attempt.
    pub op_id: String,
    /// The claim.
    pub claim_id: String,
    /// What it does.
    pub kind: OpKind,
    /// What it builds on.
    pub base: Base,
    /// The content that it builds on, where that is known: for a merge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_draft: Option<Box<Draft>>,
    /// What was typed here and given up in a decision, each as the version that
    /// it would have made: it goes along, to be kept in the claim's history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<Draft>,
    /// Fingerprint of the rules that judged it.
    pub ruleset: String,
    /// Place in its lane; the order, since clocks decide nothing.
    pub seq_in_claim: u64,
    /// When it was made, by the clock of the device; for display only.
    pub created_at_ms: u64,
    /// Attempts that were begun. An operation that was tried is never altered.
    pub attempts: u32,
}

/// A revision that no claim has.
const NO_REVISION: Revision = 0;

impl Op {
    /// Lets it build on what those before it led to.
    ///
    /// Where that is another content than its author saw, or one that is not known,
    /// it is sent on a revision that no claim has: the backend refuses it, and it is
    /// merged.
    pub(crate) fn stand_on(&mut self, base: Base, content: Option<&Draft>) {
        let is_change = matches!(self.kind, OpKind::Change { .. });
        match (&self.base_draft, content) {
            (Some(seen), content)
                if is_change
                    && content.is_none_or(|content| !is_same(seen, content))
                    && !mutant!(StandsOnAnything) =>
            {
                self.base = Base::Revision(NO_REVISION);
            }
            (_, content) => {
                self.base = base;
                if let Some(content) = content {
                    self.base_draft = Some(Box::new(content.clone()));
                }
            }
        }
    }

    /// The revision that it is sent on. `known` is the version that is kept
    /// here, for an operation whose base was lost in a crash.
    pub fn revision(&self, known: Option<&Seen>) -> Option<Revision> {
        match self.base {
            Base::Revision(revision) => Some(revision),
            Base::Nothing => None,
            Base::Previous => {
                let mut op = self.clone();
                let known = known?;
                op.stand_on(Base::Revision(known.revision), known.draft.as_deref());
                match op.base {
                    Base::Revision(revision) => Some(revision),
                    Base::Nothing | Base::Previous => None,
                }
            }
        }
    }
}

/// Whether two contents are one; a blank more or less is no difference.
pub(crate) fn is_same(one: &Draft, other: &Draft) -> bool {
    one == other || one.normalised() == other.normalised()
}

/// The version of a claim that the person saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its revision.
    pub revision: Revision,
    /// The content that the person saw, unsent changes included, where the
    /// caller has it.
    pub draft: Option<Box<Draft>>,
    /// What the person gave up on top of that version: it goes along with the change.
    pub set_aside: Vec<Draft>,
}

/// An operation that is about to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOp {
    /// Its id, made by the caller.
    pub op_id: String,
    /// What it does.
    pub kind: OpKind,
}

/// A failure that passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passing {
    /// No connection.
    Offline,
    /// The backend, or something before it, cannot answer now.
    Busy,
    /// A virus scanner of the backend has not seen the files yet.
    Scanning,
    /// This device could not read or write what it needs.
    Storage,
}

/// Why a lane needs the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WedgeReason {
    /// The claim changed at the backend meanwhile.
    Conflict {
        /// The backend's version, where it said so.
        theirs: Option<Box<ClaimRecord>>,
    },
    /// The backend will not do it.
    Refused {
        /// Why.
        problem: Box<Problem>,
    },
    /// The file to upload is not on this device any more.
    FileMissing,
    /// The person paused it: a file that is to go up later.
    Paused,
    /// The backend does not speak the protocol here.
    NotUnderstood {
        /// What was found, for developers.
        detail: String,
    },
    /// An earlier operation of this claim is stored and cannot be read, so the
    /// order is not known.
    EarlierUnreadable,
}
