//! Everything that happened to a claim, newest first.

use crate::i18n::format::format_instant;
use crate::i18n::{T, names, t, tf, ts};
use crate::pages::part_text::{part_name, part_value};
use crate::state::claims::millis;
use crate::state::conflict::Part;
use crate::state::history::{Loaded, load_history};
use crate::state::use_app;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::skeleton::Skeleton;
use crate::ui::timeline::{Timeline, TimelineEntry};
use cpor_protocol::{ClaimRecord, HistoryEntry, HistoryEvent};
use cpor_rules::{Actor, Draft, EditionId};
use leptos::prelude::*;

/// The history, loaded again whenever the claim has changed.
#[component]
pub fn History(
    /// Id of the claim.
    id: StoredValue<String>,
    /// The claim, as far as a server has it.
    record: Memo<Option<ClaimRecord>>,
) -> impl IntoView {
    let app = use_app();
    let revision = Memo::new(move |_| record.with(|record| record.as_ref().map(|r| r.revision)));
    let loaded = load_history(app, id, revision);
    view! {
        <section class="ca-panel" aria-labelledby="history">
            <h2 id="history">{ts(T::ClaimHistoryHeading)}</h2>
            {move || match loaded.get() {
                Loaded::Nothing => view! { <p class="ca-hint">{t(T::HistoryEmpty)}</p> }.into_any(),
                Loaded::Loading => view! { <Skeleton label=t(T::Loading) rows=4 /> }.into_any(),
                Loaded::Failed => {
                    view! {
                        <Notice kind=NoticeKind::Warning>
                            <p>{t(T::HistoryUnavailable)}</p>
                        </Notice>
                    }
                        .into_any()
                }
                Loaded::Entries(entries) => {
                    let edition = record.with(|record| {
                        record.as_ref().map(|record| record.draft.edition).unwrap_or_default()
                    });
                    let entries =
                        entries.iter().rev().map(|known| entry(known, edition)).collect::<Vec<_>>();
                    view! { <Timeline entries /> }.into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// What was given up, and what was replaced, part by part.
fn decided(set_aside: &[Draft], replaced: &Draft, result: &Draft) -> String {
    let differing = |draft: &Draft| -> Vec<String> {
        Part::ALL
            .iter()
            .filter(|part| !part.is_same(draft, result))
            .map(|part| format!("{}: {}", part_name(*part), part_value(*part, draft)))
            .collect()
    };
    let lost: Vec<String> = set_aside.iter().flat_map(differing).collect();
    [(T::HistoryMergedLost, lost), (T::HistoryMergedReplaced, differing(replaced))]
        .into_iter()
        .filter(|(_, what)| !what.is_empty())
        .map(|(text, what)| tf(text, &[("what", &what.join("\n"))]))
        .collect::<Vec<_>>()
        .join("\n")
}

fn entry(entry: &HistoryEntry, edition: EditionId) -> TimelineEntry {
    let names_then = &edition.get().names;
    let (title, text) = match &entry.event {
        HistoryEvent::Created => (t(T::HistoryCreated), String::new()),
        HistoryEvent::Changed { fields } => {
            let mut labels: Vec<String> =
                fields.iter().map(|field| t(names::field(*field))).collect();
            labels.dedup();
            (tf(T::HistoryChanged, &[("fields", &labels.join(", "))]), String::new())
        }
        HistoryEvent::Merged { set_aside, replaced, result } => {
            (t(T::HistoryMerged), decided(set_aside, replaced, result))
        }
        HistoryEvent::StatusChanged { from, to, reason, .. } => (
            tf(
                T::HistoryStatus,
                &[("from", names_then.status(*from)), ("to", names_then.status(*to))],
            ),
            reason.clone(),
        ),
        HistoryEvent::FileAdded { name } => {
            (tf(T::HistoryFileAdded, &[("name", name)]), String::new())
        }
        HistoryEvent::FileRemoved { name } => {
            (tf(T::HistoryFileRemoved, &[("name", name)]), String::new())
        }
        HistoryEvent::Comment { text } => (t(T::HistoryComment), text.clone()),
        HistoryEvent::ConsentEmailSent => (t(T::HistoryConsentEmail), String::new()),
    };
    let who = match entry.actor {
        Actor::Partner => entry.by.clone(),
        Actor::Microsoft if entry.by.is_empty() => t(T::HistoryReviewer),
        Actor::Microsoft => format!("{}, {}", entry.by, t(T::HistoryReviewer)),
        Actor::Customer => t(T::HistoryCustomer),
        Actor::System => t(T::HistorySystem),
    };
    TimelineEntry { title, text, who, when: format_instant(millis(entry.at)) }
}
