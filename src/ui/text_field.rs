//! A text field with label, hint, error and a note.

use super::field::{FieldError, FieldIds, OptionalMark};
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
    let ids = FieldIds::new(&id);
    let described = {
        let ids = ids.clone();
        move || {
            ids.described_by(
                error.with(Option::is_some),
                hint.is_some(),
                note.with(Option::is_some),
            )
        }
    };
    view! {
        <div class="ca-field" data-invalid=move || error.with(Option::is_some).then_some("true")>
            <label class="ca-field__label" for=ids.control.clone()>
                {label} <OptionalMark is_optional />
            </label>
            {hint.map(|hint| view! { <p class="ca-hint" id=ids.hint.clone()>{hint}</p> })}
            <FieldError id=ids.error.clone() error />
            <input
                class="ca-input"
                id=ids.control
                type=kind
                inputmode=inputmode
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(());
                    }
                }
            />
            {move || note.get().map(|text| view! {
                <p class="ca-field__note" id=ids.note.clone()>{text}</p>
            })}
        </div>
    }
    .into_any()
}
