//! A text of several lines.

use super::field::{FieldFrame, happened, left};
use leptos::prelude::*;

/// The field.
#[component]
pub fn TextArea(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    #[prop(into)]
    value: Signal<String>,
    /// Each change.
    on_input: Callback<String>,
    /// When the field is left.
    #[prop(optional)]
    on_blur: Option<Callback<()>>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// The field may stay empty.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let frame = FieldFrame { is_optional, ..FieldFrame::new(&id, label, error) };
    let (invalid, described) = (frame.invalid(), frame.described_by());
    let control = view! {
        <textarea
            class="ca-input ca-input--area"
            id=id
            rows="4"
            aria-invalid=invalid
            aria-describedby=described
            prop:value=value
            on:input=move |event| happened(on_input, event_target_value(&event))
            on:blur=move |_| left(on_blur)
        ></textarea>
    };
    frame.around(control.into_any())
}
