//! Version 1 of the protocol between the app and a backend.
//!
//! JSON over HTTP; errors as `application/problem+json` ([`problem`]); times
//! in UTC; ids made by the client. The app works with any backend that speaks
//! it; the smallest useful one serves `backend`, `changes` and `claims`.
//!
//! This crate holds what travels and nothing that sends it.

pub mod backend;
pub mod changes;
pub mod claim;
pub mod consent;
pub mod demo;
pub mod file;
pub mod headers;
pub mod history;
pub mod limits;
pub mod lookup;
pub mod notification;
pub mod problem;
pub mod session;
pub mod usage;

pub use backend::{Backend, Feature, Limits, Rates, SignIn, SignInProvider};
pub use changes::{Change, ChangesPage};
pub use claim::{
    ClaimInput, ClaimRecord, DisassociateInput, DisputeInput, ReviewInput, Revision, SubmitInput,
};
pub use consent::{ConsentRequest, ConsentState};
pub use demo::{ClockInput, DemoClock, DemoMail};
pub use file::FileInfo;
pub use history::{CommentInput, HistoryEntry, HistoryEvent};
pub use lookup::{SubscriptionAnswer, SubscriptionQuestion};
pub use notification::{
    Notification, NotificationId, NotificationKind, NotificationsPage, ReadInput, Unread,
};
pub use problem::{Problem, ProblemCode};
pub use session::{Account, PasswordInput, Session, SignInInput};
pub use usage::UsageMonth;

/// Version of the protocol, as `GET /v1/backend` tells it.
pub const API_VERSION: u32 = 1;
