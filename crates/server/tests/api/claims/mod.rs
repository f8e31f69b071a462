//! `/v1/claims`.

mod comments;
mod delete;
mod disassociate;
mod dispute;
mod get;
mod history;
mod put;
mod review;
mod submit;
mod usage;
