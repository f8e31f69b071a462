//! Reads single values.

use crate::chaos;
use crate::database::DatabaseUrl;
use cpor_rules::{Region, UserRole};
use tracing_subscriber::EnvFilter;

/// A Partner ID.
pub(super) fn location(text: &str) -> Result<String, &'static str> {
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| text.to_owned()).ok_or("a Partner ID consists of digits")
}

/// A share as a number of a million.
pub(super) fn share(text: &str) -> Result<u32, &'static str> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=chaos::MOST).contains(share));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between nothing and a million"
    )]
    share.map(|share| (share * 1e6) as u32).ok_or("a share is a number from 0 to 0.9")
}

/// A URL that others may read.
pub(super) fn public_database(text: &str) -> Result<DatabaseUrl, &'static str> {
    DatabaseUrl::read(text, true)
}

/// A URL that nobody else reads.
pub(super) fn secret_database(text: &str) -> Result<DatabaseUrl, &'static str> {
    DatabaseUrl::read(text, false)
}

pub(super) fn region(text: &str) -> Result<Region, &'static str> {
    Region::from_code(text).ok_or("a region is none, taiwan, united-states or germany")
}

pub(super) fn role(text: &str) -> Result<UserRole, &'static str> {
    match text {
        "incentives-admin" => Ok(UserRole::IncentivesAdmin),
        "incentives-user" => Ok(UserRole::IncentivesUser),
        "reviewer" => Ok(UserRole::Reviewer),
        _ => Err("a role is incentives-admin, incentives-user or reviewer"),
    }
}

/// What goes to the log.
pub(super) fn log(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}
