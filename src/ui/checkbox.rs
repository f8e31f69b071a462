//! A box to tick.

use super::field::{FieldError, FieldIds, happened};
use leptos::prelude::*;

/// The field.
#[component]
pub fn Checkbox(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What follows from ticking it.
    #[prop(into, optional_no_strip)]
    hint: Option<Signal<String>>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Each change.
    on_change: Callback<bool>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let ids = FieldIds::new(&id);
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), hint.is_some(), false)
    };
    view! {
        <div class="ca-field" data-invalid=move || error.with(Option::is_some).then_some("true")>
            <FieldError id=ids.error.clone() error />
            <div class="ca-check">
                <input
                    type="checkbox"
                    id=ids.control.clone()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described
                    prop:checked=checked
                    on:change=move |event| happened(on_change, event_target_checked(&event))
                />
                <div>
                    <label for=ids.control>{label}</label>
                    {hint.map(|hint| view! { <p class="ca-hint" id=ids.hint.clone()>{hint}</p> })}
                </div>
            </div>
        </div>
    }
    .into_any()
}
