//! Claims on this device and on the server, in one list.

use super::session::Phase;
use super::{AppState, actions};
use crate::storage::drafts::{DraftPhase, StoredDraft};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Deadline, Draft, EditionId, PartnerRole, SolutionArea, Status, catalog};
use leptos::prelude::*;

/// Where a claim of the list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowStatus {
    /// A draft that no server has.
    OnDevice,
    /// A claim with this status.
    Known(Status),
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRow {
    /// Id of the claim and of its draft.
    pub id: String,
    /// Short name given by the server; empty before.
    pub reference: String,
    /// Name given by the partner.
    pub name: String,
    /// The customer, as far as it is known.
    pub customer: String,
    /// The rules it was made by.
    pub edition: EditionId,
    /// Solution area.
    pub area: Option<SolutionArea>,
    /// Partner role.
    pub role: Option<PartnerRole>,
    /// Pre-sales as well as usage, in editions that have both in one claim.
    pub also_pre_sales: bool,
    /// Where it stands.
    pub status: RowStatus,
    /// Whether changes wait to be sent.
    pub is_pending: bool,
    /// The deadline that runs.
    pub deadline: Option<Deadline>,
    /// Last change, milliseconds since 1970.
    pub updated_at_ms: f64,
    /// Codes of what is claimed.
    pub items: Vec<String>,
    /// Everything that a search looks at, in lower case.
    pub search_text: String,
}

impl ClaimRow {
    /// What makes a line of the list another line: it is drawn anew when this changes.
    pub fn key(&self) -> String {
        format!(
            "{}/{:?}/{}/{}/{}",
            self.id, self.status, self.updated_at_ms, self.is_pending, self.reference
        )
    }

    fn new(id: &str, draft: &Draft, status: RowStatus, updated_at_ms: f64) -> Self {
        let items: Vec<String> = draft.claimed_items().into_iter().map(str::to_owned).collect();
        let customer = customer_of(draft);
        let mut row = Self {
            id: id.to_owned(),
            reference: String::new(),
            name: draft.claim_name.trim().to_owned(),
            customer,
            edition: draft.edition,
            area: draft.solution_area,
            role: draft.partner_role,
            also_pre_sales: draft.also_pre_sales,
            status,
            is_pending: false,
            deadline: None,
            updated_at_ms,
            items,
            search_text: String::new(),
        };
        row.index(draft);
        row
    }

    fn index(&mut self, draft: &Draft) {
        let mut words = vec![
            self.name.as_str(),
            &self.reference,
            &self.customer,
            &draft.tenant_id,
            &draft.partner_id,
            &draft.domain,
            &draft.customer_contact.email,
            &draft.customer_contact.name,
        ];
        words.extend(self.items.iter().map(|code| catalog::display_name(code)));
        self.search_text = words.join("\n").to_lowercase();
    }

    fn from_record(record: &ClaimRecord, is_pending: bool) -> Self {
        let updated_at_ms = millis(record.updated_at);
        let mut row =
            Self::new(&record.id, &record.draft, RowStatus::Known(record.status), updated_at_ms);
        row.reference.clone_from(&record.reference);
        row.deadline = record.deadline;
        row.is_pending = is_pending;
        row.index(&record.draft);
        row
    }

    fn from_draft(stored: &StoredDraft, is_device_only: bool, is_pending: bool) -> Self {
        let status = match (is_device_only, stored.phase) {
            (true, DraftPhase::Created) => RowStatus::Known(Status::Draft),
            (true, DraftPhase::Sent) => RowStatus::Known(Status::Submitted),
            (true, DraftPhase::Writing) | (false, _) => RowStatus::OnDevice,
        };
        let mut row = Self::new(&stored.id, &stored.draft, status, stored.saved_at_ms);
        row.is_pending = is_pending;
        row
    }
}

/// Milliseconds since 1970, as the browser counts them.
#[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
pub fn millis(at: chrono::DateTime<chrono::Utc>) -> f64 {
    at.timestamp_millis() as f64
}

/// The customer as far as a draft tells: name, domain, or the domain of the
/// contact's address.
pub fn customer_of(draft: &Draft) -> String {
    let by_mail = draft.customer_contact.email.rsplit_once('@').map_or("", |(_, domain)| domain);
    [draft.customer_name.trim(), draft.domain.trim(), by_mail.trim()]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// All lines, in no particular order: the claims on this device and on the
/// server in one list. Followed only while a page shows it.
pub fn rows(app: AppState) -> Memo<Vec<ClaimRow>> {
    let (sync, draft) = (app.sync, app.draft);
    Memo::new(move |_| {
        draft.saves.track();
        let locals: Vec<StoredDraft> = actions::readable_drafts(app);
        let is_device_only = sync.is_device_only.get();
        sync.view.with(|view| {
            let is_pending = |id: &str| view.waiting.iter().any(|op| op.claim_id == id);
            let mut rows: Vec<ClaimRow> = view
                .claims
                .iter()
                .map(|record| ClaimRow::from_record(record, is_pending(&record.id)))
                .collect();
            // A draft of a claim that the server has is the same claim.
            rows.extend(
                locals
                    .iter()
                    .filter(|local| !view.claims.iter().any(|claim| claim.id == local.id))
                    .map(|local| {
                        ClaimRow::from_draft(local, is_device_only, is_pending(&local.id))
                    }),
            );
            rows
        })
    })
}

/// Whether claims from the server may still come; tracked. Without an account
/// nothing comes, however long one waits.
pub fn is_loading(app: AppState) -> bool {
    app.session.phase.get() != Phase::SignedOut && app.sync.is_loading()
}
