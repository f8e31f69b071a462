//! The pages of the app. A page reads state, chooses components and passes
//! closures; it knows no storage, no network and no browser.

pub mod backup;
pub mod bands;
pub mod change;
pub mod claim;
pub mod claims;
pub mod conflict;
pub mod consent;
pub mod deadline_text;
pub mod demo;
pub mod device_data;
pub mod ending;
pub mod explain;
pub mod grounds;
pub mod leaving;
pub mod months_text;
pub mod not_found;
pub mod notifications;
pub mod outbox;
pub mod page;
pub mod part_text;
pub mod reading;
pub mod refusal_text;
pub mod review;
pub mod settings;
pub mod sign_in;
pub mod start;
pub mod submitted;
pub mod template_download;
pub mod then;
pub mod uploads;
pub mod wizard;
