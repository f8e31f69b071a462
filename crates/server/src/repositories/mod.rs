//! The tables, one module for each subject. SQL stands here and nowhere else.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod directory;
pub(crate) mod files;
pub(crate) mod history;
pub(crate) mod idempotency;
pub(crate) mod identities;
pub(crate) mod locations;
pub(crate) mod mails;
pub(crate) mod notifications;
pub(crate) mod objects;
pub(crate) mod people;
pub(crate) mod restored;
pub(crate) mod scans;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod sign_ins;
pub(crate) mod uploads;
pub(crate) mod usage;

/// The code that serde writes for one of our enums without data.
pub(crate) fn code_of(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => Ok(code),
        Ok(_) => Err(sqlx::Error::Encode("not an enum without data".into())),
        Err(error) => Err(sqlx::Error::Encode(Box::new(error))),
    }
}

/// The value with this code.
pub(crate) fn from_code<T: serde::de::DeserializeOwned>(code: String) -> Result<T, sqlx::Error> {
    serde_json::from_value(serde_json::Value::String(code))
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// A number that the database keeps signed.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number as the database keeps it.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
