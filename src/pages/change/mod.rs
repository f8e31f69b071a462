//! Changing a claim that was handed in: the answer to reviewers, newer proof,
//! a dispute. One page with what the status lets one change; the rest stands
//! there to read.

mod form;
mod kept;
mod sections;

use super::page::{Go, Page, use_go};
use crate::i18n::{T, t, tf, ts};
use crate::pages::claim::possible::cannot_dispute;
use crate::routes::{Purpose, Route};
use crate::state::changing::{WhyNot, is_unwritten, why_not};
use crate::state::claims;
use crate::state::sync::OpStatus;
use crate::state::{AppState, use_app, window};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::changing;
use crate::ui::skeleton::Skeleton;
use cpor_protocol::ClaimRecord;
use cpor_rules::life_cycle::Editable;
use cpor_rules::{Action, Status};
use leptos::prelude::*;
use std::cell::Cell;

/// Whether the claim can be changed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// Claims are still to come.
    Loading,
    /// There is no such claim.
    Missing,
    /// What was written here is on its way.
    OnItsWay,
    /// Its status does not allow it.
    NotNow,
    /// A rejection that cannot be disputed.
    NoDispute(WhyNot),
    /// It can.
    Open,
}

/// The page.
#[component]
pub fn ChangePage(
    /// Id of the claim.
    id: String,
    /// What for.
    purpose: Purpose,
) -> impl IntoView {
    let app = use_app();
    // Here and not in the form, which may be gone when its work has been sent.
    let go = use_go();
    let id = StoredValue::new(id);
    let record =
        Memo::new(move |_| id.with_value(|id| app.sync.view.with(|view| view.claim(id).cloned())));
    let stand = Memo::new(move |_| {
        record.with(|record| match record {
            Some(record) => stand_of(app, record, purpose),
            None if claims::is_loading(app) => Stand::Loading,
            None => Stand::Missing,
        })
    });
    changing(move || match stand.get() {
        Stand::Loading => {
            // No page yet: what follows is the one that a reload comes back to.
            view! {
                <h1 class="ca-page__title">{ts(T::Loading)}</h1>
                <Skeleton label=t(T::Loading) rows=8 />
            }
            .into_any()
        }
        Stand::Missing => closed(id, purpose, ts(T::ChangeMissing), false),
        Stand::OnItsWay => closed(id, purpose, ts(T::ChangeOnItsWay), true),
        Stand::NotNow => closed(id, purpose, ts(T::ChangeNotNow), true),
        Stand::NoDispute(why) => {
            let text = Signal::derive(move || match why {
                WhyNot::LifeCycle(refusal) => cannot_dispute(refusal),
                WhyNot::Role => t(T::CannotDisputeRole),
                WhyNot::NotOffered => t(T::CannotDisputeServer),
            });
            closed(id, purpose, text, true)
        }
        Stand::Open => opened(app, id, record, purpose, go),
    })
}

fn stand_of(app: AppState, record: &ClaimRecord, purpose: Purpose) -> Stand {
    let is_on_its_way = app.sync.view.with(|view| {
        view.waiting.iter().any(|op| {
            op.claim_id == record.id
                && matches!(op.kind, "submit" | "dispute")
                && !matches!(op.status, OpStatus::Wedged(_))
        }) && !view.is_wedged(&record.id)
    });
    if is_on_its_way {
        return Stand::OnItsWay;
    }
    let editable = record.status.editable_in(record.draft.edition.get());
    let is_open = match purpose {
        Purpose::Answer => {
            matches!(record.status, Status::PartnerActionRequired | Status::Submitted)
                && editable != Editable::Nothing
        }
        Purpose::Proof => record.status == Status::Approved && editable != Editable::Nothing,
        Purpose::Dispute => match why_not(app, record, Action::Dispute) {
            None => true,
            Some(why) => return Stand::NoDispute(why),
        },
    };
    if is_open { Stand::Open } else { Stand::NotNow }
}

/// What the form is made of: where this changes, the form is made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Basis {
    /// Says what is asked and what is open.
    status: Status,
    revision: u64,
}

/// The claim as it is now; once something is written in the form, it stays at the
/// revision it was made of until the person decides.
fn basis_of(app: AppState, record: &ClaimRecord, before: Option<Basis>) -> Basis {
    let is_written = app.draft.stored.with_untracked(|stored| {
        let its_own = stored.as_ref().filter(|stored| stored.id == record.id);
        its_own.is_some_and(|stored| !is_unwritten(stored, record))
    });
    let made_of = before.filter(|_| is_written).map_or(record.revision, |before| before.revision);
    Basis { status: record.status, revision: made_of }
}

/// The page while the claim can be changed: the form, which follows the claim.
fn opened(
    app: AppState,
    id: StoredValue<String>,
    record: Memo<Option<ClaimRecord>>,
    purpose: Purpose,
    go: Go,
) -> AnyView {
    // Outlives the form: a draft that is let go of may be taken by another tab.
    id.with_value(|id| app.draft.attend(id));
    let basis = Memo::new(move |before: Option<&Option<Basis>>| {
        let before = before.copied().flatten();
        record.with(|record| record.as_ref().map(|record| basis_of(app, record, before)))
    });
    let announcer = use_announcer();
    let is_first = Cell::new(true);
    changing(move || {
        // Read, since a memo that is only tracked is never computed.
        basis.with(|_| ());
        if !is_first.take() {
            announcer.say(t(T::ChangeOutdatedTitle));
            if let Some(field) = window::focused_id() {
                window::go_on_in(field);
            }
        }
        view! { <form::Form id record purpose go /> }.into_any()
    })
}

/// What the page is called.
const fn heading(purpose: Purpose, status: Status) -> T {
    match (purpose, status) {
        (Purpose::Answer, Status::Submitted) => T::ChangeAddTitle,
        (Purpose::Answer, _) => T::ChangeAnswerTitle,
        (Purpose::Proof, _) => T::ChangeProofTitle,
        (Purpose::Dispute, _) => T::ChangeDisputeTitle,
    }
}

/// The page while nothing can be changed: why, and the way to the claim.
fn closed(
    id: StoredValue<String>,
    purpose: Purpose,
    text: Signal<String>,
    is_known: bool,
) -> AnyView {
    let title = ts(heading(purpose, Status::PartnerActionRequired));
    let path = move || {
        if is_known { id.with_value(|id| Route::claim(id)) } else { Route::Claims.path() }
    };
    let label = ts(if is_known { T::ViewClaim } else { T::GoToClaims });
    view! {
        <Page title heading=title>
            <Notice kind=NoticeKind::Info>
                <p>{text}</p>
            </Notice>
            <p>
                <a class="ca-button" data-kind="primary" href=path>
                    {label}
                </a>
            </p>
        </Page>
    }
    .into_any()
}

/// The title of the window: what is done, and to which claim.
fn title(heading: T, claim: &str) -> String {
    let claim = if claim.trim().is_empty() { t(T::UnnamedClaim) } else { claim.to_owned() };
    tf(T::ChangeTitle, &[("what", &t(heading)), ("claim", &claim)])
}
