//! The grounds of a decision: boxes to tick, and for some of them which items.

use crate::i18n::{T, names, t, tf, ts};
use crate::state::review::{Gap, Notes};
use crate::ui::checkbox::Checkbox;
use crate::ui::field::{FieldError, FieldIds, id_part};
use crate::ui::part::when;
use cpor_rules::{Action, Ground, ReviewReason, catalog};
use leptos::prelude::*;

/// Id of the first box of a group, to which the error summary leads.
pub const FIRST_GROUND_ID: &str = "ground-0";

/// Id of the first item of a ground.
pub fn first_item_id(ground: Ground) -> String {
    format!("items-of-{ground:?}-0")
}

/// Boxes for the grounds that go with an action.
#[component]
pub fn Grounds(
    /// What is to be decided.
    action: Action,
    /// What is claimed.
    items: Memo<Vec<String>>,
    /// Where the grounds are kept.
    notes: RwSignal<Notes>,
    /// What is missing, once somebody tried to send.
    gaps: Memo<Vec<Gap>>,
) -> impl IntoView {
    let ids = FieldIds::new("grounds");
    let error = Signal::derive(move || {
        gaps.with(|gaps| gaps.contains(&Gap::Ground)).then(|| t(T::ReviewErrorGround))
    });
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), false, false)
    };
    let legend =
        if action == Action::RequestAction { T::ReviewGroundsMore } else { T::ReviewGroundsEnd };
    let boxes = Ground::of(action)
        .iter()
        .enumerate()
        .map(|(index, ground)| one(index, *ground, items, notes, gaps))
        .collect_view();
    view! {
        <fieldset
            class="ca-field ca-fieldset"
            data-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=described
        >
            <legend class="ca-field__label">{ts(legend)}</legend>
            <FieldError id=ids.error error />
            {boxes}
        </fieldset>
    }
    .into_any()
}

fn one(
    index: usize,
    ground: Ground,
    items: Memo<Vec<String>>,
    notes: RwSignal<Notes>,
    gaps: Memo<Vec<Gap>>,
) -> AnyView {
    let is_given =
        move || notes.with(|notes| notes.grounds.iter().any(|given| given.ground == ground));
    let on_change = Callback::new(move |is_ticked| {
        notes.update(|notes| {
            notes.grounds.retain(|given| given.ground != ground);
            if is_ticked {
                notes.grounds.push(ReviewReason::whole(ground));
                // With one item there is nothing to choose.
                if let (true, [only]) =
                    (ground.is_about_an_item(), items.get_untracked().as_slice())
                {
                    notes.grounds.push(ReviewReason { ground, item: Some(only.clone()) });
                }
            }
        });
    });
    view! {
        <Checkbox
            id=format!("ground-{index}")
            label=ts(names::ground(ground))
            hint=None
            checked=Signal::derive(is_given)
            on_change
        />
        {when(move || ground.is_about_an_item() && is_given(), move || {
            view! { <Items ground items notes gaps /> }.into_any()
        })}
    }
    .into_any()
}

#[component]
fn Items(
    ground: Ground,
    items: Memo<Vec<String>>,
    notes: RwSignal<Notes>,
    gaps: Memo<Vec<Gap>>,
) -> impl IntoView {
    let ids = FieldIds::new(&format!("items-of-{ground:?}"));
    let error = Signal::derive(move || {
        gaps.with(|gaps| gaps.contains(&Gap::Item(ground))).then(|| t(T::ReviewErrorItem))
    });
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), false, false)
    };
    let legend = move || tf(T::ReviewGroundItems, &[("ground", &t(names::ground(ground)))]);
    let control = ids.control.clone();
    view! {
        <fieldset
            class="ca-field ca-fieldset ca-review__items"
            data-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=described
        >
            <legend>{legend}</legend>
            <FieldError id=ids.error error />
            <For
                each=move || items.get().into_iter().enumerate()
                key=|(_, item)| item.clone()
                let((index, item))
            >
                {
                    let reason = ReviewReason { ground, item: Some(item.clone()) };
                    let own = reason.clone();
                    let checked = Signal::derive(move || {
                        notes.with(|notes| notes.grounds.contains(&own))
                    });
                    let on_change = Callback::new(move |is_ticked| {
                        notes.update(|notes| {
                            notes.grounds.retain(|given| *given != reason);
                            if is_ticked {
                                notes.grounds.push(reason.clone());
                            }
                        });
                    });
                    let id = if index == 0 {
                        first_item_id(ground)
                    } else {
                        format!("{control}-{}", id_part(&item))
                    };
                    let label = catalog::display_name(&item).to_owned();
                    view! {
                        <Checkbox
                            id
                            label=Signal::derive(move || label.clone())
                            hint=None
                            checked
                            on_change
                        />
                    }
                }
            </For>
        </fieldset>
    }
    .into_any()
}
