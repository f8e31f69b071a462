//! `/v1/demo`.

mod clock;
mod mails;
