//! The steps of the wizard: fields, and what helps to fill them.

pub mod contacts;
pub mod details;
pub mod edition;
pub mod products;
pub mod proof;
mod proof_checklist;
pub mod revenue;
pub mod review;
pub mod role;
pub mod submit;
pub mod workloads;
