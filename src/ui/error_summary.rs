//! The list of problems at the head of a form, each a link to its field.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLink {
    /// Id of the control to repair.
    pub target_id: String,
    /// The same text as beside the control.
    pub text: String,
}

/// The summary. It takes the focus when `focus_when` grows, not while one types.
#[component]
pub fn ErrorSummary(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// The problems, in the order of the fields.
    #[prop(into)]
    errors: Signal<Vec<ErrorLink>>,
    /// Raised each time the summary is to take the focus.
    #[prop(into)]
    focus_when: Signal<u32>,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<u32>| {
        let now = focus_when.get();
        if before.is_some_and(|before| before != now) {
            // The list may just be on its way into the page.
            request_animation_frame(move || {
                if let Some(element) = summary.get_untracked() {
                    // A detached element cannot take the focus; nothing to do then.
                    let _ = element.focus();
                    element.scroll_into_view();
                }
            });
        }
        now
    });
    view! {
        <Show when=move || !errors.with(Vec::is_empty)>
            <div
                class="ca-errors"
                node_ref=summary
                tabindex="-1"
                role="group"
                aria-labelledby="error-summary-title"
            >
                <h2 id="error-summary-title">{title}</h2>
                <ul>
                    {move || {
                        errors
                            .get()
                            .into_iter()
                            .map(|error| {
                                let target = error.target_id.clone();
                                view! {
                                    <li>
                                        <a
                                            href=format!("#{}", error.target_id)
                                            on:click=move |event| {
                                                event.prevent_default();
                                                event.stop_propagation();
                                                go_to_field(&target);
                                            }
                                        >
                                            {error.text}
                                        </a>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </div>
        </Show>
    }
    .into_any()
}

/// Puts the focus into a field and its label into view.
pub fn go_to_field(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    if let Ok(label) = document().query_selector(&format!("label[for=\"{id}\"]"))
        && let Some(label) = label
    {
        label.scroll_into_view();
    }
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // Fails only for an element that left the page meanwhile.
        let _ = element.focus();
    }
}
