//! Grey bars in place of what is being loaded.

use leptos::prelude::*;

/// The bars.
#[component]
pub fn Skeleton(
    /// What is being loaded, for people who do not see the bars.
    #[prop(into)]
    label: String,
    /// How many.
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="ca-skeleton" aria-busy="true">
            <span class="ca-visually-hidden">{label}</span>
            {(0..rows).map(|_| view! { <div class="ca-skeleton__row"></div> }).collect_view()}
        </div>
    }
    .into_any()
}
