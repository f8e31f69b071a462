//! "Why?" beside a field: the rules about it, with source, date and words.

use crate::i18n::{T, tf, ts};
use crate::lazy;
use crate::state::use_app;
use crate::ui::disclosure::Disclosure;
use crate::ui::part::when;
use cpor_rules::book::Rule;
use cpor_rules::cite::Cite;
use cpor_rules::{EditionId, Field};
use leptos::prelude::*;

/// The rules about a field, folded away until somebody asks. The words come in
/// a module of their own: most people never ask.
#[component]
pub fn Why(
    /// The field.
    field: Field,
) -> impl IntoView {
    if Rule::for_field(field, edition()).next().is_none() {
        return ().into_any();
    }
    let was_asked = RwSignal::new(false);
    view! {
        <Disclosure
            summary=ts(T::Why)
            on_toggle=Callback::new(move |()| was_asked.set(true))
        >
            {when(move || was_asked.get(), move || lazy::shown(move || lazy::why(field)))}
        </Disclosure>
    }
    .into_any()
}

/// The edition of the open draft; a claim keeps it for life.
fn edition() -> EditionId {
    let app = use_app();
    untrack(|| app.draft.with(|draft| draft.edition))
}

/// What the rules about a field say, with their sources.
pub fn answer(field: Field) -> AnyView {
    view! {
        <ul class="ca-why">
            {Rule::for_field(field, edition())
                .map(|rule| {
                    view! {
                        <li>
                            <p lang="en">{rule.grounds().says}</p>
                            {grounds(rule)}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

/// Where a rule comes from, and the reading chosen where documents disagree.
pub fn grounds(rule: &'static Rule) -> impl IntoView {
    let grounds = rule.grounds();
    view! {
        {grounds.cites.iter().map(source).collect_view()}
        {grounds
            .disputes
            .iter()
            .map(|dispute| view! { <p lang="en">{dispute.reading}</p> })
            .collect_view()}
    }
}

/// One document, with its words about the matter.
pub fn source(cite: &'static Cite) -> impl IntoView {
    let source =
        move || tf(T::SourceDate, &[("source", cite.source.title()), ("date", cite.source.date())]);
    view! {
        <p class="ca-why__cite">
            {(!cite.quote.is_empty()).then(|| view! { <q lang="en">{cite.quote}</q> })} " "
            <cite>{source}</cite> <span lang="en">{format!(", {}", cite.part)}</span>
        </p>
    }
}
