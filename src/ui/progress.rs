//! How far something has come, as a bar and in words.

use leptos::prelude::*;

/// The bar.
#[component]
pub fn Progress(
    /// What comes along.
    #[prop(into)]
    label: String,
    /// How far, in words.
    #[prop(into)]
    text: String,
    /// 0 to 100.
    percent: u32,
) -> impl IntoView {
    view! {
        <div class="ca-progress">
            <progress max="100" value=percent.to_string() aria-label=label></progress>
            <span class="ca-hint">{text}</span>
        </div>
    }
    .into_any()
}
