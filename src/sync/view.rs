//! What the app is told of sync.

use crate::storage::store::{CachedClaim, StoreError};
use cpor_protocol::ClaimRecord;
use cpor_rules::Draft;
use std::collections::BTreeMap;
use std::rc::Rc;

pub use cpor_sync::{OpStateView, Phase};

/// Everything that screens show of sync.
#[derive(Clone)]
pub struct SyncView {
    /// What the whole is doing.
    pub phase: Phase,
    /// Unsent operations, claim by claim, in order.
    pub waiting: Vec<OpView>,
    /// The claims of the backend, as last seen.
    pub claims: Rc<Vec<ClaimRecord>>,
    /// The same with the backend's versions that wait beside unsent work.
    pub cached: Rc<BTreeMap<String, CachedClaim>>,
    /// When the backend last said that nothing more is new.
    pub last_synced_at_ms: Option<f64>,
    /// The content that each claim will have once all is sent.
    pub unsent: BTreeMap<String, Draft>,
    /// Uploads under way, by SHA-256.
    pub uploads: BTreeMap<String, Upload>,
    /// Whether unsent work survives the tab.
    pub is_durable: bool,
    /// The last failure of the store, until a write succeeds.
    pub store_error: Option<StoreError>,
    /// How many bytes are needed where the store is full; otherwise 0.
    pub needed_bytes: u64,
}

/// An unsent operation, for a list.
#[derive(Clone, Debug, PartialEq)]
pub struct OpView {
    /// Its id.
    pub op_id: String,
    /// Its claim.
    pub claim_id: String,
    /// What it does: `create`, `change`, `upload`, `submit`, `comment`, `delete`.
    pub kind_code: &'static str,
    /// Where it stands.
    pub state: OpStateView,
    /// Attempts that were begun.
    pub attempts: u32,
    /// What went wrong last, if anything did.
    pub last_error: Option<LastError>,
    /// When it was made, by the clock of this device.
    pub created_at_ms: f64,
    /// The claim's name, as far as it is known here.
    pub claim_name: String,
    /// The file that it uploads.
    pub file: Option<UploadedFile>,
    /// Names of the files for which the backend refuses it.
    pub refused_files: Vec<String>,
    /// The content that it gives the claim.
    pub content: Option<Draft>,
    /// The content on which it was made, where that is known.
    pub base: Option<Draft>,
}

/// The file of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedFile {
    /// SHA-256 of its content.
    pub sha256: String,
    /// Its name.
    pub name: String,
}

/// What went wrong with the last attempt.
pub type LastError = cpor_sync::Passing;

/// Progress of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Bytes that arrived.
    pub sent_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// Milliseconds as the browser counts them.
#[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
pub(super) fn ms(ms: u64) -> f64 {
    ms as f64
}
