//! Everything there is, on one thread, under a clock of its own.

use crate::deed::{Deed, What};
use crate::device::store::Store;
use crate::device::tab::{Incoming, Tab};
use crate::device::{Device, TabId};
use crate::failure::{Failure, Promise};
use crate::fault::{Counts, Fault};
use crate::ledger::Ledger;
use crate::mutant::Mutant;
use crate::random::Random;
use crate::scenario::Scenario;
use crate::server::{Account, Request, Server};
use cpor_rules::UserRole;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// When it begins: a Monday in November 2026.
const BEGIN_MS: u64 = 1_795_400_000_000;
/// More than this for one deed means that something never ends.
const MOST_STEPS: u32 = 200_000;

/// What is due.
#[derive(Debug)]
pub(crate) enum Due {
    /// A request reaches the server; whether its answer comes back.
    Arrive(u64, bool),
    /// Something reaches a tab.
    Reach(TabId, Incoming),
    /// A call to a store has ended: tab, call, account.
    Stored(TabId, u64, usize),
}

#[derive(Debug)]
struct Item {
    at_ms: u64,
    seq: u64,
    due: Due,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.seq == other.seq
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.seq).cmp(&(other.at_ms, other.seq))
    }
}

/// A request on its way to the server.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    pub(crate) tab: TabId,
    pub(crate) cookie: Option<usize>,
    pub(crate) request: Request,
}

/// What was done in a run, for those who count.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Faults.
    pub faults: Counts,
    /// Deeds.
    pub deeds: u64,
    /// Events that machines took.
    pub events: u64,
    /// Operations that were stored.
    pub stored: u64,
    /// Changes that the server applied.
    pub applied: u64,
}

impl Tally {
    /// Takes in what another run counted.
    pub fn join(&mut self, other: &Self) {
        self.faults.join(&other.faults);
        self.deeds += other.deeds;
        self.events += other.events;
        self.stored += other.stored;
        self.applied += other.applied;
    }
}

/// Everything there is.
pub struct World {
    pub(crate) now_ms: u64,
    seq: u64,
    queue: BinaryHeap<Reverse<Item>>,
    pub(crate) random: Random,
    pub(crate) devices: Vec<Device>,
    pub(crate) server: Server,
    pub(crate) down_until_ms: u64,
    pub(crate) flights: BTreeMap<u64, Flight>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) page: u32,
    rates: Vec<(Fault, u16)>,
    pub(crate) armed: VecDeque<Fault>,
    /// Faults have stopped.
    pub(crate) is_quiet: bool,
    pub(crate) ledger: Ledger,
    pub(crate) mutant: Option<Mutant>,
    pub(crate) tally: Tally,
    pub(crate) is_recorded: bool,
    /// The rules that an app opened now has.
    pub(crate) ruleset: String,
    next_id: u64,
    failure: Option<Failure>,
    trace: Option<Vec<String>>,
}

/// Says what happens, where somebody listens.
macro_rules! note {
    ($world:expr, $($arguments:tt)*) => {
        if $world.is_traced() {
            let text = format!($($arguments)*);
            $world.say(&text);
        }
    };
}
pub(crate) use note;

impl World {
    /// The world of a scenario before its first deed.
    pub fn new(scenario: &Scenario, mutant: Option<Mutant>, is_traced: bool) -> Self {
        let account = |index: u8| Account {
            id: format!("account-{index}"),
            organisation: if index == 2 { "beta" } else { "alpha" }.to_owned(),
            role: UserRole::IncentivesAdmin,
        };
        let accounts: Vec<Account> = (0..scenario.accounts).map(account).collect();
        let mut known = accounts.clone();
        for (id, organisation, role) in [
            ("colleague", "alpha", UserRole::IncentivesAdmin),
            ("reviewer", "review", UserRole::Reviewer),
        ] {
            known.push(Account { id: id.into(), organisation: organisation.into(), role });
        }
        let ruleset = "rules-1".to_owned();
        let mut world = Self {
            now_ms: BEGIN_MS,
            seq: 0,
            queue: BinaryHeap::new(),
            random: Random::new(scenario.seed),
            devices: Vec::new(),
            server: Server::new(known, &ruleset, mutant),
            down_until_ms: 0,
            flights: BTreeMap::new(),
            accounts,
            page: scenario.page,
            rates: scenario.rates.clone(),
            armed: VecDeque::new(),
            is_quiet: false,
            ledger: Ledger::default(),
            mutant,
            tally: Tally::default(),
            // Every so many runs, what the machines took is recorded and replayed.
            is_recorded: scenario.seed.is_multiple_of(8),
            ruleset,
            next_id: 0,
            failure: None,
            trace: is_traced.then(Vec::new),
        };
        for device in 0..usize::from(scenario.devices) {
            let places = usize::from(scenario.tabs);
            world.devices.push(Device {
                tabs: (0..places).map(|_| None).collect(),
                lives: vec![0; places],
                last_account: device % world.accounts.len(),
                ..Device::default()
            });
            world.open_tab(device, 0);
            world.sign_in(device, 0, device % world.accounts.len());
        }
        world
    }

    /// Does a deed, after all that is due before it.
    pub fn run(&mut self, deed: &Deed) {
        self.pass(deed.after_ms);
        if self.failure.is_some() {
            return;
        }
        self.tally.deeds += 1;
        self.random = Random::new(deed.salt);
        note!(self, "* {:?}", deed.what);
        match deed.what {
            What::Person(device, place, act) => self.person(device, place, act),
            What::Device(device, mishap) => self.mishap(device, mishap),
            What::Others(other) => self.other(other),
            What::Server(at) => self.at_server(at),
            What::Network(fault, times) => {
                self.armed.extend(std::iter::repeat_n(fault, times.into()));
            }
            What::Nothing => {}
        }
    }

    /// Time goes by, and what is due happens.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until = self.now_ms + ms;
        self.happen_until(until);
        self.now_ms = until;
    }

    fn happen_until(&mut self, until: u64) {
        let mut steps = 0;
        while self.failure.is_none()
            && self.queue.peek().is_some_and(|Reverse(item)| item.at_ms <= until)
        {
            let Some(Reverse(item)) = self.queue.pop() else { return };
            self.now_ms = item.at_ms.max(self.now_ms);
            self.take(item.due);
            steps += 1;
            if steps > MOST_STEPS {
                self.fail(Promise::Ends, format!("{steps} things happened, and no end"));
            }
        }
    }

    fn take(&mut self, due: Due) {
        match due {
            Due::Arrive(flight, is_answered) => self.arrive(flight, is_answered),
            Due::Reach(tab, incoming) => self.reach(tab, incoming),
            Due::Stored(tab, call, account) => self.stored(tab, call, account),
        }
    }

    pub(crate) fn later(&mut self, after_ms: u64, due: Due) {
        self.seq += 1;
        let item = Item { at_ms: self.now_ms + after_ms, seq: self.seq, due };
        self.queue.push(Reverse(item));
    }

    /// The first broken promise, if any.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What was counted.
    pub fn tally(&self) -> Tally {
        Tally { stored: self.ledger.stored, ..self.tally.clone() }
    }

    /// What happened, line by line.
    pub fn take_trace(&mut self) -> Vec<String> {
        self.trace.take().unwrap_or_default()
    }

    pub(crate) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    pub(crate) fn say(&mut self, text: &str) {
        let at = self.now_ms - BEGIN_MS;
        if let Some(trace) = &mut self.trace {
            let text = without_empty(text);
            trace.push(format!("{:>9}.{:03} {text}", at / 1_000, at % 1_000));
        }
    }

    pub(crate) fn fail(&mut self, promise: Promise, detail: String) {
        self.check(Err(Failure { promise, detail }));
    }

    /// Notes the first broken promise.
    pub(crate) fn check(&mut self, result: Result<(), Failure>) {
        if let Err(failure) = result
            && self.failure.is_none()
        {
            note!(self, "! {failure}");
            self.failure = Some(failure);
        }
    }

    pub(crate) fn fire(&mut self, fault: Fault) {
        self.tally.faults.add(fault);
    }

    /// Whether a request meets a fault, and which.
    pub(crate) fn fate(&mut self, fits: impl Fn(Fault) -> bool) -> Option<Fault> {
        if self.is_quiet {
            return None;
        }
        if let Some(place) = self.armed.iter().position(|fault| fits(*fault)) {
            return self.armed.remove(place);
        }
        let mut chosen = None;
        for (fault, rate) in &self.rates {
            let fires = self.random.permille(u64::from(*rate));
            if fires && chosen.is_none() && fits(*fault) {
                chosen = Some(*fault);
            }
        }
        chosen
    }

    /// A number that nothing else has.
    pub(crate) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The time on a device.
    pub(crate) fn clock(&self, device: usize) -> u64 {
        self.now_ms.saturating_add_signed(self.devices[device].skew_ms)
    }

    /// A tab, if it is still the one that it was.
    pub(crate) fn tab(&mut self, id: TabId) -> Option<&mut Tab> {
        let tab = self.devices.get_mut(id.device)?.tabs.get_mut(id.place)?.as_mut()?;
        (tab.id == id).then_some(tab)
    }

    /// As [`Self::tab`], to look at.
    pub(crate) fn look(&self, id: TabId) -> Option<&Tab> {
        let tab = self.devices.get(id.device)?.tabs.get(id.place)?.as_ref()?;
        (tab.id == id).then_some(tab)
    }

    /// The tab at a place.
    pub(crate) fn tab_at(&self, device: usize, place: usize) -> Option<TabId> {
        self.devices.get(device)?.tabs.get(place)?.as_ref().map(|tab| tab.id)
    }

    /// All tabs of a device.
    pub(crate) fn tabs_of(&self, device: usize) -> Vec<TabId> {
        self.devices[device].tabs.iter().flatten().map(|tab| tab.id).collect()
    }

    pub(crate) fn store(&mut self, device: usize, account: usize) -> &mut Store {
        self.devices[device].stores.entry(account).or_default()
    }
}

/// A debug text without the fields that say nothing.
fn without_empty(text: &str) -> String {
    const EMPTY: [&str; 5] = ["\"\"", "None", "[]", "false", "0"];
    let mut short = String::with_capacity(text.len());
    for part in text.split(", ") {
        let (before, value) = part.rsplit_once(": ").unwrap_or(("", part));
        let ends = |empty: &str| value.trim_end_matches([' ', '}', ')', ']']) == empty;
        let is_plain = !before.contains(['{', '(', '[']);
        if !before.is_empty() && is_plain && EMPTY.contains(&value) {
            continue;
        }
        if !before.is_empty() && is_plain && EMPTY.iter().any(|empty| ends(empty)) {
            // What closes here was opened before.
            short.push_str(value.trim_start_matches(|c| !matches!(c, ' ' | '}' | ')' | ']')));
            continue;
        }
        if !short.is_empty() {
            short.push_str(", ");
        }
        short.push_str(part);
    }
    if short.len() > 600 {
        let end = (0..=600).rev().find(|end| short.is_char_boundary(*end)).unwrap_or(0);
        short.truncate(end);
        short.push('…');
    }
    short
}
