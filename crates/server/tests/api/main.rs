//! The server from outside, over HTTP: one file for each endpoint, and one for
//! each promise that holds for all of them.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod support;

mod accounts;
mod audit;
mod authorisation;
mod backend;
mod changes;
mod chaos;
mod claims;
mod consent;
mod demo;
mod demonstration;
mod drain;
mod durability;
mod events;
mod examples;
mod files;
mod foreign_pages;
mod health;
mod idempotency;
mod locations;
mod log;
mod lookups;
mod mail;
mod metrics;
mod model;
mod notifications;
mod oidc;
mod older;
mod openapi;
mod other_organisations;
mod person;
mod privacy;
mod rates;
mod restored;
mod roles;
mod schema;
mod security;
mod session;
mod several;
mod static_files;
mod upgrade;
