//! The brake on guessing passwords and the tokens of mails.
//!
//! Counts failures by account and by address in memory. A restart forgets
//! them, which costs an attacker more time than it gains.

use crate::mutants::mutant;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Failures are forgotten after this time.
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// Failures for one account within the window.
const MAX_FOR_ACCOUNT: usize = 10;
/// Failures from one address within the window; an office shares one.
const MAX_FOR_ADDRESS: usize = 100;
/// Unknown tokens from one address within the window. Chance finds none in any
/// time; the brake tells programs that try to slow down.
const MAX_TOKENS: usize = 30;
/// Sign-ins at the provider that are begun from one address within the window.
const MAX_BEGUN: usize = 300;
/// Most accounts and addresses that are remembered.
const MAX_REMEMBERED: usize = 10_000;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Suspect {
    Account(String),
    Address(IpAddr),
    /// Who tries links of mails; signing in goes on.
    Tokens(IpAddr),
    /// Who begins to sign in at the provider: each leaves a row for a while.
    Begins(IpAddr),
}

/// Counts failures to sign in.
#[derive(Default)]
pub(crate) struct SignInThrottle {
    failures: Mutex<HashMap<Suspect, Vec<DateTime<Utc>>>>,
}

impl SignInThrottle {
    /// Seconds to wait before another attempt is looked at, if it is too soon.
    pub(crate) fn wait(&self, now: DateTime<Utc>, email: &str, from: IpAddr) -> Option<u64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let wait_for = |suspect, max| wait_for(&failures, now, &suspect, max);
        wait_for(account(email), MAX_FOR_ACCOUNT)
            .max(wait_for(Suspect::Address(from), MAX_FOR_ADDRESS))
    }

    /// Seconds to wait before another wrong token is answered, if it is too soon.
    pub(crate) fn wait_for_token(&self, now: DateTime<Utc>, from: IpAddr) -> Option<u64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        wait_for(&failures, now, &Suspect::Tokens(from), MAX_TOKENS)
    }

    /// Notes a token that leads nowhere.
    pub(crate) fn wrong_token(&self, now: DateTime<Utc>, from: IpAddr) {
        self.note(now, [Suspect::Tokens(from)]);
    }

    /// Notes a sign-in that begins at the provider; `false` where there were too many.
    pub(crate) fn may_begin(&self, now: DateTime<Utc>, from: IpAddr) -> bool {
        let suspect = Suspect::Begins(from);
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let may = wait_for(&failures, now, &suspect, MAX_BEGUN).is_none();
        drop(failures);
        if may {
            self.note(now, [suspect]);
        }
        may
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, now: DateTime<Utc>, email: &str, from: IpAddr) {
        self.note(now, [account(email), Suspect::Address(from)]);
    }

    fn note<const N: usize>(&self, now: DateTime<Utc>, suspects: [Suspect; N]) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_REMEMBERED {
            failures.retain(|_, times| times.iter().any(|at| *at > now - WINDOW));
        }
        if failures.len() >= MAX_REMEMBERED {
            failures.clear();
        }
        for suspect in suspects {
            let times = failures.entry(suspect).or_default();
            times.retain(|at| *at > now - WINDOW);
            if times.len() < MAX_FOR_ADDRESS.max(MAX_BEGUN) {
                times.push(now);
            }
        }
    }

    /// Forgets the failures of an account that has signed in.
    pub(crate) fn succeeded(&self, email: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&account(email));
    }
}

fn wait_for(
    failures: &HashMap<Suspect, Vec<DateTime<Utc>>>,
    now: DateTime<Utc>,
    suspect: &Suspect,
    max: usize,
) -> Option<u64> {
    if mutant!(GuessesForEver) {
        return None;
    }
    let recent: Vec<_> = failures.get(suspect)?.iter().filter(|at| **at > now - WINDOW).collect();
    let earliest = recent.iter().rev().nth(max - 1)?;
    u64::try_from((**earliest + WINDOW - now).num_seconds()).ok().map(|wait| wait + 1)
}

fn account(email: &str) -> Suspect {
    Suspect::Account(email.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_that_are_begun_are_counted_by_address_and_alone() {
        let throttle = SignInThrottle::default();
        let now = DateTime::UNIX_EPOCH;
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        for _ in 0..MAX_BEGUN {
            assert!(throttle.may_begin(now, here));
        }
        assert!(!throttle.may_begin(now, here));
        assert!(throttle.may_begin(now, there));
        assert_eq!(throttle.wait(now, "ana@contoso.com", here), None);
        assert!(throttle.may_begin(now + WINDOW, here));
    }
}
