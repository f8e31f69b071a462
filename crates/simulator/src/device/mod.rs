//! A device: its clock, its cookie, its stores and its tabs.

pub mod store;
pub mod tab;

use std::collections::{BTreeMap, VecDeque};
use store::Store;
use tab::Tab;

/// Names a tab: its device, its place, and how many were there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TabId {
    /// The device.
    pub device: usize,
    /// Its place.
    pub place: usize,
    /// How many were at that place before.
    pub life: u32,
}

/// A device.
#[derive(Debug, Default)]
pub struct Device {
    /// What its clock is ahead of the true time.
    pub skew_ms: i64,
    /// Who is signed in, by the cookie.
    pub cookie: Option<usize>,
    /// Who was signed in last.
    pub last_account: usize,
    /// Stores by account.
    pub stores: BTreeMap<usize, Store>,
    /// Tabs by place.
    pub tabs: Vec<Option<Tab>>,
    /// How many tabs each place had.
    pub lives: Vec<u32>,
    /// Who holds the lock of an account, and who waits for it.
    pub locks: BTreeMap<usize, VecDeque<TabId>>,
    /// It has no network.
    pub is_offline: bool,
    /// Something in between answers for the server.
    pub has_portal: bool,
    /// Writes find no room.
    pub is_full: bool,
    /// So many calls to the store fail.
    pub failing_calls: u32,
    /// After so many writes the tab ends; whether the last one happens.
    pub crash_at_write: Option<(u32, bool)>,
}
