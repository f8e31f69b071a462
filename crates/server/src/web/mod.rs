//! What all endpoints share on the way in and out.

mod answer;
mod floods;
mod guard;
mod headers;
mod operation;
mod reach;

pub(crate) use answer::Answer;
pub(crate) use floods::refuse_floods;
pub(crate) use guard::{is_of_own_site, refuse_foreign_pages};
pub(crate) use headers::{api_headers, file_headers, security_headers};
pub(crate) use operation::{JsonBody, Operation};
pub(crate) use reach::{ClientAddress, Reach};
