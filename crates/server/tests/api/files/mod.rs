//! `/v1/files`.

mod append;
mod create;
mod download;
mod remove;
