//! The list of steps: where one is, what is done, what has problems.

use super::{WizardContext, path_of, step_name};
use crate::i18n::{T, t, ts};
use crate::routes::Screen;
use crate::state::draft::DraftPhase;
use crate::state::use_app;
use crate::ui::part::{memo, when};
use crate::ui::step_list::{StepItem, StepList, StepState};
use cpor_rules::{Stage, Step, flow};
use leptos::prelude::*;

/// The list, with a link to each step that can be opened.
#[component]
pub fn Progress() -> impl IntoView {
    let app = use_app();
    let wizard = expect_context::<WizardContext>();
    let items = Signal::derive(move || {
        let is_created = app.draft.stored.with(|stored| {
            stored.as_ref().is_some_and(|stored| stored.phase != DraftPhase::Writing)
        });
        let present = wizard.screen.get();
        let steps: Vec<Step> = app.draft.with(|draft| {
            Stage::ALL.into_iter().flat_map(|stage| flow::steps(draft, stage)).collect()
        });
        let reached = match present {
            Screen::Step(step) => step,
            Screen::SinglePage => Step::Review,
        };
        steps
            .into_iter()
            .map(|step| {
                let is_current = present == Screen::Step(step);
                let (state, word) = if is_current {
                    (StepState::Current, T::StepCurrent)
                } else if app.draft.is_pressed(step) && !app.draft.blocking(step).is_empty() {
                    (StepState::Problem, T::StepProblems)
                } else if is_done(app, step, is_created) {
                    (StepState::Done, T::StepDone)
                } else {
                    (StepState::Todo, T::StepTodo)
                };
                // The proof belongs to a claim that exists, so its steps open
                // once the claim is created.
                let can_open = match step.row().stage {
                    Stage::AddCustomer => {
                        step <= reached || is_created || app.draft.blocking(step).is_empty()
                    }
                    Stage::Submit => is_created,
                };
                StepItem {
                    title: step_name(step),
                    state,
                    state_word: t(word),
                    href: (can_open && !is_current).then(|| path_of(wizard, Screen::Step(step))),
                }
            })
            .collect::<Vec<_>>()
    });
    let other_screen = move || match wizard.screen.get() {
        Screen::Step(_) => (Screen::SinglePage, T::UseSinglePage),
        Screen::SinglePage => (Screen::Step(Step::Role), T::UseSteps),
    };
    let is_writing = memo(move || {
        app.draft.stored.with(|stored| {
            stored.as_ref().is_some_and(|stored| stored.phase == DraftPhase::Writing)
        })
    });
    view! {
        <div class="ca-wizard__steps">
            <StepList label=ts(T::WizardSteps) items />
            {when(move || is_writing.get(), move || view! { <p>
                    <a class="ca-link" href=move || path_of(wizard, other_screen().0)>
                        {move || t(other_screen().1)}
                    </a>
                </p> }.into_any())}
        </div>
    }
    .into_any()
}

fn is_done(app: crate::state::AppState, step: Step, is_created: bool) -> bool {
    match step {
        Step::Review => is_created,
        Step::Submit => false,
        _ => app.draft.blocking(step).is_empty(),
    }
}
