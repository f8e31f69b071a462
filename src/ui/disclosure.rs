//! Something folded away until it is asked for: the browser's own element.

use leptos::prelude::*;

/// The disclosure.
#[component]
pub fn Disclosure(
    /// What is always visible.
    #[prop(into)]
    summary: Signal<String>,
    /// Called when it is unfolded or folded.
    #[prop(optional)]
    on_toggle: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="ca-disclosure" on:toggle=move |_| {
            if let Some(on_toggle) = on_toggle {
                on_toggle.run(());
            }
        }>
            <summary>{summary}</summary>
            <div class="ca-disclosure__body">{children()}</div>
        </details>
    }
    .into_any()
}
