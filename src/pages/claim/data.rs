//! What is claimed, grouped by step. The files have a list of their own.

use crate::i18n::{names, t};
use crate::pages::wizard::steps::review::rows_of;
use crate::ui::summary_list::SummaryList;
use cpor_rules::{Draft, Stage, Step, flow};
use leptos::prelude::*;

/// All data of the claim but its proof; `relabel` changes the name of a row where
/// somebody else than the partner reads it.
pub fn data(draft: &Draft, relabel: fn(String) -> String) -> impl IntoView + use<> {
    let steps: Vec<Step> =
        Stage::ALL.into_iter().flat_map(|stage| flow::steps(draft, stage)).collect();
    let draft = StoredValue::new(draft.clone());
    steps
        .into_iter()
        .filter(|step| !matches!(step, Step::Review | Step::Proof))
        .map(|step| {
            let rows = Signal::derive(move || {
                let mut rows = draft.with_value(|draft| rows_of(draft, step, None));
                for row in &mut rows {
                    row.label = relabel(std::mem::take(&mut row.label));
                }
                rows
            });
            let heading = Signal::derive(move || t(names::step(step)));
            view! { <SummaryList heading rows is_nested=true /> }
        })
        .collect_view()
}
