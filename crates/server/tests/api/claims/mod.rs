//! `/v1/claims`.

mod comments;
mod delete;
mod get;
mod history;
mod put;
mod review;
mod submit;
