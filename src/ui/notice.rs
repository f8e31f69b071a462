//! A message on the page.

use super::icon::{Icon, IconView};
use leptos::prelude::*;

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// Something was done.
    Success,
    /// Something may go wrong.
    Warning,
    /// Something went wrong.
    Error,
}

/// The message.
#[component]
pub fn Notice(
    /// Its kind.
    kind: NoticeKind,
    /// Its heading.
    #[prop(into, optional_no_strip)]
    title: Option<Signal<String>>,
    children: Children,
) -> impl IntoView {
    let (code, icon) = match kind {
        NoticeKind::Info => ("info", Icon::Info),
        NoticeKind::Success => ("success", Icon::Tick),
        NoticeKind::Warning => ("warning", Icon::Warning),
        NoticeKind::Error => ("error", Icon::Cross),
    };
    view! {
        <div class="ca-notice" data-kind=code>
            <IconView icon />
            <div>
                {title.map(|title| view! { <p class="ca-notice__title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
    .into_any()
}
