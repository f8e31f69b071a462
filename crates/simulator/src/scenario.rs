//! A run before it runs: made from a seed, or read from a file.

use crate::deed::{Act, AtServer, Decision, Deed, Mishap, Other, What};
use crate::fault::Fault;
use crate::random::Random;
use serde::{Deserialize, Serialize};

/// A run before it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// From which it was made.
    pub seed: u64,
    /// Devices.
    pub devices: u8,
    /// Places for tabs on each.
    pub tabs: u8,
    /// Accounts; the last of three is of another organisation.
    pub accounts: u8,
    /// Entries of a page of changes.
    pub page: u32,
    /// How often in a thousand a request meets a fault.
    pub rates: Vec<(Fault, u16)>,
    /// What happens.
    #[serde(skip)]
    pub deeds: Vec<Deed>,
}

impl Scenario {
    /// The scenario of a seed, with so many deeds.
    pub fn of_seed(seed: u64, deeds: usize) -> Self {
        let mut random = Random::new(seed);
        // Not every run has every fault: some bugs show only where others are absent.
        let is_calm = random.permille(100);
        let rates = Fault::OF_REQUESTS
            .iter()
            .filter_map(|fault| {
                let is_in = !is_calm && random.permille(500);
                let rate = 1 + random.below(40);
                is_in.then(|| (*fault, u16::try_from(rate).unwrap_or(1)))
            })
            .collect();
        let mut scenario = Self {
            seed,
            devices: [1, 1, 2, 2, 3, 5][random.index(6)],
            tabs: [1, 2, 2, 3][random.index(4)],
            accounts: [1, 2, 3][random.index(3)],
            page: [1, 2, 3, 200][random.index(4)],
            rates,
            deeds: Vec::with_capacity(deeds),
        };
        let weights = Weights::of(&mut random, is_calm);
        for _ in 0..deeds {
            let after_ms = match random.below(10) {
                0 => 0,
                1..=7 => random.time_ms(20_000),
                8 => random.time_ms(600_000),
                _ => random.time_ms(100),
            };
            let salt = random.number();
            let what = weights.deed(&mut random, &scenario);
            scenario.deeds.push(Deed { after_ms, salt, what });
        }
        scenario
    }
}

/// How often each kind of deed comes.
struct Weights {
    sum: u64,
    kinds: Vec<(u64, Kind)>,
}

#[derive(Clone, Copy)]
enum Kind {
    Work,
    Decide,
    Tabs,
    Freeze,
    SignIn,
    SignOut,
    Kill,
    Network,
    Armed,
    Store,
    Crash,
    Damage,
    Wipe,
    Clock,
    Others,
    Down,
    Restore,
    Cursors,
    Rules,
    Wait,
}

impl Weights {
    fn of(random: &mut Random, is_calm: bool) -> Self {
        let mut kinds = vec![(60, Kind::Work), (8, Kind::Decide), (6, Kind::Tabs), (4, Kind::Wait)];
        let faults = [
            (3, Kind::Freeze),
            (4, Kind::SignIn),
            (1, Kind::SignOut),
            (2, Kind::Kill),
            (4, Kind::Network),
            (8, Kind::Armed),
            (3, Kind::Store),
            (5, Kind::Crash),
            (1, Kind::Damage),
            (1, Kind::Wipe),
            (2, Kind::Clock),
            (2, Kind::Down),
            (2, Kind::Restore),
            (2, Kind::Cursors),
            (1, Kind::Rules),
        ];
        for (weight, kind) in faults {
            if !is_calm && random.permille(600) {
                kinds.push((weight, kind));
            }
        }
        if random.permille(800) {
            kinds.push((12, Kind::Others));
        }
        Self { sum: kinds.iter().map(|(weight, _)| weight).sum(), kinds }
    }

    fn kind(&self, random: &mut Random) -> Kind {
        let mut rest = random.below(self.sum);
        for (weight, kind) in &self.kinds {
            if rest < *weight {
                return *kind;
            }
            rest -= weight;
        }
        Kind::Wait
    }

    fn deed(&self, random: &mut Random, scenario: &Scenario) -> What {
        let device = small(random, scenario.devices);
        let place = small(random, scenario.tabs);
        let person = |act| What::Person(device, place, act);
        let at_device = |mishap| What::Device(device, mishap);
        let is_on = random.permille(400);
        match self.kind(random) {
            Kind::Work => person(work(random)),
            Kind::Decide => person(Act::Decide(small(random, 4), decision(random))),
            Kind::Tabs => person(match random.below(6) {
                0..=2 => Act::OpenTab,
                3 => Act::CloseTab,
                4 => Act::CrashTab,
                _ => Act::Show(random.permille(600)),
            }),
            Kind::Freeze => person(match random.below(3) {
                0 => Act::Freeze,
                1 => Act::Thaw(true),
                _ => Act::Thaw(false),
            }),
            Kind::SignIn => person(Act::SignIn(small(random, scenario.accounts))),
            Kind::SignOut if random.permille(500) => at_device(Mishap::EndSession),
            Kind::SignOut if random.permille(300) => person(Act::GiveUpAndSignOut),
            Kind::SignOut => person(Act::SignOut),
            Kind::Kill if random.permille(500) => at_device(Mishap::PowerLoss),
            Kind::Kill => at_device(Mishap::KillBrowser),
            Kind::Network if random.permille(300) => at_device(Mishap::Portal(is_on)),
            Kind::Network => at_device(Mishap::Offline(is_on)),
            Kind::Armed => {
                let fault = random.pick(Fault::OF_REQUESTS).unwrap_or(Fault::RequestLost);
                What::Network(fault, 1 + small(random, 3))
            }
            Kind::Store if random.permille(500) => at_device(Mishap::Full(is_on)),
            Kind::Store => at_device(Mishap::CloseDatabase(1 + small(random, 3))),
            Kind::Crash => at_device(Mishap::CrashAtWrite(small(random, 4), random.permille(500))),
            Kind::Damage => at_device(match random.below(3) {
                0 => Mishap::DamageOp(small(random, 8)),
                1 => Mishap::LoseFile,
                _ => Mishap::DamageClaim(small(random, 8)),
            }),
            Kind::Wipe => at_device(Mishap::Wipe),
            Kind::Clock => at_device(Mishap::Clock(jump(random))),
            Kind::Others => What::Others(match random.below(10) {
                0..=5 => Other::Edit(small(random, 8), bits(random)),
                6 => Other::Delete(small(random, 8)),
                7 => Other::Comment(small(random, 8)),
                _ => Other::Review(small(random, 8), small(random, 8)),
            }),
            Kind::Down if random.permille(500) => What::Server(AtServer::Restart),
            Kind::Down => What::Server(AtServer::Down(1 + u16::from(small(random, 120)))),
            Kind::Restore if random.permille(600) => What::Server(AtServer::BackUp),
            Kind::Restore => What::Server(AtServer::Restore),
            Kind::Cursors => What::Server(AtServer::ForgetCursors),
            Kind::Rules => What::Server(AtServer::NewRules),
            Kind::Wait => What::Nothing,
        }
    }
}

fn work(random: &mut Random) -> Act {
    let claim = small(random, 8);
    match random.below(43) {
        0..=4 => Act::Create,
        5..=7 => Act::Open(claim),
        8..=10 => Act::Save(bits(random)),
        11..=23 => Act::Edit(claim, bits(random)),
        24..=27 => Act::Submit(claim, small(random, 3)),
        28..=32 => Act::Comment(claim),
        33..=34 => Act::Delete(claim),
        35 => Act::Dispute(claim),
        36 => Act::Disassociate(claim),
        37..=38 => Act::Pause(claim),
        39 => Act::FreeSpace,
        _ => Act::Kick,
    }
}

fn decision(random: &mut Random) -> Decision {
    match random.below(8) {
        0..=1 => Decision::Retry,
        2..=4 => Decision::OnTheirs,
        5..=6 => Decision::Discard,
        _ if random.permille(500) => Decision::DiscardClaim,
        _ => Decision::Anew,
    }
}

fn jump(random: &mut Random) -> i64 {
    const DAY: i64 = 86_400_000;
    let size = [600_000, 3_600_000, DAY, 365 * DAY][random.index(4)];
    if random.permille(500) { size } else { -size }
}

fn small(random: &mut Random, limit: u8) -> u8 {
    u8::try_from(random.below(limit.into())).unwrap_or(0)
}

/// One field, or two.
fn bits(random: &mut Random) -> u8 {
    let one = 1 << random.below(8);
    if random.permille(300) { one | (1 << random.below(8)) } else { one }
}
