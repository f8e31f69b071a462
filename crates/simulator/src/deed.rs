//! What happens from outside: persons, devices, the network, the server.
//!
//! A deed says what and by whom in small numbers that always mean something:
//! "the second claim" is one of those that are there then. So any deeds can be
//! left out of a run and the rest still runs.

use crate::fault::Fault;
use serde::{Deserialize, Serialize};

/// What a person decides about something stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Try it again.
    Retry,
    /// Apply it on top of theirs.
    OnTheirs,
    /// Give it up.
    Discard,
    /// Give up everything of the claim.
    DiscardClaim,
    /// Give up everything of the claim and write it anew.
    Anew,
}

/// What a person does at a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Creates a claim.
    Create,
    /// Opens a claim, and will save later.
    Open(u8),
    /// Saves what is open; the bits say which fields were changed.
    Save(u8),
    /// Opens, changes and saves.
    Edit(u8, u8),
    /// Adds so many files and submits.
    Submit(u8, u8),
    /// Says something.
    Comment(u8),
    /// Deletes.
    Delete(u8),
    /// Disputes a rejection.
    Dispute(u8),
    /// Ends an association.
    Disassociate(u8),
    /// Decides about one of those that are stuck.
    Decide(u8, Decision),
    /// Lets one of the uploads rest.
    Pause(u8),
    /// Makes room: drops files of what was handed in.
    FreeSpace,
    /// Wants everything tried now.
    Kick,
    /// Brings the tab to the front, or to the back.
    Show(bool),
    /// Opens a tab at this place.
    OpenTab,
    /// Closes it.
    CloseTab,
    /// It crashes.
    CrashTab,
    /// It is frozen.
    Freeze,
    /// It wakes; from the back-forward cache or not.
    Thaw(bool),
    /// Signs in.
    SignIn(u8),
    /// Signs out.
    SignOut,
    /// Gives up all that is unsent, and signs out.
    GiveUpAndSignOut,
}

/// What happens to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mishap {
    /// All tabs end.
    KillBrowser,
    /// All tabs end, and what was not flushed is gone.
    PowerLoss,
    /// The network goes or comes.
    Offline(bool),
    /// Something in between answers, or no more.
    Portal(bool),
    /// Writes find no room, or some again.
    Full(bool),
    /// So many calls to the store fail.
    CloseDatabase(u8),
    /// A tab ends at one of the next writes; whether that one happens.
    CrashAtWrite(u8, bool),
    /// An operation becomes unreadable.
    DamageOp(u8),
    /// A claim becomes unreadable.
    DamageClaim(u8),
    /// Everything kept is gone.
    Wipe,
    /// A file is gone.
    LoseFile,
    /// The clock jumps by so many milliseconds.
    Clock(i64),
    /// The session ends.
    EndSession,
}

/// What others do to claims, at once and with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Other {
    /// A colleague changes fields.
    Edit(u8, u8),
    /// A colleague deletes.
    Delete(u8),
    /// A colleague says something.
    Comment(u8),
    /// A reviewer acts.
    Review(u8, u8),
}

/// What happens to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AtServer {
    /// It does not answer for so many seconds.
    Down(u16),
    /// It starts anew.
    Restart,
    /// A copy is made.
    BackUp,
    /// The copy takes its place.
    Restore,
    /// Cursors are forgotten.
    ForgetCursors,
    /// Its rules change.
    NewRules,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Somebody at a tab: device, place, what.
    Person(u8, u8, Act),
    /// To a device.
    Device(u8, Mishap),
    /// By others.
    Others(Other),
    /// To the server.
    Server(AtServer),
    /// The next requests meet this.
    Network(Fault, u8),
    /// Time goes by.
    Nothing,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// So long after the one before.
    pub after_ms: u64,
    /// Chance until the next one comes from this alone.
    pub salt: u64,
    /// What.
    pub what: What,
}
