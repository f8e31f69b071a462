//! Buttons.

use leptos::prelude::*;

/// How much weight a button has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on a page.
    Primary,
    /// Anything else.
    #[default]
    Secondary,
    /// Small matters beside other things.
    Subtle,
    /// What cannot be undone.
    Danger,
}

impl ButtonKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Subtle => "subtle",
            Self::Danger => "danger",
        }
    }
}

/// A button. While it is busy it keeps its focus and ignores presses.
#[component]
pub fn Button(
    /// Its weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether what it started still runs.
    #[prop(into, optional)]
    busy: Signal<bool>,
    /// It submits the form around it instead of calling `on_click`.
    #[prop(optional)]
    submits: bool,
    /// What it does.
    #[prop(optional)]
    on_click: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submits { "submit" } else { "button" }
            class="ca-button"
            data-kind=kind.code()
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(on_click) = on_click {
                    on_click.run(());
                }
            }
        >
            {children()}
        </button>
    }
    .into_any()
}
