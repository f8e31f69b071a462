//! Tabs that are links: each has its URL.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether one is there.
    pub is_current: bool,
}

/// The tabs.
#[component]
pub fn Tabs(
    /// Name of the group.
    #[prop(into)]
    label: Signal<String>,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    view! {
        <nav class="ca-tabs" aria-label=label>
            <ul>
                {move || {
                    tabs.get()
                        .into_iter()
                        .map(|tab| {
                            view! {
                                <li>
                                    <a
                                        href=tab.href
                                        aria-current=tab.is_current.then_some("page")
                                    >
                                        {tab.label}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </nav>
    }
    .into_any()
}
