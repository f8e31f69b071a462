//! What happened, in order.

use leptos::prelude::*;

/// One event.
pub struct TimelineEntry {
    /// What happened.
    pub title: String,
    /// More about it; may be empty.
    pub text: String,
    /// Who did it.
    pub who: String,
    /// When.
    pub when: String,
    /// What can be done about it.
    pub actions: Option<AnyView>,
}

/// The list.
#[component]
pub fn Timeline(
    /// The events.
    entries: Vec<TimelineEntry>,
) -> impl IntoView {
    view! {
        <ol class="ca-timeline">
            {entries
                .into_iter()
                .map(|entry| {
                    view! {
                        <li>
                            <p class="ca-timeline__title">{entry.title}</p>
                            {(!entry.text.is_empty())
                                .then(|| view! { <p class="ca-timeline__text">{entry.text}</p> })}
                            {entry.actions}
                            <p class="ca-hint">{entry.who} " · " {entry.when}</p>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}
