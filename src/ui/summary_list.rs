//! Answers to check, each with a link to change it.

use leptos::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// The question.
    pub label: String,
    /// The answer; lines are kept.
    pub value: String,
    /// Where it is changed.
    pub change: Option<String>,
    /// The word of the link.
    pub change_label: String,
    /// What the link changes, for people who hear it alone.
    pub change_what: String,
}

/// A group of rows.
#[component]
pub fn SummaryList(
    /// Heading of the group.
    #[prop(into)]
    heading: Signal<String>,
    /// The rows.
    #[prop(into)]
    rows: Signal<Vec<SummaryRow>>,
    /// The group stands below a heading of the second level.
    #[prop(optional)]
    is_nested: bool,
) -> impl IntoView {
    let heading = if is_nested {
        view! { <h3 class="ca-summary__heading">{heading}</h3> }.into_any()
    } else {
        view! { <h2 class="ca-summary__heading">{heading}</h2> }.into_any()
    };
    view! {
        <section class="ca-summary">
            {heading}
            <dl>
                {move || {
                    rows.get()
                        .into_iter()
                        .map(|row| {
                            view! {
                                <div class="ca-summary__row">
                                    <dt>{row.label}</dt>
                                    <dd>{row.value}</dd>
                                    {row
                                        .change
                                        .map(|href| {
                                            view! {
                                                <dd class="ca-summary__change">
                                                    <a class="ca-link" href=href>
                                                        {row.change_label}
                                                        <span class="ca-visually-hidden">
                                                            " " {row.change_what}
                                                        </span>
                                                    </a>
                                                </dd>
                                            }
                                        })}
                                </div>
                            }
                        })
                        .collect_view()
                }}
            </dl>
        </section>
    }
    .into_any()
}
