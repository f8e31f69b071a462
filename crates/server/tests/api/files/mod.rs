//! `/v1/files`.

mod append;
mod bucket;
mod create;
mod cuts;
mod download;
mod hostile;
mod remove;
mod scan;
