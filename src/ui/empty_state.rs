//! What a list says when it holds nothing, and what to do about it.

use leptos::prelude::*;

/// The message.
#[component]
pub fn EmptyState(
    /// What there is not.
    #[prop(into)]
    title: Signal<String>,
    /// Why, and what to do.
    #[prop(into)]
    text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="ca-empty">
            <svg class="ca-empty__picture" viewBox="0 0 96 72" aria-hidden="true" focusable="false">
                <path d="M18 8h42l18 18v38H18z" />
                <path d="M60 8v18h18M30 36h36M30 46h36M30 56h20" />
            </svg>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
