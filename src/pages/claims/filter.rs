//! What the list is searched, filtered and sorted by; lives in the URL.

use crate::i18n::T;
use crate::routes::Route;
use crate::state::claims::{ClaimRow, RowStatus};
use chrono::NaiveDate;
use cpor_rules::{Deadline, DeadlineKind, PartnerRole, SolutionArea, Status};
use leptos_router::params::ParamsMap;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// Code for claims that no server has.
pub const ON_DEVICE: &str = "on-device";

/// The filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Tab.
    pub area: Option<SolutionArea>,
    /// Status.
    pub status: Option<RowStatus>,
    /// Partner role.
    pub role: Option<PartnerRole>,
    /// Words that must all occur.
    pub text: String,
    /// Column.
    pub sort: SortKey,
    /// Order of the column turned round.
    pub descending: bool,
}

/// A sortable column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// What has to be done first.
    #[default]
    Deadline,
    /// Name of the claim.
    Name,
    /// Status, in the order of the life cycle.
    Status,
    /// Partner role.
    Role,
    /// Last change, newest first.
    Updated,
}

impl SortKey {
    /// All columns that sort.
    pub const ALL: [Self; 5] =
        [Self::Deadline, Self::Name, Self::Status, Self::Role, Self::Updated];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Name => "name",
            Self::Status => "status",
            Self::Role => "role",
            Self::Updated => "updated",
        }
    }

    /// The column with this code; the deadline for any other.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|key| key.code() == code).unwrap_or_default()
    }

    /// The heading.
    pub const fn label(self) -> T {
        match self {
            Self::Deadline => T::ColumnDeadline,
            Self::Name => T::ColumnClaim,
            Self::Status => T::ColumnStatus,
            Self::Role => T::ColumnRole,
            Self::Updated => T::ColumnUpdated,
        }
    }
}

impl Filter {
    /// Reads the filter from the query of the URL; what it does not know counts as not given.
    pub fn from_query(query: &ParamsMap) -> Self {
        Self::read(|key| query.get(key).unwrap_or_default())
    }

    fn read(get: impl Fn(&str) -> String) -> Self {
        Self {
            area: SolutionArea::from_code(&get("area")),
            status: status_from_code(&get("status")),
            role: PartnerRole::from_code(&get("role")),
            text: get("q"),
            sort: SortKey::from_code(&get("sort")),
            descending: get("order") == "desc",
        }
    }

    /// The URL of the list under this filter.
    pub fn path(&self) -> String {
        let mut path = Route::Claims.path();
        let mut sign = '?';
        let mut add = |key: &str, value: &str| {
            if !value.is_empty() {
                path.push(sign);
                sign = '&';
                path.push_str(key);
                path.push('=');
                encode(value, &mut path);
            }
        };
        add("area", self.area.map_or("", SolutionArea::code));
        add("status", &self.status_code());
        add("role", self.role.map_or("", PartnerRole::code));
        add("q", &self.text);
        if self.sort != SortKey::default() {
            add("sort", self.sort.code());
        }
        if self.descending {
            add("order", "desc");
        }
        path
    }

    /// The code of the status, or nothing.
    pub fn status_code(&self) -> String {
        match self.status {
            None => "",
            Some(RowStatus::OnDevice) => ON_DEVICE,
            Some(RowStatus::Known(status)) => status.code(),
        }
        .to_owned()
    }

    /// The same filter for another status.
    pub fn with_status_code(self, code: &str) -> Self {
        Self { status: status_from_code(code), ..self }
    }

    /// Whether something besides the order is set.
    pub fn is_narrowed(&self) -> bool {
        self.status.is_some() || self.role.is_some() || !self.text.is_empty()
    }

    /// The rows that fit, in order.
    pub fn apply(&self, rows: &[ClaimRow], today: NaiveDate) -> Vec<ClaimRow> {
        let words: Vec<String> = self.text.split_whitespace().map(str::to_lowercase).collect();
        let mut found: Vec<ClaimRow> = rows
            .iter()
            .filter(|row| {
                self.area.is_none_or(|area| row.area == Some(area))
                    && self.role.is_none_or(|role| row.role == Some(role))
                    && self.status.is_none_or(|status| row.status == status)
                    && words.iter().all(|word| row.search_text.contains(word.as_str()))
            })
            .cloned()
            .collect();
        found.sort_by(|a, b| {
            let order = self.compare(a, b, today);
            let order = if self.descending { order.reverse() } else { order };
            // A last word, so that equal rows never change places.
            order.then_with(|| a.id.cmp(&b.id))
        });
        found
    }

    fn compare(&self, a: &ClaimRow, b: &ClaimRow, today: NaiveDate) -> Ordering {
        // A right that has lapsed asks for nothing any more; an answer that is
        // overdue does.
        let is_over = |deadline: Deadline| {
            deadline.kind == DeadlineKind::DisputeRight && deadline.due_on < today
        };
        let newest_first = || b.updated_at_ms.total_cmp(&a.updated_at_ms);
        match self.sort {
            // What can be lost comes first, then what is only expected, then the rest.
            SortKey::Deadline => {
                let rank = |row: &ClaimRow| match row.deadline {
                    Some(deadline) if deadline.kind.is_binding() && !is_over(deadline) => 0,
                    None if row.status == RowStatus::OnDevice => 1,
                    None if row.status == RowStatus::Known(Status::Draft) => 1,
                    Some(_) => 2,
                    None => 3,
                };
                rank(a)
                    .cmp(&rank(b))
                    .then_with(|| a.deadline.map(|d| d.due_on).cmp(&b.deadline.map(|d| d.due_on)))
                    .then_with(newest_first)
            }
            SortKey::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
            SortKey::Status => a.status.cmp(&b.status).then_with(newest_first),
            SortKey::Role => a.role.cmp(&b.role).then_with(newest_first),
            SortKey::Updated => newest_first(),
        }
    }
}

fn status_from_code(code: &str) -> Option<RowStatus> {
    if code == ON_DEVICE {
        Some(RowStatus::OnDevice)
    } else {
        Status::from_code(code).map(RowStatus::Known)
    }
}

/// Percent-encodes a value for a query.
fn encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _: std::fmt::Result = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpor_rules::EditionId;

    fn row(id: &str, status: RowStatus, deadline: Option<(DeadlineKind, &str)>) -> ClaimRow {
        ClaimRow {
            id: id.into(),
            reference: String::new(),
            name: id.into(),
            customer: String::new(),
            edition: EditionId::Current,
            also_pre_sales: false,
            area: Some(SolutionArea::ModernWorkAndSecurity),
            role: Some(PartnerRole::UseOrConsume),
            status,
            is_pending: false,
            deadline: deadline.map(|(kind, date)| Deadline { kind, due_on: date.parse().unwrap() }),
            updated_at_ms: 0.0,
            items: Vec::new(),
            search_text: id.to_lowercase(),
        }
    }

    #[test]
    fn what_can_be_lost_comes_first() {
        let rows = [
            row(
                "approved",
                RowStatus::Known(Status::Approved),
                Some((DeadlineKind::ConsentWindow, "2026-11-20")),
            ),
            row("ended", RowStatus::Known(Status::RejectedFinal), None),
            row("local", RowStatus::OnDevice, None),
            row(
                "lapsed",
                RowStatus::Known(Status::Rejected),
                Some((DeadlineKind::DisputeRight, "2026-10-18")),
            ),
            row(
                "later",
                RowStatus::Known(Status::Rejected),
                Some((DeadlineKind::DisputeRight, "2026-12-20")),
            ),
            row(
                "answer",
                RowStatus::Known(Status::PartnerActionRequired),
                Some((DeadlineKind::PartnerAction, "2026-12-01")),
            ),
        ];
        let today = "2026-11-23".parse().unwrap();
        let order: Vec<String> =
            Filter::default().apply(&rows, today).into_iter().map(|r| r.id).collect();
        assert_eq!(order, ["answer", "later", "local", "lapsed", "approved", "ended"]);
    }

    #[test]
    fn every_word_must_occur_and_the_url_holds_it_all() {
        let rows = [
            row("Contoso Teams", RowStatus::OnDevice, None),
            row("Contoso", RowStatus::OnDevice, None),
        ];
        let filter = Filter { text: "teams contoso".into(), ..Filter::default() };
        assert_eq!(filter.apply(&rows, NaiveDate::MIN).len(), 1);
        assert_eq!(filter.path(), "/claims?q=teams%20contoso");
        let filter = Filter {
            area: Some(SolutionArea::BusinessApplications),
            status: Some(RowStatus::OnDevice),
            role: Some(PartnerRole::PreSales),
            text: "名 &=".into(),
            sort: SortKey::Name,
            descending: true,
        };
        let path = filter.path();
        let query: Vec<(&str, String)> = path
            .split_once('?')
            .unwrap()
            .1
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(key, value)| (key, decode(value)))
            .collect();
        let get = |key: &str| {
            query
                .iter()
                .find(|(known, _)| *known == key)
                .map(|(_, v)| v.clone())
                .unwrap_or_default()
        };
        assert_eq!(Filter::read(get), filter);
    }

    fn decode(value: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = value.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let hex: String =
                    [rest.next(), rest.next()].into_iter().flatten().map(char::from).collect();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    }
}
