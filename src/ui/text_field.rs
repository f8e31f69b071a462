//! A text field with label, hint, error and a note.

use super::field::{FieldFrame, happened, left};
use leptos::prelude::*;

/// The field.
#[component]
pub fn TextField(
    /// Id of the control; ids of the other parts follow from it.
    #[prop(into)]
    id: String,
    /// The label, visible at all times.
    #[prop(into)]
    label: Signal<String>,
    /// What helps to fill it.
    #[prop(into, optional_no_strip)]
    hint: Option<Signal<String>>,
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
    /// What else there is to say, such as the form in which it is kept.
    #[prop(into, optional)]
    note: Signal<Option<String>>,
    /// `text`, `email`, `password`, `date`.
    #[prop(default = "text")]
    kind: &'static str,
    /// For the keyboard of a phone.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The field may stay empty.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let frame = FieldFrame { is_optional, hint, note, ..FieldFrame::new(&id, label, error) };
    let (invalid, described) = (frame.invalid(), frame.described_by());
    let control = view! {
        <input
            class="ca-input"
            id=id
            type=kind
            inputmode=inputmode
            autocomplete=autocomplete
            autocapitalize="off"
            spellcheck="false"
            aria-invalid=invalid
            aria-describedby=described
            prop:value=value
            on:input=move |event| happened(on_input, event_target_value(&event))
            on:blur=move |_| left(on_blur)
        />
    };
    frame.around(control.into_any())
}
