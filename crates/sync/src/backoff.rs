//! How long to wait before the next try.

const BASE_MS: u64 = 1_000;
const CAP_MS: u64 = 5 * 60 * 1_000;

/// Full jitter: anything from nothing to the doubling limit, so that clients
/// which failed together do not come back together. What the backend asks for
/// wins where it is longer.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the product lies between 0 and five minutes"
)]
pub fn delay_ms(failures: u32, chance: f64, retry_after_ms: Option<u64>) -> u64 {
    let doubled = BASE_MS.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let jittered = (doubled.min(CAP_MS) as f64 * chance.clamp(0.0, 1.0)) as u64;
    jittered.max(retry_after_ms.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_doubles_up_to_five_minutes() {
        assert_eq!(delay_ms(1, 1.0, None), 1_000);
        assert_eq!(delay_ms(3, 1.0, None), 4_000);
        assert_eq!(delay_ms(3, 0.0, None), 0);
        assert_eq!(delay_ms(u32::MAX, 1.0, None), CAP_MS);
    }

    #[test]
    fn what_the_backend_asks_for_wins_when_it_is_longer() {
        assert_eq!(delay_ms(1, 0.5, Some(9_000)), 9_000);
        assert_eq!(delay_ms(1, 1.0, Some(10)), 1_000);
    }
}
