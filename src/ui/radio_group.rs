//! A choice of one from few, each with a description.

use super::field::{FieldError, FieldIds, OptionalMark, happened};
use super::part::memo;
use leptos::prelude::*;

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadioOption {
    /// What is chosen; letters, digits and hyphens.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// When to choose it; may be empty.
    pub hint: String,
    /// Short facts beneath; may be empty.
    pub facts: Vec<String>,
}

/// The group. Its id is that of the first choice, so that a link from the
/// error summary puts the focus on something that can be operated.
#[component]
pub fn RadioGroup(
    /// Id of the group and of its first choice.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    legend: Signal<String>,
    /// What helps to answer it.
    #[prop(into, optional_no_strip)]
    hint: Option<Signal<String>>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<RadioOption>>,
    /// The chosen value.
    #[prop(into)]
    value: Signal<String>,
    /// Each choice made.
    on_change: Callback<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// It need not be answered.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let ids = FieldIds::new(&id);
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), hint.is_some(), false)
    };
    // The choices are drawn anew only when they change in number or kind;
    // their texts follow the language by themselves.
    let values = memo(move || {
        options
            .with(|options| options.iter().map(|option| option.value.clone()).collect::<Vec<_>>())
    });
    let name = id.clone();
    view! {
        <fieldset
            class="ca-field ca-fieldset"
            data-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=described
        >
            <legend class="ca-field__label">{legend} <OptionalMark is_optional /></legend>
            {hint.map(|hint| view! { <p class="ca-hint" id=ids.hint.clone()>{hint}</p> })}
            <FieldError id=ids.error.clone() error />
            <div class="ca-radios">
                <For
                    each=move || values.get()
                    key=String::clone
                    let(own)
                >
                    {choice(values, name.clone(), own, options, value, on_change)}
                </For>
            </div>
        </fieldset>
    }
    .into_any()
}

fn choice(
    values: Memo<Vec<String>>,
    name: String,
    own: String,
    options: Signal<Vec<RadioOption>>,
    value: Signal<String>,
    on_change: Callback<String>,
) -> AnyView {
    let option = {
        let own = own.clone();
        memo(move || {
            options.with(|options| options.iter().find(|option| option.value == own).cloned())
        })
    };
    let text = move |read: fn(&RadioOption) -> String| {
        option.with(|option| option.as_ref().map(read).unwrap_or_default())
    };
    let facts = move || {
        option.with(|option| option.as_ref().map(|option| option.facts.clone()).unwrap_or_default())
    };
    let details = format!("{name}-{own}-details");
    // Another one may be the first when the choices change.
    let control = {
        let own = own.clone();
        let name = name.clone();
        memo(move || {
            let is_first = values.with(|values| values.first() == Some(&own));
            if is_first { name.clone() } else { format!("{name}-{own}") }
        })
    };
    let is_chosen = {
        let own = own.clone();
        move || value.with(|value| *value == own)
    };
    view! {
        <div class="ca-radio">
            <input
                type="radio"
                id=move || control.get()
                name=name
                value=own.clone()
                aria-describedby=details.clone()
                prop:checked=is_chosen
                on:change=move |_| happened(on_change, own.clone())
            />
            <div>
                <label for=move || control.get()>{move || text(|option| option.label.clone())}</label>
                <div id=details>
                    {move || {
                        let hint = text(|option| option.hint.clone());
                        (!hint.is_empty()).then(|| view! { <p class="ca-hint">{hint}</p> })
                    }}
                    {move || {
                        let facts = facts();
                        (!facts.is_empty())
                            .then(|| {
                                view! {
                                    <ul class="ca-facts">
                                        {facts
                                            .into_iter()
                                            .map(|fact| view! { <li>{fact}</li> })
                                            .collect_view()}
                                    </ul>
                                }
                            })
                    }}
                </div>
            </div>
        </div>
    }
    .into_any()
}
