//! What a proof must show, to be ticked while one reads it.

use crate::i18n::{T, tf, ts};
use crate::state::review::Notes;
use crate::ui::checkbox::Checkbox;
use crate::ui::field::id_part;
use cpor_rules::Draft;
use leptos::prelude::*;

/// One point.
#[derive(Clone, Debug, PartialEq)]
struct Point {
    code: String,
    text: T,
    /// The item it is about, and whether the partner says that the proof names it.
    item: Option<(String, bool)>,
}

fn points(draft: &Draft) -> Vec<Point> {
    let point = |code: &str, text| Point { code: code.to_owned(), text, item: None };
    let mut points = vec![
        point("acknowledgement", T::ReviewPointAcknowledgement),
        point("dates", T::ReviewPointDates),
        point("service", T::ReviewPointService),
        point("names", T::ReviewPointNames),
    ];
    points.extend(draft.claimed_items().into_iter().map(|item| Point {
        code: format!("item:{item}"),
        text: T::ReviewPointItem,
        item: Some((
            draft.edition.get().item_name(item).to_owned(),
            draft.poe_names_items.iter().any(|named| named == item),
        )),
    }));
    points
}

/// "3 of 6 ticked".
pub fn ticked_text(draft: &Draft, notes: &Notes) -> String {
    let points = points(draft);
    let ticked = points.iter().filter(|point| notes.ticked.contains(&point.code)).count();
    let values = [("n", ticked.to_string()), ("total", points.len().to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    tf(T::ReviewChecklistCount, &values)
}

/// The checklist.
#[component]
pub fn Checklist(
    /// What is claimed.
    draft: Memo<Option<Draft>>,
    /// Where the ticks are kept.
    notes: RwSignal<Notes>,
) -> impl IntoView {
    let points =
        Memo::new(move |_| draft.with(|draft| draft.as_ref().map(points).unwrap_or_default()));
    let count = move || {
        draft
            .with(|draft| draft.as_ref().map(|draft| notes.with(|notes| ticked_text(draft, notes))))
    };
    view! {
        <fieldset class="ca-fieldset ca-panel ca-review__checklist">
            <legend>{ts(T::ReviewChecklist)}</legend>
            <p class="ca-hint">{count} ". " {ts(T::ReviewChecklistHint)}</p>
            <For each=move || points.get() key=|point| point.code.clone() let(point)>
                {tick(point, notes)}
            </For>
        </fieldset>
    }
    .into_any()
}

fn tick(point: Point, notes: RwSignal<Notes>) -> AnyView {
    let Point { code, text, item } = point;
    let id = format!("point-{}", id_part(&code));
    let checked = {
        let code = code.clone();
        Signal::derive(move || notes.with(|notes| notes.ticked.contains(&code)))
    };
    let on_change = Callback::new(move |is_ticked| {
        notes.update(|notes| {
            notes.ticked.retain(|known| *known != code);
            if is_ticked {
                notes.ticked.push(code.clone());
            }
        });
    });
    match item {
        Some((name, is_named)) => {
            let label = Signal::derive(move || tf(text, &[("item", &name)]));
            let hint = if is_named { T::ReviewPointItemSaid } else { T::ReviewPointItemUnsaid };
            view! { <Checkbox id label hint=Some(ts(hint)) checked on_change /> }.into_any()
        }
        None => view! { <Checkbox id label=ts(text) hint=None checked on_change /> }.into_any(),
    }
}
