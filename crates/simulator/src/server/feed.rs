//! What is new, in one order, behind an opaque cursor.

use super::message::{Account, Answer, Body};
use super::{REVIEW_FEED, Server};
use crate::mutant::Mutant;
use cpor_protocol::{Change, ChangesPage, ProblemCode};
use std::collections::BTreeMap;

/// Claims in the order of their last change.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    last: u64,
    entries: BTreeMap<u64, (String, bool)>,
    places: BTreeMap<String, u64>,
}

impl Feed {
    pub(super) fn is_tombstone(&self, id: &str) -> bool {
        let entry = self.places.get(id).and_then(|place| self.entries.get(place));
        entry.is_some_and(|(_, is_tombstone)| *is_tombstone)
    }
}

/// Where a reader stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// In which time of the server.
    pub epoch: u64,
    /// After which change.
    pub seq: u64,
    /// Of which feed.
    pub feed: String,
}

impl Cursor {
    fn write(&self) -> String {
        format!("{}/{}/{}", self.epoch, self.seq, self.feed)
    }

    /// Reads what the server gave out.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let (epoch, seq, feed) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { epoch: epoch.parse().ok()?, seq: seq.parse().ok()?, feed: feed.to_owned() })
    }
}

impl Server {
    /// Puts a claim at the end of a feed.
    pub(super) fn note(&mut self, feed: &str, id: &str, is_tombstone: bool) {
        let feed = self.data.feeds.entry(feed.to_owned()).or_default();
        feed.last += 1;
        if let Some(before) = feed.places.insert(id.to_owned(), feed.last) {
            feed.entries.remove(&before);
        }
        feed.entries.insert(feed.last, (id.to_owned(), is_tombstone));
    }

    pub(super) fn changes(
        &self,
        who: &Account,
        since: Option<&str>,
        etag: Option<&str>,
        limit: u32,
    ) -> Answer {
        if !(1..=cpor_protocol::limits::MAX_PAGE).contains(&limit) {
            return Answer::problem(400, ProblemCode::BadRequest);
        }
        let name = if who.role == cpor_rules::UserRole::Reviewer {
            REVIEW_FEED
        } else {
            &who.organisation
        };
        let empty = Feed::default();
        let feed = self.data.feeds.get(name).unwrap_or(&empty);
        let since = since.filter(|text| !text.is_empty());
        let begins = since.is_none();
        let since = match since {
            None => 0,
            Some(text) => {
                let known = Cursor::read(text).filter(|cursor| {
                    cursor.epoch == self.epoch && cursor.feed == name && cursor.seq <= feed.last
                });
                let Some(cursor) = known else {
                    return Answer::problem(410, ProblemCode::CursorGone);
                };
                cursor.seq
            }
        };
        let now = format!("\"{}-{}-{since}-{limit}\"", self.epoch, feed.last);
        if etag == Some(now.as_str()) {
            return Answer::ok(304, Body::Empty);
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut rest = feed.entries.range(since + 1..);
        let page: Vec<_> = rest.by_ref().take(limit).collect();
        let more = rest.next().is_some();
        let mut seq = match page.last() {
            Some((seq, _)) if more => **seq,
            _ => feed.last,
        };
        if self.mutant == Some(Mutant::ServerSkipsChange) && more {
            seq += 1;
        }
        let changes = page
            .into_iter()
            .filter_map(|(_, (id, is_tombstone))| match self.claim(id) {
                Some(claim) if !is_tombstone => {
                    Some(Change::Upsert { claim: Box::new(claim.clone()) })
                }
                // Who begins anew has nothing to forget.
                _ => (!begins).then(|| Change::Tombstone { id: id.clone() }),
            })
            .collect();
        let next = Cursor { epoch: self.epoch, seq, feed: name.to_owned() }.write();
        Answer::ok(200, Body::Page(ChangesPage { changes, next, more }, now))
    }

    /// Claims whose last change a cursor has behind it, and whether they are
    /// gone; `None` for a cursor of another time.
    pub fn behind(&self, cursor: &str) -> Option<impl Iterator<Item = (&str, bool)>> {
        let cursor = Cursor::read(cursor).filter(|cursor| cursor.epoch == self.epoch)?;
        let feed = self.data.feeds.get(&cursor.feed)?;
        Some(feed.entries.range(..=cursor.seq).map(|(_, (id, is_gone))| (id.as_str(), *is_gone)))
    }
}
