//! A question that has to be answered: the browser's own dialog, which keeps
//! the focus inside, closes on Escape and gives the focus back.

use super::part::effect;
use leptos::html;
use leptos::prelude::*;

/// A dialog with whatever is in it.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its name.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let Some(element) = dialog.get() else { return };
        if open.get() && !element.open() {
            // Fails only while it is open already or out of the page.
            let _ = element.show_modal();
        } else if !open.get() && element.open() {
            element.close();
        }
    });
    view! {
        <dialog
            class="ca-dialog"
            node_ref=dialog
            aria-label=title
            on:close=move |_| open.set(false)
        >
            <h2>{title}</h2>
            {children()}
        </dialog>
    }
    .into_any()
}

/// A question with two answers.
#[component]
pub fn ConfirmDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its name.
    #[prop(into)]
    title: Signal<String>,
    /// The question.
    #[prop(into)]
    text: Signal<String>,
    /// The answer that does it.
    #[prop(into)]
    confirm: Signal<String>,
    /// The answer that leaves all as it is.
    #[prop(into)]
    cancel: Signal<String>,
    /// What it does.
    on_confirm: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog open title>
            <p>{text}</p>
            <div class="ca-actions">
                <button
                    type="button"
                    class="ca-button"
                    data-kind="secondary"
                    on:click=move |_| open.set(false)
                >
                    {cancel}
                </button>
                <button
                    type="button"
                    class="ca-button"
                    data-kind="danger"
                    on:click=move |_| {
                        open.set(false);
                        on_confirm.run(());
                    }
                >
                    {confirm}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
