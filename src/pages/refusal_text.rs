//! Why the life cycle refuses something, in words.

use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf};
use cpor_rules::life_cycle::Refusal;

/// The refusal of a server in a sentence; it may have kept the reason to itself.
pub fn refusal_text(refusal: Option<Refusal>) -> String {
    match refusal {
        None | Some(Refusal::WrongStatus) => t(T::ProblemState),
        Some(Refusal::NotInEdition) => t(T::RefusalNotInEdition),
        Some(Refusal::WrongActor { .. }) => t(T::RefusalWrongActor),
        Some(Refusal::ReasonMissing) => t(T::RefusalReasonMissing),
        Some(Refusal::JustificationMissing) => t(T::DisputeNothingNew),
        Some(Refusal::DisputedBefore) => t(T::RefusalDisputedBefore),
        Some(Refusal::TooLate { until }) => tf(T::RefusalTooLate, &[("date", &format_date(until))]),
        Some(Refusal::TooEarly { until }) => {
            tf(T::RefusalTooEarly, &[("date", &format_date(until))])
        }
    }
}
