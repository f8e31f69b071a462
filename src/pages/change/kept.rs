//! What of the claim stays as it is, to read, with the reason.

use crate::i18n::{T, names, t, ts};
use crate::pages::wizard::steps::review::rows_of;
use crate::routes::Purpose;
use crate::ui::summary_list::{SummaryList, SummaryRow};
use cpor_rules::{Draft, Field, Stage, Step, flow};
use leptos::prelude::*;

/// Where an error leads that nothing on this page can mend.
pub const KEPT_ID: &str = "kept";

/// The part.
#[component]
pub fn Kept(
    /// The claim as the server has it.
    draft: Draft,
    /// The steps that can be changed.
    open: Vec<Step>,
    purpose: Purpose,
) -> impl IntoView {
    let draft = StoredValue::new(draft);
    let steps: Vec<Step> = draft.with_value(|draft| {
        Stage::ALL
            .into_iter()
            .flat_map(|stage| flow::steps(draft, stage))
            .filter(|step| !matches!(step, Step::Review | Step::Proof | Step::Submit))
            // Of the details only the Partner ID is ever open.
            .filter(|step| *step == Step::Details || !open.contains(step))
            .collect()
    });
    let has_partner_id = open.contains(&Step::Details);
    let groups = steps
        .into_iter()
        .map(|step| {
            let rows = Signal::derive(move || {
                let rows = draft.with_value(|draft| rows_of(draft, step, None));
                if has_partner_id { without_partner_id(rows) } else { rows }
            });
            view! {
                <SummaryList heading=Signal::derive(move || t(names::step(step))) rows is_nested=true />
            }
        })
        .collect_view();
    view! {
        <section class="ca-section" aria-labelledby=KEPT_ID>
            <h2 id=KEPT_ID tabindex="-1">
                {ts(T::KeptHeading)}
            </h2>
            <p class="ca-hint">
                {ts(match purpose {
                    Purpose::Answer => T::KeptAnswer,
                    Purpose::Proof => T::KeptProof,
                    Purpose::Dispute => T::KeptDispute,
                })}
            </p>
            {groups}
        </section>
    }
    .into_any()
}

fn without_partner_id(rows: Vec<SummaryRow>) -> Vec<SummaryRow> {
    let label = t(names::field(Field::PartnerId));
    rows.into_iter().filter(|row| row.label != label).collect()
}
