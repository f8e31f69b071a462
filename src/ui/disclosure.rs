//! Something folded away until it is asked for: the browser's own element.

use leptos::prelude::*;

/// The disclosure.
#[component]
pub fn Disclosure(
    /// What is always visible.
    #[prop(into)]
    summary: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="ca-disclosure">
            <summary>{summary}</summary>
            <div class="ca-disclosure__body">{children()}</div>
        </details>
    }
    .into_any()
}
