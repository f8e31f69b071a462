//! `/v1/session`.

mod delete;
mod get;
mod password;
mod post;
