//! Signing in at a provider of identities, by OpenID Connect: authorisation code with PKCE.
//!
//! The browser is sent to the provider and comes back with a code; the server exchanges
//! the code itself, reads from the ID token who it is, and starts a session of its own.
//! No token reaches the browser, and none is kept: `docs/adr/0042-sign-in-at-a-provider.md`.

mod claims;
mod http;
mod id_token;
mod let_in;
mod provider;
mod refusal;
mod return_path;
mod settings;
mod sign_in;

pub(crate) use let_in::{let_in, stranger};
pub(crate) use provider::Provider;
pub(crate) use refusal::Refusal;
pub(crate) use return_path::ReturnPath;
pub use settings::OidcSettings;
pub(crate) use sign_in::{CALLBACK, COOKIE_SECONDS, CameBack};
