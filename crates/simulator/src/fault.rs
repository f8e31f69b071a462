//! What can go wrong, and how often it did.

use serde::{Deserialize, Serialize};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Something that goes wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Fault { $($(#[$doc])* $name),+ }

        impl Fault {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

faults! {
    /// The request never reaches the server.
    RequestLost,
    /// The server does it, and its answer never comes back.
    AnswerLost,
    /// The request reaches the server after the client gave it up.
    RequestLate,
    /// The answer comes after one to a later request.
    AnswerLate,
    /// The request reaches the server twice.
    RequestTwice,
    /// The machine is told an outcome twice.
    OutcomeTwice,
    /// The body of an answer is cut off.
    BodyTruncated,
    /// The connection breaks in the middle of an upload.
    UploadReset,
    /// Something in between answers 200 with a page of its own.
    CaptivePortal,
    /// 401 in the middle of everything.
    SessionRefused,
    /// 403.
    Forbidden,
    /// 413.
    TooLarge,
    /// 422.
    RulesBroken,
    /// 429 without a time.
    SlowDown,
    /// 429 with a time.
    SlowDownFor,
    /// 500 before anything was done.
    ServerError,
    /// 500 after it was done.
    ServerErrorAfterwards,
    /// 502, 503 or 504.
    Gateway,
    /// 409: the first request with this key is still running.
    KeyInFlight,
    /// A device has no network.
    Offline,
    /// The server does not answer for a while.
    ServerDown,
    /// What is on its way to the server is lost with it.
    ServerRestart,
    /// The server continues from an old copy of its data.
    ServerRestored,
    /// Cursors given so far are forgotten.
    CursorExpired,
    /// The server's rules are others from now on.
    RulesChanged,
    /// Somebody else changes a claim meanwhile.
    ColleagueChange,
    /// Somebody else deletes a claim meanwhile.
    ColleagueDelete,
    /// A reviewer takes the claim to another status meanwhile.
    ReviewerActed,
    /// A device's clock jumps forward.
    ClockForward,
    /// A device's clock jumps back.
    ClockBack,
    /// A tab ends at once.
    TabCrash,
    /// A tab ends at once, and its last write did not happen.
    CrashBeforeWrite,
    /// A tab ends at once, and its last write did happen.
    CrashAfterWrite,
    /// All tabs of a device end at once.
    BrowserKill,
    /// So does the device: what was not flushed is gone.
    PowerLoss,
    /// A tab does nothing for a while.
    TabFrozen,
    /// A tab comes back from the back-forward cache without its lock.
    TabRestored,
    /// A write finds no room.
    QuotaExceeded,
    /// The browser closes the database.
    DatabaseClosed,
    /// A stored operation cannot be read any more.
    OpDamaged,
    /// A stored claim cannot be read any more.
    ClaimDamaged,
    /// The browser deletes what the site keeps.
    StorageWiped,
    /// A file that is to be sent is not on the device any more.
    FileGone,
    /// Another account signs in with work unsent.
    OtherAccount,
    /// The person signs out with work unsent.
    SignedOut,
    /// The session ends.
    SessionEnded,
}

impl Fault {
    /// Its name, as the command line and kept seeds write it.
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Those that the network chooses for single requests.
    pub const OF_REQUESTS: &[Self] = &[
        Self::RequestLost,
        Self::AnswerLost,
        Self::RequestLate,
        Self::AnswerLate,
        Self::RequestTwice,
        Self::OutcomeTwice,
        Self::BodyTruncated,
        Self::UploadReset,
        Self::CaptivePortal,
        Self::SessionRefused,
        Self::Forbidden,
        Self::TooLarge,
        Self::RulesBroken,
        Self::SlowDown,
        Self::SlowDownFor,
        Self::ServerError,
        Self::ServerErrorAfterwards,
        Self::Gateway,
        Self::KeyInFlight,
    ];
}

const COUNT: usize = Fault::ALL.len();

/// How often each fault happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts([u64; COUNT]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; COUNT])
    }
}

impl Counts {
    /// It happened.
    pub fn add(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    /// How often it happened.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }

    /// Takes in the counts of another run.
    pub fn join(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(&other.0) {
            *sum += count;
        }
    }

    /// Of all of them.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// In how many runs two faults happened together.
#[derive(Clone, Debug)]
pub struct Pairs(Vec<u64>);

impl Default for Pairs {
    fn default() -> Self {
        Self(vec![0; COUNT * COUNT])
    }
}

impl Pairs {
    /// Takes in what happened in one run.
    pub fn add(&mut self, counts: &Counts) {
        let fired: Vec<usize> = (0..COUNT).filter(|index| counts.0[*index] > 0).collect();
        for a in &fired {
            for b in &fired {
                self.0[a * COUNT + b] += 1;
            }
        }
    }

    /// Takes in those of other runs.
    pub fn join(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(&other.0) {
            *sum += count;
        }
    }

    /// The pair that happened together least often.
    pub fn rarest(&self) -> Option<(Fault, Fault, u64)> {
        let pairs = (0..COUNT).flat_map(|a| (0..a).map(move |b| (a, b)));
        pairs
            .map(|(a, b)| (Fault::ALL[a], Fault::ALL[b], self.0[a * COUNT + b]))
            .min_by_key(|(.., count)| *count)
    }
}
