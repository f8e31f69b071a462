//! A status: an icon and words in a tinted pill, never colour alone.

use super::icon::{Icon, IconView};
use leptos::prelude::*;

/// The pill.
#[component]
pub fn StatusPill(
    /// Code of the status; decides tint and icon.
    kind: &'static str,
    /// Its name.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let icon = match kind {
        "draft" => Icon::Pen,
        "submitted" => Icon::Arrow,
        "under-review" => Icon::Clock,
        "partner-action-required" => Icon::Warning,
        "approved" => Icon::Tick,
        "rejected" | "rejected-final" | "customer-consent-denied" => Icon::Cross,
        "dispute" => Icon::Return,
        _ => Icon::Device,
    };
    view! {
        <span class="ca-pill" data-status=kind>
            <IconView icon />
            <span>{text}</span>
        </span>
    }
    .into_any()
}
