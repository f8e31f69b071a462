//! `/v1/files`.

mod append;
mod create;
mod cuts;
mod download;
mod remove;
