//! The reviewer's pages: the queue, and a claim beside its proof.

pub mod case;
mod checklist;
mod contest;
mod decision;
mod grounds;
mod proof;
pub mod queue;

use super::deadline_text::days_left;
use super::page::Page;
use crate::i18n::format::format_date;
use crate::i18n::{T, names, t, tf, tn, ts};
use crate::routes::Route;
use crate::state::session::Phase;
use crate::state::use_app;
use crate::ui::notice::{Notice, NoticeKind};
use cpor_rules::{Action, Deadline, DeadlineKind};
use leptos::prelude::*;

/// What a decision is called.
const fn decision_name(action: Action) -> T {
    match action {
        Action::StartReview => T::ReviewDoStart,
        Action::Approve => T::ReviewDoApprove,
        Action::RequestAction => T::ReviewDoRequest,
        Action::Reject => T::ReviewDoReject,
        Action::RejectFinally => T::ReviewDoRejectFinally,
        // The others are nobody's decision; see `state::review::DECISIONS`.
        _ => T::ReviewDoReopen,
    }
}

/// What follows from a decision.
const fn decision_hint(action: Action) -> T {
    match action {
        Action::StartReview => T::ReviewDoStartHint,
        Action::Approve => T::ReviewDoApproveHint,
        Action::RequestAction => T::ReviewDoRequestHint,
        Action::Reject => T::ReviewDoRejectHint,
        Action::RejectFinally => T::ReviewDoRejectFinallyHint,
        _ => T::ReviewDoReopenHint,
    }
}

/// "In 3 business days", for the reviewer, who is late as well where a partner
/// would only wait.
fn due_words(deadline: Deadline) -> String {
    let days = days_left(deadline);
    let number = days.unsigned_abs().to_string();
    let counted = |one, other| tn(days.unsigned_abs(), one, other).replace("{n}", &number);
    let today = use_app().clock.today.get();
    if deadline.due_on == today {
        t(T::DueToday)
    } else if deadline.due_on > today && days == 0 {
        t(T::DueTomorrowWeekend)
    } else if deadline.due_on > today {
        counted(T::DueInOne, T::DueInOther)
    } else if days == 0 {
        tf(T::EndedOn, &[("date", &format_date(deadline.due_on))])
    } else {
        counted(T::OverdueOne, T::OverdueOther)
    }
}

/// A deadline as a reviewer reads it.
#[component]
fn Due(
    /// The deadline, if one runs.
    deadline: Option<Deadline>,
) -> impl IntoView {
    let Some(deadline) = deadline else {
        return view! { <span class="ca-hint">{ts(T::NoDeadline)}</span> }.into_any();
    };
    // What only the partner or the customer can miss is not the reviewer's haste.
    let is_own = matches!(
        deadline.kind,
        DeadlineKind::ReviewStart | DeadlineKind::Review | DeadlineKind::DisputeAnswer
    );
    let words = move || {
        let is_over = deadline.due_on < use_app().clock.today.get();
        if is_over && !is_own {
            tf(T::EndedOn, &[("date", &format_date(deadline.due_on))])
        } else {
            due_words(deadline)
        }
    };
    let urgency = move || match days_left(deadline) {
        ..0 if is_own => "overdue",
        0..=1 if is_own => "soon",
        _ => "later",
    };
    let kind = match deadline.kind {
        DeadlineKind::PartnerAction => T::ReviewDeadlinePartner,
        kind => names::deadline(kind),
    };
    view! {
        <span class="ca-deadline" data-urgency=urgency>
            <strong class="ca-deadline__days">{words}</strong>
            <span class="ca-deadline__kind">{ts(kind)}</span>
            <span class="ca-deadline__date">{move || format_date(deadline.due_on)}</span>
        </span>
    }
    .into_any()
}

/// For whoever is no reviewer: why there is nothing here, and where to go.
#[component]
fn NotYours() -> impl IntoView {
    let app = use_app();
    let title = ts(T::ReviewNotYoursTitle);
    let text = move || match (app.session.phase.get(), app.session.account.get()) {
        (Phase::SignedIn, Some(account)) => {
            tf(T::ReviewNotYoursText, &[("role", &t(names::user_role(account.role)))])
        }
        (Phase::DeviceOnly, _) => t(T::ReviewNoServerText),
        _ => t(T::ReviewNobodyText),
    };
    let link = move || {
        if app.session.phase.get() == Phase::SignedOut {
            (Route::SignIn, T::SignIn)
        } else {
            (Route::Claims, T::GoToClaims)
        }
    };
    view! {
        <Page title heading=title>
            <Notice kind=NoticeKind::Info>
                <p>{text}</p>
            </Notice>
            <p>
                <a class="ca-button" data-kind="primary" href=move || link().0.path()>
                    {move || t(link().1)}
                </a>
            </p>
        </Page>
    }
    .into_any()
}
