//! Pages that come when they are opened: each is a WebAssembly module of its
//! own, so that the first load of the wizard does not carry them.
//!
//! Only with the feature `split`; otherwise these are ordinary functions.

#![allow(clippy::unused_async, reason = "what is split off has to be awaited")]

use crate::pages;
use leptos::prelude::*;
use std::future::Future;

/// A page that is on its way. Nothing stands in its place meanwhile: the frame
/// around it is there already, and a module comes within a blink.
pub fn shown(page: impl Future<Output = AnyView> + 'static) -> AnyView {
    Suspend::new(send_wrapper::SendWrapper::new(page)).into_any()
}

/// The list of claims.
#[cfg_attr(feature = "split", lazy)]
pub async fn claims() -> AnyView {
    view! { <pages::claims::ClaimsPage /> }.into_any()
}

/// One claim.
#[cfg_attr(feature = "split", lazy)]
pub async fn claim(id: String) -> AnyView {
    view! { <pages::claim::ClaimPage id /> }.into_any()
}

/// After submitting.
#[cfg_attr(feature = "split", lazy)]
pub async fn submitted(id: String) -> AnyView {
    view! { <pages::submitted::SubmittedPage id /> }.into_any()
}

/// What waits to be sent.
#[cfg_attr(feature = "split", lazy)]
pub async fn outbox() -> AnyView {
    view! { <pages::outbox::OutboxPage /> }.into_any()
}

/// Signing in.
#[cfg_attr(feature = "split", lazy)]
pub async fn sign_in() -> AnyView {
    view! { <pages::sign_in::SignInPage /> }.into_any()
}

/// Settings.
#[cfg_attr(feature = "split", lazy)]
pub async fn settings() -> AnyView {
    view! { <pages::settings::SettingsPage /> }.into_any()
}

/// Everything that speaks to the server and keeps the outbox.
#[cfg_attr(feature = "split", lazy)]
pub async fn connect(app: crate::state::AppState) {
    crate::state::connection::open(app).await;
}

/// A step of the wizard after the first one.
#[cfg_attr(feature = "split", lazy)]
pub async fn step(step: cpor_rules::Step) -> AnyView {
    pages::wizard::step_view::step_view(step)
}

/// All steps on one page.
#[cfg_attr(feature = "split", lazy)]
pub async fn single_page() -> AnyView {
    use pages::wizard::step_view::SinglePage;
    view! { <SinglePage /> }.into_any()
}
