//! What reviewers look for in the proof, line by line: what the draft tells by
//! itself is marked as there or missing; what only a person can see in the
//! document is said, and left to the person.

use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf, ts};
use crate::pages::months_text::months_text;
use crate::pages::wizard::why::source;
use crate::state::claims::customer_of;
use crate::state::{AppState, use_app};
use crate::ui::disclosure::Disclosure;
use crate::ui::icon::{Icon, IconView};
use crate::ui::part::when;
use cpor_rules::cite::{Cite, Source};
use cpor_rules::poe::{earliest_acknowledgement, months_between, newest_acknowledgement};
use cpor_rules::{Draft, PublicSector};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Done,
    Missing,
    /// Only a person can see it.
    Look,
}

impl State {
    const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Missing => "missing",
            Self::Look => "look",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Done => Icon::Tick,
            Self::Missing => Icon::Warning,
            Self::Look => Icon::Person,
        }
    }

    const fn word(self) -> T {
        match self {
            Self::Done => T::CheckDone,
            Self::Missing => T::CheckMissing,
            Self::Look => T::CheckLook,
        }
    }
}

/// One line of the list.
struct Line {
    /// What is looked for.
    what: T,
    /// How it stands, with what the draft knows of it.
    read: fn(AppState, &Draft) -> (State, String),
    /// Where it comes from.
    cite: Cite,
}

const fn returned_because(quote: &'static str) -> Cite {
    Cite { source: Source::Manage2023, part: "Reasons why more information might be needed", quote }
}

static LINES: [Line; 7] = [
    Line { what: T::CheckFile, read: file, cite: returned_because("") },
    Line {
        what: T::ChecklistAcknowledgement,
        read: |_, _| (State::Look, t(T::CheckAcknowledgementLook)),
        cite: returned_because(""),
    },
    Line {
        what: T::CheckDate,
        read: date,
        cite: returned_because(
            "Missing or old dates: Dates on PoE are missing or old in relation to the claim",
        ),
    },
    Line {
        what: T::ChecklistWork,
        read: |_, _| (State::Look, t(T::CheckWorkLook)),
        cite: returned_because(""),
    },
    Line {
        what: T::ChecklistItems,
        read: items,
        cite: returned_because(
            "Missing products: PoE doesn't include a product or workload for which a claim is being made",
        ),
    },
    Line {
        what: T::ChecklistNames,
        read: names,
        cite: Cite {
            source: Source::PoeTemplate,
            part: "section 1, partner and customer information",
            quote: "",
        },
    },
    Line {
        what: T::CheckPublicSector,
        read: public_sector,
        cite: Cite {
            source: Source::PoeTemplate,
            part: "section 1, Public Sector Disclosure",
            quote: "",
        },
    },
];

fn file(_: AppState, draft: &Draft) -> (State, String) {
    match draft.poe_files.len() {
        0 => (State::Missing, t(T::CheckNoFile)),
        count => (State::Done, tf(T::CheckFiles, &[("n", &count.to_string())])),
    }
}

fn date(app: AppState, draft: &Draft) -> (State, String) {
    let today = app.clock.today.get();
    let earliest = earliest_acknowledgement(draft.edition.get(), today).unwrap_or(today);
    let limit = format_date(earliest);
    match newest_acknowledgement(draft, today) {
        None => (State::Missing, tf(T::CheckNoDate, &[("date", &limit)])),
        Some(newest) => {
            let age = months_text(months_between(newest, today));
            let state = if newest < earliest { State::Missing } else { State::Done };
            let day = format_date(newest);
            (state, tf(T::CheckDated, &[("day", &day), ("age", &age), ("date", &limit)]))
        }
    }
}

fn items(_: AppState, draft: &Draft) -> (State, String) {
    let claimed: BTreeSet<&str> =
        draft.claimed_items().into_iter().filter(|code| !code.is_empty()).collect();
    let missing: Vec<&str> = claimed
        .iter()
        .filter(|code| !draft.poe_names_items.iter().any(|named| named == *code))
        .map(|code| draft.edition.get().item_name(code))
        .collect();
    if missing.is_empty() {
        return (State::Done, tf(T::CheckItemsNamed, &[("n", &claimed.len().to_string())]));
    }
    (State::Missing, tf(T::CheckItemsMissing, &[("items", &missing.join(", "))]))
}

fn names(app: AppState, draft: &Draft) -> (State, String) {
    let partner = app
        .session
        .account
        .with(|account| account.as_ref().map(|known| known.organisation.clone()))
        .filter(|name| !name.is_empty());
    let customer = customer_of(draft);
    let text = match partner {
        Some(partner) if !customer.is_empty() => {
            tf(T::CheckNamesLook, &[("partner", &partner), ("customer", &customer)])
        }
        _ => t(T::CheckNamesLookBoth),
    };
    (State::Look, text)
}

fn public_sector(_: AppState, draft: &Draft) -> (State, String) {
    match draft.public_sector {
        None => (State::Missing, t(T::CheckSectorOpen)),
        Some(PublicSector::No) => (State::Done, t(T::CheckSectorNo)),
        Some(PublicSector::YesDisclosed) => (State::Done, t(T::CheckSectorDisclosed)),
        Some(PublicSector::YesNotDisclosed) => (State::Missing, t(T::DisclosureMissing)),
    }
}

/// The list. Where no proof is needed and none is given, nothing is missing.
#[component]
pub fn ProofChecklist() -> impl IntoView {
    let app = use_app();
    let is_looked_at = move || {
        app.draft.with(|draft| {
            !draft.poe_files.is_empty()
                || draft.edition.get().form.requires_proof(draft.partner_role)
        })
    };
    when(is_looked_at, || {
        view! {
            <section class="ca-checklist" aria-labelledby="proof-checklist">
                <h2 id="proof-checklist">{ts(T::ChecklistTitle)}</h2>
                <p class="ca-hint">{ts(T::CheckIntro)}</p>
                <ul>{LINES.iter().map(line).collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

fn line(line: &'static Line) -> impl IntoView {
    let app = use_app();
    let now = Memo::new(move |_| app.draft.with(|draft| (line.read)(app, draft)));
    let state = Memo::new(move |_| now.with(|(state, _)| *state));
    view! {
        <li data-state=move || state.get().code()>
            {move || view! { <IconView icon=state.get().icon() /> }}
            <div>
                <p>
                    <strong>{ts(line.what)}</strong> " "
                    <span class="ca-checklist__state">{move || t(state.get().word())}</span>
                </p>
                <p class="ca-hint">{move || now.with(|(_, text)| text.clone())}</p>
                <Disclosure summary=ts(T::Why)>{source(&line.cite)}</Disclosure>
            </div>
        </li>
    }
    .into_any()
}
