//! The parts of the form: the steps of the wizard, as far as they are open.

use crate::i18n::{T, t, tf, ts};
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::DraftArea;
use crate::pages::wizard::step_name;
use crate::pages::wizard::steps::{
    contacts::ContactsStep, details::PartnerIdOnly, products::ProductsStep, proof::Files,
    proof::ProofStep, submit::SubmitStep, workloads::WorkloadsStep,
};
use crate::routes::Purpose;
use crate::state::use_app;
use crate::ui::error_summary::go_to_field;
use crate::ui::text_area::TextArea;
use cpor_rules::life_cycle::Editable;
use cpor_rules::{Draft, Field, Ground, Stage, Status, Step, flow};
use leptos::prelude::*;

/// The steps that are open, in the order of the wizard.
pub fn open_steps(draft: &Draft, editable: Editable, purpose: Purpose) -> Vec<Step> {
    if purpose == Purpose::Dispute {
        return vec![Step::Submit, Step::Proof];
    }
    Stage::ALL
        .into_iter()
        .flat_map(|stage| flow::steps(draft, stage))
        .filter(|step| step.row().owns.iter().any(|field| editable.allows(*field)))
        .collect()
}

/// One part.
#[component]
pub fn Section(
    /// The step.
    step: Step,
    purpose: Purpose,
    /// The status of the claim.
    status: Status,
    /// So many files stay as they are.
    kept: usize,
    /// What is wrong beyond what the rules say.
    own_error: Signal<Option<String>>,
) -> impl IntoView {
    let id = format!("part-{}", step.code());
    let name = Signal::derive(move || match (purpose, step) {
        (Purpose::Dispute, Step::Submit) => t(T::DisputeJustificationHeading),
        (Purpose::Dispute, Step::Proof) => t(T::DisputeProofHeading),
        (_, Step::Details) => t(T::PartnerIdLabel),
        (_, Step::Submit) if status != Status::PartnerActionRequired => t(T::CommentLabel),
        (_, step) => step_name(step),
    });
    let fields = match (purpose, step) {
        (Purpose::Dispute, Step::Submit) => view! { <Justification own_error /> }.into_any(),
        (Purpose::Dispute, _) => view! {
            <p class="ca-hint">{ts(T::DisputeProofHint)}</p>
            <Files kept />
        }
        .into_any(),
        (_, Step::Details) => view! { <PartnerIdOnly /> }.into_any(),
        (_, Step::Workloads) => view! {
            <p class="ca-hint">{ts(T::ItemsMayGo)}</p>
            <WorkloadsStep />
        }
        .into_any(),
        (_, Step::Products) => view! {
            <p class="ca-hint">{ts(T::ItemsMayGo)}</p>
            <ProductsStep />
        }
        .into_any(),
        (_, Step::Contacts) => view! { <ContactsStep /> }.into_any(),
        (_, Step::Proof) => view! {
            {(kept > 0).then(|| view! { <p class="ca-hint">{ts(T::ProofOnlyAdded)}</p> })}
            {move || own_error.get().map(|text| view! { <p class="ca-field__error">{text}</p> })}
            <ProofStep kept />
        }
        .into_any(),
        (_, Step::Submit) if status == Status::PartnerActionRequired => {
            view! { <SubmitStep /> }.into_any()
        }
        (_, Step::Submit) => {
            view! { <DraftArea field=Field::Comment label=T::OverallComment is_optional=true /> }
                .into_any()
        }
        // Never open once a claim was handed in.
        (_, Step::Role | Step::Revenue | Step::Review) => ().into_any(),
    };
    let labelled_by = id.clone();
    view! {
        <section class="ca-section" aria-labelledby=labelled_by>
            <h2 id=id>{name}</h2>
            {fields}
        </section>
    }
    .into_any()
}

/// The comment of a draft that was opened for a dispute is its justification.
#[component]
fn Justification(own_error: Signal<Option<String>>) -> impl IntoView {
    let app = use_app();
    view! {
        <p class="ca-hint">{ts(T::DisputeJustificationHint)}</p>
        <TextArea
            id=field_id(Field::Comment)
            label=ts(T::DisputeJustification)
            value=Signal::derive(move || app.draft.text(Field::Comment))
            on_input=Callback::new(move |text| app.draft.set_text(Field::Comment, text))
            error=own_error
        />
    }
    .into_any()
}

/// Links from a ground to the fields in which it can be met.
pub fn leads(ground: Ground, draft: &Draft, editable: Editable, steps: &[Step]) -> AnyView {
    let links: Vec<AnyView> = ground
        .fields()
        .iter()
        .copied()
        .filter(|field| editable.allows(*field) && steps.contains(&Step::of(*field)))
        // A date belongs to a file.
        .filter(|field| {
            !matches!(field, Field::PoeAcknowledgedOn(_)) || !draft.poe_files.is_empty()
        })
        .map(|field| {
            let id = field_id(field);
            let target = id.clone();
            view! {
                <a
                    class="ca-link"
                    href=format!("#{id}")
                    on:click=move |event| {
                        event.prevent_default();
                        event.stop_propagation();
                        go_to_field(&target);
                    }
                >
                    {move || tf(T::GroundLead, &[("field", &lead_name(field))])}
                </a>
            }
            .into_any()
        })
        .collect();
    if links.is_empty() {
        return ().into_any();
    }
    view! { <span class="ca-grounds__leads">{links}</span> }.into_any()
}

fn lead_name(field: Field) -> String {
    t(match field {
        Field::PoeFiles => T::ProofFilesHeading,
        Field::PoeNamesItems => T::ProofNamesHeading,
        Field::PoeAcknowledgedOn(_) => T::ProofAcknowledgedShort,
        other => crate::i18n::names::field(other),
    })
}
