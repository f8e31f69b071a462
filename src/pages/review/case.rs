//! One claim for the reviewer: the proof beside what it must show, who else
//! wants the same, and the decision.

use super::checklist::Checklist;
use super::contest::Contest;
use super::decision::{self, Decision};
use super::proof::{ProofView, Shown, submitted_on};
use super::{Due, NotYours};
use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf, ts};
use crate::pages::claim::comment::CommentForm;
use crate::pages::claim::data::data;
use crate::pages::claim::history::History;
use crate::pages::claims::status_pill;
use crate::pages::grounds::grounds;
use crate::pages::page::Page;
use crate::routes::Route;
use crate::state::claims::{self, RowStatus, customer_of};
use crate::state::review::{self, Notes};
use crate::state::session::Phase;
use crate::state::sync::SyncPhase;
use crate::state::{use_app, window};
use crate::ui::button::Button;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, either, when};
use crate::ui::skeleton::Skeleton;
use cpor_protocol::ClaimRecord;
use cpor_rules::{Actor, Status};
use leptos::prelude::*;

/// The page.
#[component]
pub fn CasePage(
    /// Id of the claim.
    id: String,
) -> impl IntoView {
    let app = use_app();
    let id = StoredValue::new(id);
    either(
        move || app.session.is_reviewer() || app.session.phase.get() == Phase::Starting,
        move || view! { <Case id /> }.into_any(),
        || view! { <NotYours /> }.into_any(),
    )
}

#[component]
fn Case(id: StoredValue<String>) -> impl IntoView {
    let app = use_app();
    // What the server has is newer than what a decision builds on.
    let record = Memo::new(move |_| {
        id.with_value(|id| {
            app.sync.view.with(|view| view.theirs.get(id).or_else(|| view.claim(id)).cloned())
        })
    });
    let is_loading = move || claims::is_loading(app) || app.session.phase.get() == Phase::Starting;
    either(
        move || record.with(Option::is_some),
        move || view! { <Found id record /> }.into_any(),
        move || {
            either(
                is_loading,
                || {
                    let title = ts(T::Loading);
                    view! {
                        <Page title heading=title>
                            <Skeleton label=t(T::Loading) rows=8 />
                        </Page>
                    }
                    .into_any()
                },
                || {
                    let title = ts(T::ClaimNotFoundTitle);
                    view! {
                        <Page title heading=title>
                            <p>{ts(T::ClaimNotFoundText)}</p>
                            <p>
                                <a class="ca-button" data-kind="primary" href=Route::Review.path()>
                                    {ts(T::ReviewBackToQueue)}
                                </a>
                            </p>
                        </Page>
                    }
                    .into_any()
                },
            )
        },
    )
}

#[component]
fn Found(id: StoredValue<String>, record: Memo<Option<ClaimRecord>>) -> impl IntoView {
    let app = use_app();
    let draft = Memo::new(move |_| record.with(|record| record.as_ref().map(|r| r.draft.clone())));
    let shown = Memo::new(move |_| record.with(|record| record.as_ref().map(Shown::of)));
    let notes = RwSignal::new(id.with_value(|id| review::load_notes(app, id)));
    let is_kept = RwSignal::new(true);
    // Each stroke is on the disk before the next one.
    Effect::new(move |before: Option<Notes>| {
        let now = notes.get();
        app.settings.rooms_made.track();
        if before.is_some_and(|before| before != now) || !is_kept.get_untracked() {
            is_kept.set(id.with_value(|id| review::save_notes(app, id, &now)));
        }
        now
    });
    let read = move |read: fn(&ClaimRecord) -> String| {
        Signal::derive(move || record.with(|record| record.as_ref().map(read).unwrap_or_default()))
    };
    let heading = Signal::derive(move || {
        record.with(|record| match record.as_ref().map(|r| r.draft.claim_name.trim()) {
            Some("") | None => t(T::UnnamedClaim),
            Some(name) => name.to_owned(),
        })
    });
    let status = Memo::new(move |_| record.with(|record| record.as_ref().map(|r| r.status)));
    let acts = move || {
        t(match status.get().and_then(Status::waits_for) {
            Some(Actor::Microsoft) => T::ReviewActsYou,
            Some(Actor::Partner | Actor::Customer | Actor::System) => T::ReviewActsPartner,
            None => T::ActsNobody,
        })
    };
    let submitted = move || {
        record.with(|record| {
            let date = format_date(record.as_ref().map(submitted_on)?);
            Some(tf(T::ReviewSubmittedOn, &[("date", &date)]))
        })
    };
    let deadline =
        Memo::new(move |_| record.with(|record| record.as_ref().and_then(|r| r.deadline)));
    view! {
        <Page title=heading heading>
            <p class="ca-claim__line">
                {changing(move || match status.get() {
                    Some(status) => status_pill(RowStatus::Known(status)).into_any(),
                    None => ().into_any(),
                })}
                <span>{read(|record| record.organisation.clone())}</span>
                <span>{read(|record| customer_of(&record.draft))}</span>
                <span class="ca-mono">{read(|record| record.reference.clone())}</span>
                <span>{submitted}</span>
            </p>
            <div class="ca-claim__line">
                <strong>{acts}</strong>
                {changing(move || view! { <Due deadline=deadline.get() /> }.into_any())}
                <a class="ca-link" href=Route::Review.path()>{ts(T::ReviewBackToQueue)}</a>
                // Past the proof, whose viewer has many stops for the keyboard.
                <a
                    class="ca-link"
                    href=format!("#{}", decision::HEADING_ID)
                    on:click=move |event| {
                        event.prevent_default();
                        event.stop_propagation();
                        window::focus_on(decision::HEADING_ID.to_owned());
                    }
                >
                    {ts(T::ReviewGoToDecision)}
                </a>
            </div>
            {when(move || app.sync.view.with(|view| view.phase == SyncPhase::Offline), || view! {
                <Notice kind=NoticeKind::Info><p>{ts(T::ReviewOffline)}</p></Notice>
            }.into_any())}
            {when(move || !is_kept.get(), move || view! {
                <Notice kind=NoticeKind::Error>
                    <p>{ts(T::ReviewNotSaved)}</p>
                    <Button on_click=Callback::new(move |()| {
                        notes.with_untracked(review::download_notes);
                    })>
                        {ts(T::ReviewNotesDownload)}
                    </Button>
                </Notice>
            }.into_any())}
            <Reason record />
            <div class="ca-review">
                <section class="ca-review__proof" aria-labelledby="proof">
                    <h2 id="proof">{ts(T::ReviewProofHeading)}</h2>
                    <ProofView shown label=ts(T::ReviewProofFiles) opens_first=true />
                </section>
                <div class="ca-review__claim">
                    <Checklist draft notes />
                    <h2>{ts(T::ClaimDataHeading)}</h2>
                    {move || draft.with(|draft| draft.as_ref().map(|draft| data(draft, relabel)))}
                </div>
            </div>
            <Contest id />
            <div class="ca-review">
                <Decision id record notes />
                <div class="ca-claim__side">
                    <History id record />
                    <section class="ca-panel" aria-label=ts(T::ActionComment)>
                        <div><CommentForm id /></div>
                    </section>
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// "Your contact" is the partner's here.
fn relabel(label: String) -> String {
    match label.strip_prefix(&t(T::PartnerContactHeading)) {
        Some(rest) => format!("{}{rest}", t(T::ReviewPartnerContact)),
        None => label,
    }
}

/// What was said with the present status: the dispute, or the last decision.
#[component]
fn Reason(record: Memo<Option<ClaimRecord>>) -> impl IntoView {
    changing(move || {
        record.with(|record| {
            record.as_ref().map_or_else(|| ().into_any(), |record| grounds(record, None))
        })
    })
}
