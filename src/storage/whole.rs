//! Numbers of the browser, stored without their fraction.
//!
//! Times and places are whole enough, and the tables for writing fractions
//! would weigh on everybody's first load. What was stored with one is read.

use serde::{Deserialize as _, Deserializer, Serializer};

/// Writes the whole part; 0 for what is negative or no number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "that is the intent")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(*number as u64)
}

/// Reads any number.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    f64::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    struct At(#[serde(with = "super")] f64);

    fn written_and_read(number: f64) -> f64 {
        let text = serde_json::to_string(&At(number)).unwrap();
        serde_json::from_str::<At>(&text).unwrap().0
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers are exact")]
    fn fractions_are_dropped_and_nothing_else_changes() {
        assert_eq!(written_and_read(1_800_000_000_123.75), 1_800_000_000_123.0);
        assert_eq!(written_and_read(-1.0), 0.0);
        assert_eq!(written_and_read(f64::NAN), 0.0);
        assert_eq!(serde_json::from_str::<At>("12.5").unwrap().0, 12.5);
    }
}
