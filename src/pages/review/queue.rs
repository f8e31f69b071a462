//! The queue: what waits for a reviewer, for a partner, and what is decided.

use super::{Due, NotYours};
use crate::i18n::{T, t, tf, tn, ts};
use crate::pages::claims::status_pill;
use crate::pages::page::{Page, use_go};
use crate::routes::Route;
use crate::state::claims::{self, RowStatus};
use crate::state::review::{self, QueueRow, Tab};
use crate::state::session::Phase;
use crate::state::sync::SyncPhase;
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::{Icon, IconView};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{either, when};
use crate::ui::search_box::SearchBox;
use crate::ui::skeleton::Skeleton;
use crate::ui::tabs::{self, Tabs};
use cpor_rules::catalog;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const SEARCH_ID: &str = "review-search";

/// The page.
#[component]
pub fn QueuePage() -> impl IntoView {
    let app = use_app();
    either(
        // Whoever may still turn out to be a reviewer is not sent away.
        move || app.session.is_reviewer() || app.session.phase.get() == Phase::Starting,
        || view! { <Queue /> }.into_any(),
        || view! { <NotYours /> }.into_any(),
    )
}

#[component]
fn Queue() -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let query = use_query_map();
    let announcer = use_announcer();
    let tab = Memo::new(move |_| {
        query.with(|query| Tab::from_code(&query.get("tab").unwrap_or_default()))
    });
    let text = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let search = move |text: &str| go.instead(&path(tab.get_untracked(), text));
    let all = review::queue(app);
    Effect::new(move |_| app.sync.view.with(|view| review::forget_decided(app, view)));
    let part = Memo::new(move |_| {
        let tab = tab.get();
        all.with(|rows| {
            rows.iter().filter(|row| Tab::of(row.status) == tab).cloned().collect::<Vec<_>>()
        })
    });
    let rows = Memo::new(move |_| {
        let text = text.get();
        part.with(|rows| rows.iter().filter(|row| row.matches(&text)).cloned().collect::<Vec<_>>())
    });
    let count = Memo::new(move |_| {
        let n = rows.with(Vec::len);
        tn(u32::try_from(n).unwrap_or(u32::MAX), T::ResultCountOne, T::ResultCountOther)
            .replace("{n}", &n.to_string())
            .replace("{total}", &part.with(Vec::len).to_string())
    });
    // Say how many are left, after the typing has come to rest.
    Effect::new(move |before: Option<String>| {
        let now = text.get();
        if before.is_some_and(|before| before != now) {
            announcer.say_later(500, Signal::derive(move || count.get()));
        }
        now
    });
    let tabs = Signal::derive(move || {
        let present = tab.get();
        Tab::ALL
            .map(|tab| {
                let held = all
                    .with(|rows| rows.iter().filter(|row| Tab::of(row.status) == tab).count())
                    .to_string();
                let label = match tab {
                    Tab::ToDo => T::ReviewTabToDo,
                    Tab::Waiting => T::ReviewTabWaiting,
                    Tab::Decided => T::ReviewTabDecided,
                };
                tabs::Tab {
                    label: tf(label, &[("n", &held)]),
                    href: path(tab, &text.get()),
                    is_current: tab == present,
                }
            })
            .to_vec()
    });
    let is_offline = move || app.sync.view.with(|view| view.phase == SyncPhase::Offline);
    let is_loading = move || {
        (claims::is_loading(app) || app.session.phase.get() == Phase::Starting)
            && all.with(Vec::is_empty)
    };
    let clear = Callback::new(move |()| {
        search("");
        // The button goes with the search.
        window::focus_on(SEARCH_ID.to_owned());
    });
    let heading = ts(T::ReviewQueueTitle);
    view! {
        <Page title=heading heading>
            <p class="ca-lead">{ts(T::ReviewIntroQueue)}</p>
            {when(is_offline, || view! { <Notice kind=NoticeKind::Info>
                    <p>{ts(T::ReviewOffline)}</p>
                </Notice> }.into_any())}
            <Tabs label=ts(T::ReviewTabs) tabs />
            <div class="ca-filters" role="search">
                <SearchBox
                    id=SEARCH_ID
                    label=ts(T::SearchClaims)
                    hint=ts(T::ReviewSearchHint)
                    value=text
                    on_input=Callback::new(move |text: String| search(&text))
                />
            </div>
            <p class="ca-hint" role="status">{count}</p>
            {either(is_loading, || view! { <Skeleton label=t(T::Loading) rows=6 /> }.into_any(), move || {
                either(
                    move || !rows.with(Vec::is_empty),
                    move || view! { <Table rows /> }.into_any(),
                    move || view! { <Nothing tab text clear /> }.into_any(),
                )
            })}
        </Page>
    }
    .into_any()
}

/// The URL of a part of the queue under a search.
fn path(tab: Tab, text: &str) -> String {
    let text = String::from(js_sys::encode_uri_component(text));
    match (tab, text.as_str()) {
        (Tab::ToDo, "") => Route::Review.path(),
        (tab, "") => format!("{}?tab={}", Route::Review.path(), tab.code()),
        (tab, text) => format!("{}?tab={}&q={text}", Route::Review.path(), tab.code()),
    }
}

#[component]
fn Nothing(tab: Memo<Tab>, text: Memo<String>, clear: Callback<()>) -> impl IntoView {
    either(
        move || text.with(|text| text.trim().is_empty()),
        move || {
            let why = Signal::derive(move || {
                t(match tab.get() {
                    Tab::ToDo => T::ReviewEmptyToDo,
                    Tab::Waiting => T::ReviewEmptyWaiting,
                    Tab::Decided => T::ReviewEmptyDecided,
                })
            });
            view! { <EmptyState title=ts(T::ReviewEmptyTitle) text=why /> }.into_any()
        },
        move || {
            view! {
                <EmptyState title=ts(T::NoMatchTitle) text=ts(T::NoMatchText)>
                    <Button kind=ButtonKind::Secondary on_click=clear>
                        {ts(T::ReviewClearSearch)}
                    </Button>
                </EmptyState>
            }
            .into_any()
        },
    )
}

#[component]
fn Table(rows: Memo<Vec<QueueRow>>) -> impl IntoView {
    let head = |label: T| view! { <th scope="col">{ts(label)}</th> };
    view! {
        <div class="ca-table-wrap">
            <table class="ca-table ca-table--cards">
                <caption class="ca-visually-hidden">{ts(T::ReviewTable)}</caption>
                <thead>
                    <tr>
                        {head(T::ColumnDeadline)} {head(T::ColumnClaim)}
                        {head(T::ReviewColumnPartner)} {head(T::ReviewColumnCustomer)}
                        {head(T::ColumnStatus)} {head(T::ColumnItems)}
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || rows.get()
                        key=|row| (row.id.clone(), row.revision, row.is_pending, row.rivals)
                        let(row)
                    >
                        <Row row />
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(row: QueueRow) -> impl IntoView {
    let href = Route::ReviewCase { id: row.id }.path();
    let items = row.items.iter().map(|code| catalog::display_name(code)).collect::<Vec<_>>();
    let items = items.join(", ");
    let (name, rivals) = (row.name, row.rivals);
    view! {
        <tr>
            <td data-label=ts(T::ColumnDeadline)>
                <Due deadline=row.deadline />
            </td>
            <th scope="row" data-label=ts(T::ColumnClaim)>
                <a class="ca-link" href=href>
                    {move || if name.is_empty() { t(T::UnnamedClaim) } else { name.clone() }}
                </a>
                <span class="ca-cell__sub">{row.reference}</span>
            </th>
            <td data-label=ts(T::ReviewColumnPartner)>{row.partner}</td>
            <td data-label=ts(T::ReviewColumnCustomer)>{row.customer}</td>
            <td data-label=ts(T::ColumnStatus)>
                {status_pill(RowStatus::Known(row.status))}
                {row.is_pending.then(|| view! {
                    <span class="ca-cell__sub">{ts(T::StatusSending)}</span>
                })}
            </td>
            <td data-label=ts(T::ColumnItems)>
                {items}
                {(rivals > 0).then(|| view! {
                    <span class="ca-review__rivals">
                        <IconView icon=Icon::Warning />
                        {move || tf(T::ReviewCompeting, &[("n", &(rivals + 1).to_string())])}
                    </span>
                })}
            </td>
        </tr>
    }
    .into_any()
}
