//! The brake on guessing passwords.
//!
//! Counts failures by account and by address in memory. A restart forgets
//! them, which costs an attacker more time than it gains.

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
/// Most accounts and addresses that are remembered.
const MAX_REMEMBERED: usize = 10_000;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Suspect {
    Account(String),
    Address(IpAddr),
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
        let wait_for = |suspect: &Suspect, max: usize| {
            let recent: Vec<_> =
                failures.get(suspect)?.iter().filter(|at| **at > now - WINDOW).collect();
            let earliest = recent.iter().rev().nth(max - 1)?;
            u64::try_from((**earliest + WINDOW - now).num_seconds()).ok().map(|wait| wait + 1)
        };
        wait_for(&account(email), MAX_FOR_ACCOUNT)
            .max(wait_for(&Suspect::Address(from), MAX_FOR_ADDRESS))
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, now: DateTime<Utc>, email: &str, from: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_REMEMBERED {
            failures.retain(|_, times| times.iter().any(|at| *at > now - WINDOW));
        }
        if failures.len() >= MAX_REMEMBERED {
            failures.clear();
        }
        for suspect in [account(email), Suspect::Address(from)] {
            let times = failures.entry(suspect).or_default();
            times.retain(|at| *at > now - WINDOW);
            if times.len() < MAX_FOR_ADDRESS {
                times.push(now);
            }
        }
    }

    /// Forgets the failures of an account that has signed in.
    pub(crate) fn succeeded(&self, email: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&account(email));
    }
}

fn account(email: &str) -> Suspect {
    Suspect::Account(email.trim().to_lowercase())
}
