//! A native choice of one from a list, with groups.

use super::field::{FieldFrame, happened, left};
use leptos::prelude::*;

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What is chosen.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Heading above it; empty for none. Choices of a group stand together.
    pub group: String,
}

/// The field.
#[component]
pub fn Select(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<SelectOption>>,
    /// The chosen value.
    #[prop(into)]
    value: Signal<String>,
    /// Each choice made.
    on_change: Callback<String>,
    /// When the field is left.
    #[prop(optional)]
    on_blur: Option<Callback<()>>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let frame = FieldFrame::new(&id, label, error);
    let (invalid, described) = (frame.invalid(), frame.described_by());
    let control = view! {
        <select
            class="ca-input ca-select"
            id=id
            aria-invalid=invalid
            aria-describedby=described
            on:change=move |event| happened(on_change, event_target_value(&event))
            on:blur=move |_| left(on_blur)
        >
            {move || options.with(|options| grouped(options, value))}
        </select>
    };
    frame.around(control.into_any())
}

fn grouped(options: &[SelectOption], value: Signal<String>) -> Vec<AnyView> {
    options
        .chunk_by(|a, b| a.group == b.group)
        .map(|group| {
            let choices = group
                .iter()
                .map(|option| {
                    let own = option.value.clone();
                    view! {
                        <option
                            value=option.value.clone()
                            prop:selected=move || value.with(|value| *value == own)
                        >
                            {option.label.clone()}
                        </option>
                    }
                })
                .collect_view();
            match group.first() {
                Some(first) if !first.group.is_empty() => {
                    view! { <optgroup label=first.group.clone()>{choices}</optgroup> }.into_any()
                }
                _ => choices.into_any(),
            }
        })
        .collect()
}
