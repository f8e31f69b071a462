//! What the person is told of, by day, newest first.

use super::page::{Page, focus_title};
use crate::i18n::format::{format_day, format_time};
use crate::i18n::{T, t, ts};
use crate::routes::Route;
use crate::state::claims::millis;
use crate::state::notices::{Arrival, Notices};
use crate::state::session::Phase;
use crate::state::sync::SyncPhase;
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, memo, when};
use crate::ui::skeleton::Skeleton;
use cpor_protocol::{Notification, NotificationId, NotificationKind};
use leptos::prelude::*;

/// The page.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let app = use_app();
    let heading = ts(T::NoticesTitle);
    let phase = memo(move || app.session.phase.get());
    view! {
        <Page title=heading heading>
            {changing(move || match phase.get() {
                Phase::Starting => view! { <Skeleton label=t(T::Loading) rows=6 /> }.into_any(),
                Phase::DeviceOnly => {
                    view! {
                        <EmptyState title=ts(T::NoticesEmpty) text=ts(T::NoticesDeviceOnly) />
                    }
                        .into_any()
                }
                Phase::SignedOut => {
                    let path =
                        format!("{}?return={}", Route::SignIn.path(), Route::Notifications.path());
                    view! {
                        <EmptyState title=ts(T::NoticesEmpty) text=ts(T::NoticesSignIn)>
                            <a class="ca-button" data-kind="primary" href=path>
                                {ts(T::SignIn)}
                            </a>
                        </EmptyState>
                    }
                        .into_any()
                }
                Phase::SignedIn => view! { <List /> }.into_any(),
            })}
        </Page>
    }
    .into_any()
}

#[component]
fn List() -> impl IntoView {
    let app = use_app();
    let notices = Notices::load(app);
    let is_empty = memo(move || notices.entries.with(Vec::is_empty));
    let shown = memo(move || (notices.arrival.get(), is_empty.get()));
    changing(move || match shown.get() {
        (Arrival::Loading, true) => view! { <Skeleton label=t(T::Loading) rows=6 /> }.into_any(),
        (Arrival::Failed, true) => view! { <NotLoaded notices /> }.into_any(),
        (Arrival::There, true) => {
            view! { <EmptyState title=ts(T::NoticesEmpty) text=ts(T::NoticesEmptyText) /> }
                .into_any()
        }
        (_, false) => view! { <Days notices /> }.into_any(),
    })
}

#[component]
fn NotLoaded(notices: Notices) -> impl IntoView {
    let app = use_app();
    let why = Signal::derive(move || {
        let is_offline = app.sync.view.with(|view| view.phase == SyncPhase::Offline);
        t(if is_offline { T::NoticesOffline } else { T::NoticesFailed })
    });
    view! {
        <Notice kind=NoticeKind::Warning>
            <p>{why}</p>
            <div class="ca-actions">
                <Button on_click=Callback::new(move |()| {
                    notices.retry();
                    // The button goes with the message.
                    focus_title();
                })>{ts(T::Retry)}</Button>
            </div>
        </Notice>
    }
}

#[component]
fn Days(notices: Notices) -> impl IntoView {
    let announcer = use_announcer();
    let has_unread =
        memo(move || notices.entries.with(|entries| entries.iter().any(|entry| !entry.is_read)));
    let days = memo(move || {
        let mut days: Vec<String> =
            notices.entries.with(|entries| entries.iter().map(day).collect());
        days.dedup();
        days
    });
    let mark_all = Callback::new(move |()| {
        notices.mark_all(move |is_done| {
            announcer.say(t(if is_done { T::NoticesMarked } else { T::NoticesNotMarked }));
            if is_done {
                // The button goes when there is nothing left to mark.
                focus_title();
            }
        });
    });
    view! {
        {when(move || has_unread.get(), move || {
            view! { <p><Button on_click=mark_all>{ts(T::NoticesMarkAll)}</Button></p> }.into_any()
        })}
        <For each=move || days.get() key=String::clone let(day_shown)>
            <section class="ca-notices__day">
                <h2>{day_shown.clone()}</h2>
                <ul class="ca-notices">
                    <For
                        each={
                            let shown = day_shown.clone();
                            move || {
                                notices.entries.with(|entries| {
                                    let of_day = entries.iter().filter(|entry| day(entry) == shown);
                                    of_day.cloned().collect::<Vec<_>>()
                                })
                            }
                        }
                        key=|entry| entry.id
                        let(entry)
                    >
                        <Entry entry notices />
                    </For>
                </ul>
            </section>
        </For>
        {when(move || notices.has_older.get(), move || {
            view! {
                <p>
                    <Button
                        busy=notices.is_fetching
                        on_click=Callback::new(move |()| notices.fetch_older())
                    >
                        {ts(T::NoticesOlder)}
                    </Button>
                </p>
            }
                .into_any()
        })}
    }
}

/// A line stays the same while it becomes read: somebody may be on its link.
#[component]
fn Entry(entry: Notification, notices: Notices) -> impl IntoView {
    let announcer = use_announcer();
    let id = entry.id;
    let link_id = format!("notice-{id}");
    let is_unread = memo(move || {
        notices.entries.with(|entries| entries.iter().any(|one| one.id == id && !one.is_read))
    });
    let at = millis(entry.at);
    let kind = entry.kind;
    let name =
        if entry.claim_name.is_empty() { t(T::UnnamedClaim) } else { entry.claim_name.clone() };
    let button_name = name.clone();
    let back_to = StoredValue::new(link_id.clone());
    let mark = Callback::new(move |()| {
        mark_one(notices, id, move |is_done| {
            if is_done {
                announcer.say(t(T::NoticeMarked));
                // The button goes, so the focus goes to the line.
                if let Some(link_id) = back_to.try_get_value() {
                    window::focus_on(link_id);
                }
            } else {
                announcer.say(t(T::NoticesNotMarked));
            }
        });
    });
    view! {
        <li class="ca-notices__item" data-state=move || if is_unread.get() { "unread" } else { "read" }>
            <div>
                <a
                    id=link_id
                    class="ca-link"
                    href=Route::claim(&entry.claim_id)
                    on:click=move |_| {
                        if is_unread.get_untracked() {
                            mark_one(notices, id, |_| {});
                        }
                    }
                >
                    {name}
                </a>
                <p>{move || t(sentence(kind))}</p>
                <p class="ca-hint">
                    {entry.reference.clone()} " · " {move || format_time(at)}
                    {when(move || is_unread.get(), move || {
                        view! {
                            " · "
                            <strong>{ts(T::NoticeUnread)}</strong>
                        }
                            .into_any()
                    })}
                </p>
            </div>
            {when(move || is_unread.get(), move || {
                let name = button_name.clone();
                view! {
                    <Button kind=ButtonKind::Subtle on_click=mark>
                        {ts(T::NoticesMarkOne)}
                        <span class="ca-visually-hidden">" " {name}</span>
                    </Button>
                }
                    .into_any()
            })}
        </li>
    }
    .into_any()
}

fn mark_one(notices: Notices, id: NotificationId, done: impl FnOnce(bool) + 'static) {
    notices.mark(vec![id], done);
}

fn day(entry: &Notification) -> String {
    format_day(millis(entry.at))
}

/// What a kind of notification says.
const fn sentence(kind: NotificationKind) -> T {
    match kind {
        NotificationKind::ActionRequired => T::NoticeActionRequired,
        NotificationKind::DeadlineNear => T::NoticeDeadlineNear,
        NotificationKind::Approved => T::NoticeApproved,
        NotificationKind::Rejected => T::NoticeRejected,
        NotificationKind::Expired => T::NoticeExpired,
        NotificationKind::DisputeWon => T::NoticeDisputeWon,
        NotificationKind::DisputeLost => T::NoticeDisputeLost,
        NotificationKind::DisputeReopened => T::NoticeDisputeReopened,
        NotificationKind::CustomerDeclined => T::NoticeCustomerDeclined,
        NotificationKind::CompetingClaim => T::NoticeCompetingClaim,
        NotificationKind::ProofOld => T::NoticeProofOld,
        NotificationKind::ReviewerComment => T::NoticeReviewerComment,
        NotificationKind::Submitted => T::NoticeSubmitted,
        NotificationKind::Disputed => T::NoticeDisputed,
        NotificationKind::PartnerComment => T::NoticePartnerComment,
        NotificationKind::Unknown => T::NoticeUnknown,
    }
}
