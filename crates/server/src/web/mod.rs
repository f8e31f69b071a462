//! What all endpoints share on the way in and out.

mod answer;
mod guard;
mod headers;
mod operation;

pub(crate) use answer::Answer;
pub(crate) use guard::refuse_foreign_pages;
pub(crate) use headers::{api_headers, security_headers};
pub(crate) use operation::{JsonBody, Operation};
