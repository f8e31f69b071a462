//! "Why?" beside a field: the rules about it, with source, date and words.

use crate::i18n::{T, tf, ts};
use crate::ui::disclosure::Disclosure;
use cpor_rules::Field;
use cpor_rules::book::Rule;
use cpor_rules::cite::Cite;
use leptos::prelude::*;

/// The rules about a field, folded away until somebody asks.
#[component]
pub fn Why(
    /// The field.
    field: Field,
) -> impl IntoView {
    let rules: Vec<&'static Rule> = Rule::for_field(field).collect();
    if rules.is_empty() {
        return ().into_any();
    }
    let label = ts(T::Why);
    view! {
        <Disclosure summary=label>
            <ul class="ca-why">
                {rules
                    .into_iter()
                    .map(|rule| {
                        view! {
                            <li>
                                <p lang="en">{rule.says}</p>
                                {rule.cites.iter().map(cite).collect_view()}
                                {rule
                                    .disputes
                                    .iter()
                                    .map(|dispute| view! { <p lang="en">{dispute.reading}</p> })
                                    .collect_view()}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Disclosure>
    }
    .into_any()
}

fn cite(cite: &'static Cite) -> impl IntoView {
    let source =
        move || tf(T::SourceDate, &[("source", cite.source.title()), ("date", cite.source.date())]);
    view! {
        <p class="ca-why__cite">
            {(!cite.quote.is_empty()).then(|| view! { <q lang="en">{cite.quote}</q> })} " "
            <cite>{source}</cite> <span lang="en">{format!(", {}", cite.part)}</span>
        </p>
    }
}
