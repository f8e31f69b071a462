//! A text of several lines.

use super::field::{FieldError, FieldIds, OptionalMark};
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
    let ids = FieldIds::new(&id);
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), false, false)
    };
    view! {
        <div class="ca-field" data-invalid=move || error.with(Option::is_some).then_some("true")>
            <label class="ca-field__label" for=ids.control.clone()>
                {label} <OptionalMark is_optional />
            </label>
            <FieldError id=ids.error.clone() error />
            <textarea
                class="ca-input ca-input--area"
                id=ids.control
                rows="4"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(());
                    }
                }
            ></textarea>
        </div>
    }
    .into_any()
}
