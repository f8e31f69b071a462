//! How many requests a session, an organisation and an address may send.
//!
//! Far above what people and their apps do: a brake on programs that went wrong or are
//! meant to harm. Each process counts by itself, and a restart forgets the counts.

use crate::config::RateLimits;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// After so many requests, those who were not heard of for a while are forgotten.
const FORGETS_EVERY: u32 = 4096;

/// Counts requests.
pub(crate) struct Rates {
    sessions: Limiter<Vec<u8>>,
    organisations: Limiter<String>,
    addresses: Limiter<IpAddr>,
    asked: AtomicU32,
}

/// One kind of them; no limit where there is none.
struct Limiter<K: Hash + Eq + Clone>(Option<DefaultKeyedRateLimiter<K>>);

impl Rates {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            sessions: Limiter::new(limits.session),
            organisations: Limiter::new(limits.organisation),
            addresses: Limiter::new(limits.address),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts a request of anybody.
    pub(crate) fn count_address(&self, address: IpAddr) -> ApiResult<()> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGETS_EVERY == FORGETS_EVERY - 1 {
            self.sessions.forget();
            self.organisations.forget();
            self.addresses.forget();
        }
        self.addresses.count(&address)
    }

    /// Counts a request of somebody who is signed in. One that the session's own limit
    /// refuses is not counted for the organisation: nobody locks colleagues out so.
    pub(crate) fn count_session(&self, token_hash: &[u8], organisation_id: &str) -> ApiResult<()> {
        if !mutant!(AsksForEver) {
            self.sessions.count(&token_hash.to_vec())?;
        }
        self.organisations.count(&organisation_id.to_owned())
    }
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(per_minute: u32) -> Self {
        Self(
            NonZeroU32::new(per_minute)
                .map(|most| DefaultKeyedRateLimiter::keyed(Quota::per_minute(most))),
        )
    }

    fn count(&self, key: &K) -> ApiResult<()> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            ApiError::slow_down(whole_seconds(wait))
        })
    }

    fn forget(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
        }
    }
}

/// Rounded up, and never none: who comes again at that time is let in.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(session: u32, organisation: u32, address: u32) -> Rates {
        Rates::new(RateLimits { session, organisation, address })
    }

    #[test]
    fn each_kind_has_its_own_limit() {
        let rates = rates(2, 3, 1);
        let asks =
            |token: &[u8], organisation: &str| rates.count_session(token, organisation).is_ok();
        assert!(asks(b"a", "one") && asks(b"a", "one") && !asks(b"a", "one"));
        // Another session of the same organisation has what is left of it.
        assert!(asks(b"b", "one") && !asks(b"b", "one"));
        assert!(asks(b"c", "two"));
        let address = IpAddr::from([192, 0, 2, 1]);
        assert!(rates.count_address(address).is_ok() && rates.count_address(address).is_err());
        assert!(rates.count_address(IpAddr::from([192, 0, 2, 2])).is_ok());
    }

    #[test]
    fn none_is_no_limit() {
        let rates = rates(0, 0, 0);
        for _ in 0..100 {
            assert!(rates.count_session(b"a", "one").is_ok());
            assert!(rates.count_address(IpAddr::from([192, 0, 2, 1])).is_ok());
        }
    }

    #[test]
    fn who_is_still_limited_is_not_forgotten() {
        let rates = rates(1, 1, 1);
        let address = IpAddr::from([192, 0, 2, 1]);
        assert!(rates.count_address(address).is_ok());
        for number in 0..FORGETS_EVERY {
            let other = IpAddr::from((u128::from(number) << 64).to_be_bytes());
            assert!(rates.count_address(other).is_ok());
        }
        assert!(rates.count_address(address).is_err());
    }
}
