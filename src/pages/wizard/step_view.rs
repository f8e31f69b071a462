//! Which component shows which step.

use super::step_name;
use super::steps::{
    contacts::ContactsStep, details::DetailsStep, products::ProductsStep, proof::ProofStep,
    revenue::RevenueStep, review::ReviewStep, role::RoleStep, submit::SubmitStep,
    workloads::WorkloadsStep,
};
use crate::lazy;
use crate::routes::Screen;
use crate::state::use_app;
use cpor_rules::{Stage, Step, flow};
use leptos::prelude::*;

/// The screen: the first step is there at once, the others come with it in a
/// module of their own (see [`crate::lazy`]).
pub fn screen_view(screen: Screen) -> AnyView {
    match screen {
        Screen::Step(Step::Role) => view! { <RoleStep /> }.into_any(),
        later => lazy::shown(move || lazy::screen(later)),
    }
}

/// What comes after the first step.
pub fn later_view(screen: Screen) -> AnyView {
    match screen {
        Screen::Step(step) => step_view(step),
        Screen::SinglePage => view! { <SinglePage /> }.into_any(),
    }
}

/// The fields of one step.
fn step_view(step: Step) -> AnyView {
    match step {
        Step::Role => view! { <RoleStep /> }.into_any(),
        Step::Details => view! { <DetailsStep /> }.into_any(),
        Step::Workloads => view! { <WorkloadsStep /> }.into_any(),
        Step::Products => view! { <ProductsStep /> }.into_any(),
        Step::Revenue => view! { <RevenueStep /> }.into_any(),
        Step::Contacts => view! { <ContactsStep /> }.into_any(),
        Step::Review => view! { <ReviewStep /> }.into_any(),
        Step::Proof => view! { <ProofStep /> }.into_any(),
        Step::Submit => view! { <SubmitStep /> }.into_any(),
    }
}

/// All steps up to *Add customer* on one page: the same fields, the same rules.
#[component]
fn SinglePage() -> impl IntoView {
    let app = use_app();
    let steps = Memo::new(move |_| {
        app.draft.with(|draft| {
            flow::steps(draft, Stage::AddCustomer)
                .filter(|step| *step != Step::Review)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || steps.get() key=|step| *step let(step)>
            <section class="ca-section" aria-labelledby=format!("step-{}", step.code())>
                <h2 id=format!("step-{}", step.code())>{move || step_name(step)}</h2>
                {step_view(step)}
            </section>
        </For>
    }
    .into_any()
}
