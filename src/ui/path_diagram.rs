//! A way in stages: what is done, where one is, what may come.

use super::icon::{Icon, IconView};
use leptos::prelude::*;

/// State of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathState {
    /// Behind.
    Done,
    /// Here.
    Current,
    /// Comes next as a rule.
    Next,
    /// May come later.
    Untaken,
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathNode {
    /// Its name.
    pub label: String,
    /// Its state.
    pub state: PathState,
    /// Its state in a word.
    pub state_word: String,
}

/// The diagram: a list in its order, drawn as a path.
#[component]
pub fn PathDiagram(
    /// Name of the diagram.
    #[prop(into)]
    label: Signal<String>,
    /// The stages.
    #[prop(into)]
    nodes: Signal<Vec<PathNode>>,
) -> impl IntoView {
    view! {
        <ol class="ca-path" aria-label=label>
            {move || {
                nodes
                    .get()
                    .into_iter()
                    .map(|node| {
                        let (code, icon) = match node.state {
                            PathState::Done => ("done", Icon::Tick),
                            PathState::Current => ("current", Icon::Dot),
                            PathState::Next => ("next", Icon::Arrow),
                            PathState::Untaken => ("untaken", Icon::Dot),
                        };
                        view! {
                            <li
                                data-state=code
                                aria-current=(code == "current").then_some("step")
                            >
                                <span class="ca-path__node">
                                    <IconView icon />
                                </span>
                                <span class="ca-path__label">{node.label}</span>
                                <span class="ca-path__state">{node.state_word}</span>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ol>
    }
    .into_any()
}
