//! The checks, one file for each subject.
//!
//! None depends on another or on what was there before: each makes its own
//! claims under new ids, about tenants that no other claim names.

mod backend;
mod changes;
mod claims;
mod concurrency;
mod consent;
mod dispute;
mod events;
mod everywhere;
mod files;
mod isolation;
mod life;
mod lookups;
mod notifications;
mod once;
mod rates;
mod requests;
mod review;
mod roles;
mod session;
mod submit;

use crate::check::Group;

/// Every group, in the order of the report.
pub const GROUPS: &[Group] = &[
    backend::GROUP,
    session::GROUP,
    requests::HEADERS,
    requests::LIMITS,
    requests::ERRORS,
    once::GROUP,
    concurrency::GROUP,
    claims::GROUP,
    changes::GROUP,
    changes::QUIET,
    isolation::GROUP,
    roles::GROUP,
    submit::GROUP,
    review::GROUP,
    dispute::GROUP,
    life::DISASSOCIATE,
    life::COMMENT,
    life::HISTORIES,
    life::USAGE,
    files::GROUP,
    lookups::LOCATIONS,
    lookups::ASSOCIATIONS,
    lookups::SUBSCRIPTIONS,
    notifications::GROUP,
    notifications::READING,
    events::GROUP,
    consent::GROUP,
    rates::GROUP,
    // Last: it signs out whoever the others act as.
    everywhere::GROUP,
];
