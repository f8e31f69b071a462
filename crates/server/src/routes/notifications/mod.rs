//! `/v1/notifications`.

pub(crate) mod get;
pub(crate) mod read;
