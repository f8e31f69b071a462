//! `/v1/consent/{token}`.

mod get;
mod post;
