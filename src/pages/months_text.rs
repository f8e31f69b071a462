//! A number of months in words.

use crate::i18n::{T, t, tf};

/// "less than a month", "1 month", "11 months".
pub fn months_text(months: u32) -> String {
    match months {
        0 => t(T::LessThanAMonth),
        1 => t(T::OneMonth),
        more => tf(T::Months, &[("n", &more.to_string())]),
    }
}
