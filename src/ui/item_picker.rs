//! A choice of several from many: search, select all, count, groups, and a
//! name of one's own for what is missing. Nothing has to be dragged.

use super::field::{FieldError, FieldIds, happened, id_part};
use leptos::prelude::*;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickerItem {
    /// What is chosen.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Heading above it.
    pub group: String,
    /// Other words by which it is found.
    pub search: String,
    /// Something to know before choosing it.
    pub note: Option<String>,
    /// Why it cannot be chosen.
    pub disabled_because: Option<String>,
    /// Where there is more about that: an address and its name.
    pub link: Option<(String, String)>,
}

/// The words of a picker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickerTexts {
    /// The question.
    pub legend: String,
    /// What helps to answer it.
    pub hint: String,
    /// Label of the search.
    pub search: String,
    /// Selects everything that the search left.
    pub select_all: String,
    /// How many are selected.
    pub count: String,
    /// Nothing is left by the search.
    pub no_match: String,
    /// Label of the name of one's own.
    pub other: String,
    /// Adds that name.
    pub add: String,
}

/// The picker.
#[component]
pub fn ItemPicker(
    /// Id of the first control.
    #[prop(into)]
    id: String,
    /// Its words.
    #[prop(into)]
    texts: Signal<PickerTexts>,
    /// The items, those of a group together.
    #[prop(into)]
    items: Signal<Vec<PickerItem>>,
    /// The chosen values.
    #[prop(into)]
    selected: Signal<Vec<String>>,
    /// Each change, with all chosen values.
    on_change: Callback<Vec<String>>,
    /// A name of one's own.
    on_other: Callback<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let ids = FieldIds::new(&id);
    let query = RwSignal::new(String::new());
    let other = RwSignal::new(String::new());
    let word = move |read: fn(&PickerTexts) -> &String| texts.with(|texts| read(texts).clone());
    let shown = Memo::new(move |_| {
        let words: Vec<String> =
            query.with(|query| query.split_whitespace().map(str::to_lowercase).collect());
        items.with(|items| {
            items
                .iter()
                .filter(|item| {
                    let text =
                        format!("{} {} {}", item.label, item.search, item.group).to_lowercase();
                    words.iter().all(|word| text.contains(word.as_str()))
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let toggle = Callback::new(move |(value, is_on): (String, bool)| {
        let mut chosen = selected.get_untracked();
        chosen.retain(|other| *other != value);
        if is_on {
            chosen.push(value);
        }
        on_change.run(chosen);
    });
    let select_all = move || {
        let mut chosen = selected.get_untracked();
        shown.with_untracked(|shown| {
            for item in shown.iter().filter(|item| item.disabled_because.is_none()) {
                if !chosen.contains(&item.value) {
                    chosen.push(item.value.clone());
                }
            }
        });
        on_change.run(chosen);
    };
    let add = move || {
        let name = other.get_untracked().trim().to_owned();
        if !name.is_empty() {
            on_other.run(name);
            other.set(String::new());
            query.set(String::new());
        }
    };
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), true, false)
    };
    let other_id = format!("{id}-other");
    let prefix = id.clone();
    view! {
        <fieldset
            class="ca-field ca-fieldset ca-picker"
            data-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=described
        >
            <legend class="ca-field__label">{move || word(|t| &t.legend)}</legend>
            <p class="ca-hint" id=ids.hint.clone()>
                {move || word(|t| &t.hint)}
            </p>
            <FieldError id=ids.error.clone() error />
            <div class="ca-picker__bar">
                <div class="ca-picker__search">
                    <label class="ca-field__label" for=ids.control.clone()>
                        {move || word(|t| &t.search)}
                    </label>
                    <input
                        class="ca-input"
                        type="search"
                        id=ids.control
                        autocomplete="off"
                        prop:value=query
                        on:input=move |event| query.set(event_target_value(&event))
                    />
                </div>
                <button
                    type="button"
                    class="ca-button"
                    data-kind="subtle"
                    on:click=move |_| select_all()
                >
                    {move || word(|t| &t.select_all)}
                </button>
                <p class="ca-picker__count" role="status">
                    {move || word(|t| &t.count)}
                </p>
            </div>
            <div class="ca-picker__items">
                {move || {
                    let groups = shown.get();
                    if groups.is_empty() {
                        view! { <p class="ca-hint">{word(|t| &t.no_match)}</p> }.into_any()
                    } else {
                        groups
                            .chunk_by(|a, b| a.group == b.group)
                            .map(|group| group_view(&prefix, group, selected, toggle))
                            .collect_view()
                            .into_any()
                    }
                }}
            </div>
            <div class="ca-picker__other">
                <label class="ca-field__label" for=other_id.clone()>
                    {move || word(|t| &t.other)}
                </label>
                <input
                    class="ca-input"
                    id=other_id
                    autocomplete="off"
                    prop:value=other
                    on:input=move |event| other.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                            add();
                        }
                    }
                />
                <button
                    type="button"
                    class="ca-button"
                    data-kind="secondary"
                    on:click=move |_| add()
                >
                    {move || word(|t| &t.add)}
                </button>
            </div>
        </fieldset>
    }
    .into_any()
}

fn group_view(
    prefix: &str,
    group: &[PickerItem],
    selected: Signal<Vec<String>>,
    toggle: Callback<(String, bool)>,
) -> AnyView {
    let name = group.first().map(|item| item.group.clone()).unwrap_or_default();
    let label = name.clone();
    let rows = group.iter().cloned().map(|item| row(prefix, item, selected, toggle)).collect_view();
    view! {
        <div role="group" aria-label=label class="ca-picker__group">
            <p class="ca-picker__heading" aria-hidden="true">
                {name}
            </p>
            {rows}
        </div>
    }
    .into_any()
}

fn row(
    prefix: &str,
    item: PickerItem,
    selected: Signal<Vec<String>>,
    toggle: Callback<(String, bool)>,
) -> AnyView {
    let control = format!("{prefix}-{}", id_part(&item.value));
    let note_id = format!("{control}-note");
    let note = item.disabled_because.clone().or(item.note.clone());
    let is_disabled = item.disabled_because.is_some();
    let (own, change, value) = (item.value.clone(), item.value.clone(), item.value);
    view! {
        <div class="ca-check">
            <input
                type="checkbox"
                id=control.clone()
                // What cannot be chosen can still be given up.
                disabled=move || {
                    is_disabled && selected.with(|selected| !selected.contains(&value))
                }
                aria-describedby=note.is_some().then(|| note_id.clone())
                prop:checked=move || selected.with(|selected| selected.contains(&own))
                on:change=move |event| happened(toggle, (change.clone(), event_target_checked(&event)))
            />
            <div>
                <label for=control>{item.label}</label>
                {note.map(|text| {
                    let link = item.link.map(|(href, name)| {
                        view! { " " <a class="ca-link" href=href>{name}</a> }
                    });
                    view! { <p class="ca-hint" id=note_id>{text} {link}</p> }
                })}
            </div>
        </div>
    }
    .into_any()
}
