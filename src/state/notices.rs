//! What the person is told of, for the page that lists it.

use super::AppState;
use crate::platform::task;
use cpor_protocol::{Notification, NotificationId, NotificationsPage, ReadInput};
use leptos::prelude::*;

/// How far the list has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is being loaded.
    Loading,
    /// It is there, up to date or as it was last.
    There,
    /// It could not be loaded.
    Failed,
}

/// The list.
#[derive(Clone, Copy)]
pub struct Notices {
    app: AppState,
    /// Newest first.
    pub entries: RwSignal<Vec<Notification>>,
    /// How far it has come.
    pub arrival: RwSignal<Arrival>,
    /// Whether there are older ones.
    pub has_older: RwSignal<bool>,
    /// Whether older ones are being loaded.
    pub is_fetching: RwSignal<bool>,
}

impl Notices {
    /// Loads the list, and again whenever there is something new.
    pub fn load(app: AppState) -> Self {
        let notices = Self {
            app,
            entries: RwSignal::new(Vec::new()),
            arrival: RwSignal::new(Arrival::Loading),
            has_older: RwSignal::new(false),
            is_fetching: RwSignal::new(false),
        };
        Effect::new(move |_| {
            app.sync.told.track();
            // The way to the server comes with the account.
            if app.session.account.with(Option::is_some) {
                notices.fetch();
            }
        });
        notices
    }

    /// Loads the newest ones. Older ones that are shown already stay.
    pub fn fetch(self) {
        let Some(server) = self.app.session.server() else { return };
        task::spawn(async move {
            let page = server.notifications(None).await;
            let Some(page) = page else {
                // What is there already stays on screen.
                if self.arrival.try_get_untracked() == Some(Arrival::Loading) {
                    let _ = self.arrival.try_set(Arrival::Failed);
                }
                return;
            };
            let more = page.more;
            let is_first = self.entries.try_with_untracked(Vec::is_empty) == Some(true);
            if is_first {
                let _ = self.has_older.try_set(more);
            }
            self.merge(page);
            let _ = self.arrival.try_set(Arrival::There);
        });
    }

    /// Tries again after a failure.
    pub fn retry(self) {
        self.arrival.set(Arrival::Loading);
        self.fetch();
    }

    /// Loads older ones.
    pub fn fetch_older(self) {
        let Some(server) = self.app.session.server() else { return };
        let last = self.entries.with_untracked(|entries| entries.last().map(|entry| entry.id));
        self.is_fetching.set(true);
        task::spawn(async move {
            if let Some(page) = server.notifications(last).await {
                let _ = self.has_older.try_set(page.more);
                self.merge(page);
            }
            let _ = self.is_fetching.try_set(false);
        });
    }

    /// Marks these as read, and calls `done` with whether that worked.
    pub fn mark(self, ids: Vec<NotificationId>, done: impl FnOnce(bool) + 'static) {
        self.send(ReadInput { up_to: None, ids }, done);
    }

    /// Marks everything as read that is shown or older.
    pub fn mark_all(self, done: impl FnOnce(bool) + 'static) {
        let newest = self.entries.with_untracked(|entries| entries.first().map(|entry| entry.id));
        if newest.is_some() {
            self.send(ReadInput { up_to: newest, ids: Vec::new() }, done);
        }
    }

    fn send(self, what: ReadInput, done: impl FnOnce(bool) + 'static) {
        let Some(server) = self.app.session.server() else { return done(false) };
        task::spawn(async move {
            let is_done = server.mark_read(what.clone()).await;
            if is_done {
                let _ = self.entries.try_update(|entries| mark_read(entries, &what));
            }
            done(is_done);
        });
    }

    fn merge(self, page: NotificationsPage) {
        let merged =
            self.entries.try_with_untracked(|known| merged(known, page.notifications.clone()));
        if let Some(merged) = merged
            && self.entries.try_with_untracked(|known| *known != merged) == Some(true)
        {
            let _ = self.entries.try_set(merged);
        }
    }
}

/// What is known together with what has come; of the same one, what has come.
fn merged(known: &[Notification], mut come: Vec<Notification>) -> Vec<Notification> {
    let others: Vec<_> =
        known.iter().filter(|one| !come.iter().any(|new| new.id == one.id)).cloned().collect();
    come.extend(others);
    come.sort_by_key(|one| std::cmp::Reverse((one.at, one.id)));
    come
}

fn mark_read(entries: &mut [Notification], what: &ReadInput) {
    let from = what.up_to.and_then(|id| entries.iter().position(|entry| entry.id == id));
    for (index, entry) in entries.iter_mut().enumerate() {
        if what.ids.contains(&entry.id) || from.is_some_and(|from| index >= from) {
            entry.is_read = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpor_protocol::NotificationKind;

    fn entry(id: NotificationId, is_read: bool) -> Notification {
        Notification {
            id,
            at: chrono::DateTime::from_timestamp_millis(i64::try_from(id).unwrap() * 1_000)
                .unwrap(),
            kind: NotificationKind::Approved,
            claim_id: String::new(),
            claim_name: String::new(),
            reference: String::new(),
            is_read,
        }
    }

    #[test]
    fn what_comes_stands_beside_what_is_known_once() {
        let known = [entry(3, false), entry(2, false), entry(1, false)];
        let now = merged(&known, vec![entry(4, false), entry(3, true)]);
        assert_eq!(now, [entry(4, false), entry(3, true), entry(2, false), entry(1, false)]);
    }

    #[test]
    fn one_or_all_from_one_on_are_read() {
        let mut entries = [entry(3, false), entry(2, false), entry(1, false)];
        mark_read(&mut entries, &ReadInput { up_to: None, ids: vec![1] });
        assert_eq!(entries, [entry(3, false), entry(2, false), entry(1, true)]);
        mark_read(&mut entries, &ReadInput { up_to: Some(2), ids: Vec::new() });
        assert_eq!(entries, [entry(3, false), entry(2, true), entry(1, true)]);
    }
}
