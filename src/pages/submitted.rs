//! After submitting: the reference, what happens next, and by when.

use super::deadline_text::{day_with_zone, days_in_words};
use super::page::Page;
use super::uploads::Uploads;
use crate::i18n::{T, t, tf, ts};
use crate::routes::Route;
use crate::state::claims::customer_of;
use crate::state::{AppState, actions, calendar_file, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use chrono::NaiveDate;
use cpor_protocol::ClaimRecord;
use cpor_rules::edition::ConsentEmail;
use cpor_rules::{DeadlineKind, Draft, Status};
use leptos::prelude::*;

/// How far the submission has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The server has it.
    Submitted,
    /// It waits to be sent.
    Waiting,
    /// A virus scanner of the server is looking at its files.
    Scanning,
    /// The server refused it.
    Refused,
    /// There is no server.
    DeviceOnly,
}

/// The page.
#[component]
pub fn SubmittedPage(
    /// Id of the claim.
    id: String,
) -> impl IntoView {
    let app = use_app();
    let id = StoredValue::new(id);
    let record =
        Memo::new(move |_| id.with_value(|id| app.sync.view.with(|view| view.claim(id).cloned())));
    let progress = Memo::new(move |_| {
        if app.sync.is_device_only.get() {
            return Progress::DeviceOnly;
        }
        // An answer to reviewers is on its way while its claim is with the partner.
        let is_waiting = id.with_value(|id| {
            app.sync.view.with(|view| {
                view.waiting.iter().any(|op| op.claim_id == *id && op.kind == "submit")
            })
        });
        if !is_waiting && record.with(|r| r.as_ref().is_some_and(|r| r.status != Status::Draft)) {
            return Progress::Submitted;
        }
        let is_wedged = id.with_value(|id| app.sync.view.with(|view| view.is_wedged(id)));
        if is_wedged {
            Progress::Refused
        } else if id.with_value(|id| app.sync.view.with(|view| view.is_being_scanned(id))) {
            Progress::Scanning
        } else {
            Progress::Waiting
        }
    });
    let draft = Memo::new(move |_| {
        record.get().map(|record| record.draft).or_else(|| {
            id.with_value(|id| actions::local_draft(app, id)).map(|stored| stored.draft)
        })
    });
    let has_start = Memo::new(move |_| {
        progress.get() == Progress::Submitted
            && record.with(|record| {
                record.as_ref().is_some_and(|r| review_start(app, Some(r), &r.draft).is_some())
            })
    });
    let title = Signal::derive(move || {
        t(match progress.get() {
            Progress::Submitted => T::SubmittedTitle,
            Progress::Waiting | Progress::Scanning | Progress::Refused => T::SubmittedWaitingTitle,
            Progress::DeviceOnly => T::SubmittedLocalTitle,
        })
    });
    let next = move || {
        let lines = record.with(|record| {
            draft.with(|draft| draft.as_ref().map(|draft| next_lines(app, record.as_ref(), draft)))
        });
        lines.unwrap_or_default().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()
    };
    view! {
        <Page title heading=title>
            <div class="ca-confirmation" role="status">
                {move || match progress.get() {
                    Progress::Submitted => {
                        let reference = record.get().map(|r| r.reference).unwrap_or_default();
                        view! {
                            <Notice kind=NoticeKind::Success>
                                <p class="ca-confirmation__reference">
                                    {move || tf(T::SubmittedReference, &[("reference", &reference)])}
                                </p>
                            </Notice>
                        }
                            .into_any()
                    }
                    waiting @ (Progress::Waiting | Progress::Scanning) => {
                        let is_scanned = waiting == Progress::Scanning;
                        let text = if is_scanned { T::WaitsForScanner } else { T::SubmittedWaiting };
                        view! {
                            <Notice kind=NoticeKind::Info>
                                <p>{ts(text)}</p>
                            </Notice>
                        }
                            .into_any()
                    }
                    Progress::Refused => {
                        view! {
                            <Notice kind=NoticeKind::Error>
                                <p>{ts(T::SubmittedFailed)}</p>
                                <p>
                                    <a class="ca-link" href=Route::Outbox.path()>
                                        {ts(T::NavOutbox)}
                                    </a>
                                </p>
                            </Notice>
                        }
                            .into_any()
                    }
                    Progress::DeviceOnly => {
                        view! {
                            <Notice kind=NoticeKind::Info>
                                <p>{ts(T::SubmittedLocal)}</p>
                            </Notice>
                        }
                            .into_any()
                    }
                }}
            </div>
            <Uploads />
            {when(move || progress.get() != Progress::DeviceOnly, move || view! { <h2>{ts(T::NextHeading)}</h2>
                <ul class="ca-list">{next}</ul> }.into_any())}
            <div class="ca-actions">
                <a
                    class="ca-button"
                    data-kind="primary"
                    href=move || id.with_value(|id| Route::claim(id))
                >
                    {ts(T::ViewClaim)}
                </a>
                <a class="ca-button" data-kind="secondary" href=Route::NewClaim.path()>
                    {ts(T::AddAnother)}
                </a>
                {when(move || has_start.get(), move || view! { <Button
                        kind=ButtonKind::Subtle
                        on_click=Callback::new(move |()| remember_start(app, record.get_untracked()))
                    >
                        {ts(T::AddToCalendar)}
                    </Button> }.into_any())}
                <Button
                    kind=ButtonKind::Subtle
                    on_click=Callback::new(move |()| window::print())
                >
                    {ts(T::PrintPage)}
                </Button>
            </div>
        </Page>
    }
    .into_any()
}

/// The day on which the review should start at the latest: by the server's word,
/// or counted from today while the submission is on its way. [`None`] where the
/// edition sets no time for it.
fn review_start(app: AppState, record: Option<&ClaimRecord>, draft: &Draft) -> Option<NaiveDate> {
    let deadline = record.and_then(|record| record.deadline);
    if let Some(deadline) = deadline.filter(|known| known.kind == DeadlineKind::ReviewStart) {
        return Some(deadline.due_on);
    }
    let limit = draft.edition.get().review_start?;
    Some(app.session.holidays().due_on(app.clock.today.get(), limit))
}

/// Hands out that day for the calendar.
fn remember_start(app: AppState, record: Option<ClaimRecord>) {
    let Some(record) = record else { return };
    let Some(day) = review_start(app, Some(&record), &record.draft) else { return };
    let title = tf(T::CalendarReviewStart, &[("claim", &record.draft.claim_name)]);
    let text = tf(T::SubmittedReference, &[("reference", &record.reference)]);
    calendar_file::download(
        "review.ics",
        &calendar_file::Entry {
            id: &format!("{}-review-start", record.id),
            day,
            title: &title,
            text: &text,
            path: &Route::claim(&record.id),
        },
    );
}

fn next_lines(app: AppState, record: Option<&ClaimRecord>, draft: &Draft) -> Vec<String> {
    let start = review_start(app, record, draft);
    let mut lines: Vec<String> = start
        .map(|day| tf(T::NextReviewStart, &[("date", &day_with_zone(app, day))]))
        .into_iter()
        .collect();
    let edition = draft.edition.get();
    lines.push(tf(T::NextReview, &[("time", &days_in_words(edition.review))]));
    if draft.partner_role.is_some_and(cpor_rules::PartnerRole::sends_consent_email) {
        let email = match draft.customer_contact.email.trim() {
            "" => customer_of(draft),
            email => email.to_owned(),
        };
        let text = match edition.consent_email {
            ConsentEmail::OnSubmit => T::NextCustomer,
            ConsentEmail::OnApproval => T::NextCustomerLater,
        };
        lines.push(tf(text, &[("email", &email)]));
    }
    lines.push(tf(T::NextAction, &[("time", &days_in_words(edition.partner_action))]));
    lines
}
