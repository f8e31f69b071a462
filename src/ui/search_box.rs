//! A search with its label and hint.

use super::text_field::TextField;
use leptos::prelude::*;

/// The search.
#[component]
pub fn SearchBox(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What is searched.
    #[prop(into)]
    hint: Signal<String>,
    /// The text.
    #[prop(into)]
    value: Signal<String>,
    /// Each change.
    on_input: Callback<String>,
) -> impl IntoView {
    view! {
        <div class="ca-search">
            <TextField id label note=Signal::derive(move || Some(hint.get())) value on_input kind="search" inputmode="search" />
        </div>
    }
    .into_any()
}
