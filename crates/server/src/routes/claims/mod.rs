//! `/v1/claims/{id}` and what is done to a claim.

pub(crate) mod comments;
pub(crate) mod delete;
pub(crate) mod disassociate;
pub(crate) mod dispute;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod put;
pub(crate) mod review;
pub(crate) mod submit;
pub(crate) mod usage;
