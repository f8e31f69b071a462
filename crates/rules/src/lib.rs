//! The rules of customer association claims under the Claiming Partner of
//! Record (CPOR) model.
//!
//! What was typed is a [`Draft`]; what it means is a [`Claim`]; the only way
//! from one to the other is [`Claim::try_from`]. Every rule is one item of
//! [`RULES`], with the documents it comes from.
//!
//! ```
//! use cpor_rules::{check, Draft, Facts, RuleContext, RuleId, Stage};
//!
//! let facts = Facts::default();
//! let today = chrono::NaiveDate::MIN;
//! let found = check(&RuleContext::current(today, &facts), &Draft::default(), Stage::AddCustomer);
//! assert!(found.iter().any(|violation| violation.rule == RuleId::SolutionAreaChosen));
//! ```
//!
//! This crate is pure: it knows no clock, no randomness, no storage and no
//! network, so the same input gets the same verdict in the browser and on a
//! server. It makes no sentences either: a [`Violation`] is data, and whoever
//! shows it finds the words.

pub mod arbitration;
pub mod association;
pub mod book;
pub mod bounds;
pub mod calendar;
pub mod catalog;
pub mod check;
pub mod cite;
pub mod claim;
pub mod compare;
pub mod deadline;
pub mod digest;
pub mod draft;
pub mod edit;
pub mod edition;
pub mod facts;
pub mod field;
pub mod flow;
pub mod holidays;
pub mod ids;
pub mod lens;
pub mod life_cycle;
pub mod permission;
pub mod poe;
pub mod review;
pub mod rulebook;
mod status_cites;
#[cfg(feature = "testing")]
pub mod testing;
pub mod violation;

pub use association::{PartnerRole, SolutionArea};
pub use book::{RULES, Rule, RuleId};
pub use calendar::Holidays;
pub use check::{RuleContext, Stage, Verdict, check, verdict};
pub use claim::Claim;
pub use deadline::{Deadline, DeadlineKind};
pub use draft::{
    Acknowledgements, Contact, Draft, MailLanguage, PartnerContact, PoeFile, ProductEntry,
    PublicSector, PurchaseChannel,
};
pub use edition::{Edition, EditionId};
pub use facts::Facts;
pub use field::Field;
pub use flow::{FLOW, Step};
pub use holidays::Region;
pub use life_cycle::{Action, Actor, Status};
pub use permission::UserRole;
pub use review::{Ground, ReviewReason};
pub use violation::{Problem, Severity, Violation};
