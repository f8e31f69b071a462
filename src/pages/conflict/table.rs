//! The fields that both changed: before, yours, theirs, and the choice.

use crate::i18n::{T, t, tf, ts};
use crate::pages::part_text::{part_name, part_value};
use crate::state::conflict::{Chosen, Conflict, Part, Side};
use crate::ui::part::changing;
use leptos::prelude::*;

/// Id of the first choice of a part, to which a message leads.
pub fn radio_id(part: Part) -> String {
    format!("choice-{}-mine", name_of(part))
}

fn name_of(part: Part) -> String {
    part.field().to_string().replace('.', "-")
}

/// The table; on a phone each field is a card.
#[component]
pub fn Table(
    conflict: StoredValue<Conflict>,
    conflicts: StoredValue<Vec<Part>>,
    chosen: RwSignal<Chosen>,
    choose: Callback<(Part, Side)>,
    /// The field for which a choice was asked for and is missing.
    missing: RwSignal<Option<Part>>,
) -> impl IntoView {
    view! {
        <div class="ca-table-wrap">
            <table class="ca-table ca-table--cards ca-merge">
                <caption>{ts(T::ConflictTable)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{ts(T::ConflictField)}</th>
                        <th scope="col">{ts(T::ConflictBase)}</th>
                        <th scope="col">{ts(T::ConflictMine)}</th>
                        <th scope="col">{ts(T::ConflictTheirs)}</th>
                    </tr>
                </thead>
                <tbody>
                    {conflicts
                        .get_value()
                        .into_iter()
                        .map(|part| view! { <Row part conflict chosen choose missing /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(
    part: Part,
    conflict: StoredValue<Conflict>,
    chosen: RwSignal<Chosen>,
    choose: Callback<(Part, Side)>,
    missing: RwSignal<Option<Part>>,
) -> impl IntoView {
    let name = name_of(part);
    let (row_id, error_id) = (format!("row-{name}"), format!("row-{name}-error"));
    let base = move || {
        conflict.with_value(|conflict| match &conflict.base {
            Some(base) => part_value(part, base),
            None => t(T::ConflictBaseUnknown),
        })
    };
    let is_missing = move || missing.get() == Some(part);
    let described = {
        let error_id = error_id.clone();
        move || is_missing().then(|| error_id.clone())
    };
    let cell = |side: Side| {
        let (code, take, head) = match side {
            Side::Mine => ("mine", T::ConflictTakeMine, T::ConflictMine),
            Side::Theirs => ("theirs", T::ConflictTakeTheirs, T::ConflictTheirs),
        };
        let id = format!("choice-{name}-{code}");
        let value_id = format!("{id}-value");
        let labelled = format!("{row_id} {id}-label {value_id}");
        let value = move || {
            conflict.with_value(|conflict| match side {
                Side::Mine => {
                    part_value(part, conflict.mine.as_ref().unwrap_or(&conflict.theirs.draft))
                }
                Side::Theirs => part_value(part, &conflict.theirs.draft),
            })
        };
        let is_chosen = move || chosen.with(|chosen| chosen.get(&part) == Some(&side));
        view! {
            <td data-label=ts(head) data-chosen=move || is_chosen().then_some("true")>
                <p class="ca-merge__value" id=value_id>
                    {value}
                </p>
                <div class="ca-radio">
                    <input
                        type="radio"
                        id=id.clone()
                        name=format!("choice-{name}")
                        aria-labelledby=labelled
                        aria-describedby=described.clone()
                        prop:checked=is_chosen
                        on:change=move |_| choose.run((part, side))
                    />
                    <label for=id.clone() id=format!("{id}-label")>
                        {ts(take)}
                    </label>
                </div>
            </td>
        }
    };
    view! {
        <tr data-invalid=move || is_missing().then_some("true")>
            <th scope="row">
                <span id=row_id.clone()>{move || part_name(part)}</span>
                {changing({
                    let error_id = error_id.clone();
                    move || {
                        if is_missing() {
                            let text = tf(T::ConflictChoose, &[("part", &part_name(part))]);
                            view! {
                                <p class="ca-field__error" id=error_id.clone()>
                                    {text}
                                </p>
                            }
                                .into_any()
                        } else {
                            ().into_any()
                        }
                    }
                })}
            </th>
            <td data-label=ts(T::ConflictBase)>
                <p class="ca-merge__value">{base}</p>
            </td>
            {cell(Side::Mine)}
            {cell(Side::Theirs)}
        </tr>
    }
    .into_any()
}
