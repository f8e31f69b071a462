//! The steps of a task, with the state of each in words and as a sign.

use super::icon::{Icon, IconView};
use leptos::prelude::*;

/// State of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Complete.
    Done,
    /// On screen.
    Current,
    /// Something is wrong in it.
    Problem,
    /// Not complete.
    Todo,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepItem {
    /// Its name.
    pub title: String,
    /// Its state.
    pub state: StepState,
    /// Its state in a word.
    pub state_word: String,
    /// Where it is, if it can be opened.
    pub href: Option<String>,
}

/// The list.
#[component]
pub fn StepList(
    /// Name of the list.
    #[prop(into)]
    label: Signal<String>,
    /// The steps.
    #[prop(into)]
    items: Signal<Vec<StepItem>>,
) -> impl IntoView {
    view! {
        <nav class="ca-steps" aria-label=label>
            <ol>
                {move || items.get().into_iter().map(step).collect_view()}
            </ol>
        </nav>
    }
    .into_any()
}

fn step(item: StepItem) -> AnyView {
    let (code, icon) = match item.state {
        StepState::Done => ("done", Icon::Tick),
        StepState::Current => ("current", Icon::Arrow),
        StepState::Problem => ("problem", Icon::Warning),
        StepState::Todo => ("todo", Icon::Dot),
    };
    let body = view! {
        <span class="ca-steps__title">{item.title}</span>
        <span class="ca-steps__state">{item.state_word}</span>
    };
    view! {
        <li class="ca-steps__item" data-state=code aria-current=(code == "current").then_some("step")>
            <IconView icon />
            {match item.href {
                Some(href) => view! { <a class="ca-steps__body" href=href>{body}</a> }.into_any(),
                None => view! { <span class="ca-steps__body">{body}</span> }.into_any(),
            }}
        </li>
    }
    .into_any()
}
