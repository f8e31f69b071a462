//! Choosing files: the browser's own control, and a place to drop them.

use super::field::{FieldError, FieldIds};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// The control.
#[component]
pub fn FileDrop(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What the place to drop says.
    #[prop(into)]
    drop_text: Signal<String>,
    /// Kinds and sizes, before anything is chosen.
    #[prop(into)]
    hint: Signal<String>,
    /// Endings that the control offers.
    accept: String,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// The chosen or dropped files.
    on_files: Callback<Vec<web_sys::File>>,
) -> impl IntoView {
    let ids = FieldIds::new(&id);
    let is_over = RwSignal::new(false);
    let described = {
        let ids = ids.clone();
        move || ids.described_by(error.with(Option::is_some), true, false)
    };
    view! {
        <div
            class="ca-field ca-drop"
            data-over=move || is_over.get().then_some("true")
            data-invalid=move || error.with(Option::is_some).then_some("true")
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                is_over.set(false);
                if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                    on_files.run(listed(&files));
                }
            }
        >
            <p class="ca-drop__text" aria-hidden="true">
                {drop_text}
            </p>
            <label class="ca-field__label" for=ids.control.clone()>
                {label}
            </label>
            <p class="ca-hint" id=ids.hint.clone()>
                {hint}
            </p>
            <FieldError id=ids.error.clone() error />
            <input
                type="file"
                multiple=true
                id=ids.control
                accept=accept
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
                on:change=move |event| {
                    let input = event
                        .target()
                        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
                    if let Some(input) = input {
                        if let Some(files) = input.files() {
                            on_files.run(listed(&files));
                        }
                        // So that the same file can be chosen again.
                        input.set_value("");
                    }
                }
            />
        </div>
    }
    .into_any()
}

fn listed(files: &web_sys::FileList) -> Vec<web_sys::File> {
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}
