//! Everything that happened to a claim, newest first.

use super::possible::cannot_edit;
use crate::i18n::format::format_instant;
use crate::i18n::{T, names, t, tf, ts};
use crate::pages::conflict::form_path;
use crate::pages::page::{Go, use_go};
use crate::pages::part_text::{part_name, part_value};
use crate::state::bring_back::{Lost, bring_back, lost_in, missing};
use crate::state::claims::millis;
use crate::state::conflict::Part;
use crate::state::history::{Loaded, load_history};
use crate::state::{AppState, use_app};
use crate::ui::button::Button;
use crate::ui::live_region::{Announcer, use_announcer};
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::skeleton::Skeleton;
use crate::ui::timeline::{Timeline, TimelineEntry};
use cpor_protocol::{ClaimRecord, HistoryEntry, HistoryEvent};
use cpor_rules::Actor;
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
    let page = ClaimPage { app, go: use_go(), announcer: use_announcer() };
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
                    let record = record.get();
                    let entries = entries
                        .iter()
                        .rev()
                        .map(|known| entry(known, record.as_ref(), &page))
                        .collect::<Vec<_>>();
                    view! { <Timeline entries /> }.into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// What was given up, and what was replaced, part by part.
fn decided(lost: &[Lost]) -> String {
    let line = |lost: &Lost| {
        let text = if lost.was_replaced { T::HistoryMergedReplaced } else { T::HistoryMergedLost };
        let what =
            |part: &Part| format!("{}: {}", part_name(*part), part_value(*part, &lost.draft));
        let what: Vec<String> = lost.parts.iter().map(what).collect();
        tf(text, &[("what", &what.join("\n"))])
    };
    lost.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A way back for each version that lost, as long as the claim may be edited.
fn ways_back(lost: Vec<Lost>, record: &ClaimRecord, page: &ClaimPage) -> Option<AnyView> {
    let missing = |lost: Lost| {
        let parts = missing(&lost, &record.draft);
        (!parts.is_empty()).then_some((lost.draft, parts))
    };
    let missing: Vec<_> = lost.into_iter().filter_map(missing).collect();
    if missing.is_empty() {
        return None;
    }
    if let Some(why) = cannot_edit(record) {
        let view = view! { <p class="ca-hint">{t(T::HistoryReadOnly)} " " {t(why)}</p> };
        return Some(view.into_any());
    }
    let buttons = missing.into_iter().map(|(draft, parts)| {
        let names: Vec<String> = parts.iter().map(|part| part_name(*part)).collect();
        let label = tf(T::HistoryBringBack, &[("what", &names.join(", "))]);
        let (page, record) = (*page, record.clone());
        let act = Callback::new(move |()| {
            if bring_back(page.app, &record, &draft, &parts) {
                page.announcer.say(t(T::HistoryBroughtBack));
                page.go.to(&form_path(&record.id, record.status, &draft));
            } else {
                page.announcer.alarm(t(T::HistoryNotBroughtBack));
            }
        });
        view! { <Button on_click=act>{label}</Button> }
    });
    Some(view! { <div class="ca-actions">{buttons.collect_view()}</div> }.into_any())
}

/// What acting needs of the page.
#[derive(Clone, Copy)]
struct ClaimPage {
    app: AppState,
    go: Go,
    announcer: Announcer,
}

fn entry(entry: &HistoryEntry, record: Option<&ClaimRecord>, page: &ClaimPage) -> TimelineEntry {
    let edition = record.map(|record| record.draft.edition).unwrap_or_default();
    let names_then = &edition.get().names;
    let (title, text) = match &entry.event {
        HistoryEvent::Created => (t(T::HistoryCreated), String::new()),
        HistoryEvent::Changed { fields } => {
            let mut labels: Vec<String> =
                fields.iter().map(|field| t(names::field(*field))).collect();
            labels.dedup();
            (tf(T::HistoryChanged, &[("fields", &labels.join(", "))]), String::new())
        }
        HistoryEvent::Merged { .. } => (t(T::HistoryMerged), decided(&lost_in(&entry.event))),
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
    // A reviewer sees no such entry, and edits no claim.
    let actions = record.and_then(|record| ways_back(lost_in(&entry.event), record, page));
    TimelineEntry { title, text, who, when: format_instant(millis(entry.at)), actions }
}
