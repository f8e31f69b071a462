//! *Customer claims*: the tracker. Claims on this device and on the server in
//! one list, the nearest deadline first; what is searched and filtered for
//! stands in the URL.

mod filter;

use crate::i18n::format::format_day;
use crate::i18n::places::zone_time;
use crate::i18n::{T, names, t, tf, tn, ts};
use crate::pages::deadline_text::DeadlineText;
use crate::pages::device_data::AsideNotice;
use crate::pages::page::{Page, use_go};
use crate::routes::Route;
use crate::state::claims::{self, ClaimRow, RowStatus};
use crate::state::{AppState, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::live_region::use_announcer;
use crate::ui::part::when;
use crate::ui::search_box::SearchBox;
use crate::ui::select::{Select, SelectOption};
use crate::ui::skeleton::Skeleton;
use crate::ui::status_pill::StatusPill;
use crate::ui::table::SortHeader;
use crate::ui::tabs::{Tab, Tabs};
use cpor_rules::{EditionId, PartnerRole, SolutionArea, Status};
use filter::{Filter, SortKey};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const SEARCH_ID: &str = "claims-search";

/// The page. Reviewers have no claims of their own: the queue is their list.
#[component]
pub fn ClaimsPage() -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let is_reviewer = Memo::new(move |_| app.session.is_reviewer());
    Effect::new(move |_| {
        if is_reviewer.get() {
            go.instead(&Route::Review.path());
        }
    });
    when(move || !is_reviewer.get(), || view! { <List /> }.into_any())
}

#[component]
fn List() -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let query = use_query_map();
    let announcer = use_announcer();
    let filter = Memo::new(move |_| query.with(Filter::from_query));
    let set_filter = Callback::new(move |next: Filter| go.instead(&next.path()));
    // The button goes with the filters, so the focus goes to where new ones are set.
    let clear = Callback::new(move |()| {
        set_filter.run(Filter::default());
        window::focus_on(SEARCH_ID.to_owned());
    });

    let all = claims::rows(app);
    let rows = Memo::new(move |_| {
        let filter = filter.get();
        all.with(|rows| filter.apply(rows, app.clock.today.get()))
    });
    let total = Memo::new(move |_| all.with(Vec::len));
    let count = Memo::new(move |_| {
        let n = rows.with(Vec::len);
        tn(u32::try_from(n).unwrap_or(u32::MAX), T::ResultCountOne, T::ResultCountOther)
            .replace("{n}", &n.to_string())
            .replace("{total}", &total.get().to_string())
    });
    // Say how many are left, after the typing has come to rest.
    Effect::new(move |before: Option<Filter>| {
        let now = filter.get();
        if before.is_some_and(|before| before != now) {
            announcer.say_later(500, Signal::derive(move || count.get()));
        }
        now
    });
    let heading = ts(T::ClaimsTitle);

    view! {
        <Page title=heading heading>
            <AsideNotice />
            <div class="ca-page__bar">
                <p class="ca-lead">{ts(T::ClaimsIntro)}</p>
                <a class="ca-button" data-kind="primary" href=Route::NewClaim.path()>
                    {ts(T::NavNewClaim)}
                </a>
            </div>
            <AreaTabs filter />
            <FilterBar filter set_filter clear />
            <p class="ca-hint" role="status">
                {count}
            </p>
            {move || {
                if claims::is_loading(app) && total.get() == 0 {
                    let label = t(T::Loading);
                    view! { <Skeleton label rows=6 /> }.into_any()
                } else if total.get() == 0 {
                    view! {
                        <EmptyState
                            title=ts(T::NoClaimsTitle)
                            text=ts(T::NoClaimsText)
                        >
                            <a class="ca-button" data-kind="primary" href=Route::NewClaim.path()>
                                {ts(T::NavNewClaim)}
                            </a>
                        </EmptyState>
                    }
                        .into_any()
                } else if rows.with(Vec::is_empty) {
                    view! {
                        <EmptyState
                            title=ts(T::NoMatchTitle)
                            text=ts(T::NoMatchText)
                        >
                            <Button kind=ButtonKind::Secondary on_click=clear>
                                {ts(T::ClearFilters)}
                            </Button>
                        </EmptyState>
                    }
                        .into_any()
                } else {
                    view! { <ClaimsTable rows filter set_filter /> }.into_any()
                }
            }}
            <p>
                <a class="ca-link" href=Route::backup()>
                    {ts(T::BackupLink)}
                </a>
            </p>
        </Page>
    }
    .into_any()
}

#[component]
fn AreaTabs(filter: Memo<Filter>) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let present = filter.get();
        let names = &EditionId::Current.get().names;
        std::iter::once((None, t(T::TabAll)))
            .chain(SolutionArea::ALL.map(|area| (Some(area), names.area(area).to_owned())))
            .map(|(area, label)| Tab {
                label,
                href: Filter { area, ..present.clone() }.path(),
                is_current: present.area == area,
            })
            .collect::<Vec<_>>()
    });
    view! { <Tabs label=ts(T::SolutionAreaLabel) tabs /> }
}

#[component]
fn FilterBar(
    filter: Memo<Filter>,
    set_filter: Callback<Filter>,
    clear: Callback<()>,
) -> impl IntoView {
    let option = |value: String, label: String| SelectOption { value, label, group: String::new() };
    let statuses = Signal::derive(move || {
        let mut options = vec![
            option(String::new(), t(T::FilterAny)),
            option(filter::ON_DEVICE.to_owned(), t(T::FilterOnDevice)),
        ];
        options.extend(
            Status::ALL
                .map(|status| option(status.code().to_owned(), names::status(status).to_owned())),
        );
        options
    });
    let roles = Signal::derive(move || {
        let names = &EditionId::Current.get().names;
        let mut options = vec![option(String::new(), t(T::FilterAny))];
        options.extend(
            PartnerRole::ALL
                .map(|role| option(role.code().to_owned(), names.role(role).to_owned())),
        );
        options
    });
    let sorts = Signal::derive(move || {
        SortKey::ALL.map(|key| option(key.code().to_owned(), t(key.label()))).to_vec()
    });
    view! {
        <div class="ca-filters" role="search">
            <SearchBox
                id=SEARCH_ID
                label=ts(T::SearchClaims)
                hint=ts(T::SearchClaimsHint)
                value=Signal::derive(move || filter.with(|f| f.text.clone()))
                on_input=Callback::new(move |text| {
                    set_filter.run(Filter { text, ..filter.get_untracked() });
                })
            />
            <Select
                id="claims-status"
                label=ts(T::FilterStatus)
                options=statuses
                value=Signal::derive(move || filter.with(Filter::status_code))
                on_change=Callback::new(move |code: String| {
                    set_filter.run(filter.get_untracked().with_status_code(&code));
                })
            />
            <Select
                id="claims-role"
                label=ts(T::FilterRole)
                options=roles
                value=Signal::derive(move || {
                    filter.with(|f| f.role.map_or("", PartnerRole::code).to_owned())
                })
                on_change=Callback::new(move |code: String| {
                    let role = PartnerRole::from_code(&code);
                    set_filter.run(Filter { role, ..filter.get_untracked() });
                })
            />
            // Cards have no header row to sort by, so sorting is here as well.
            <div class="ca-filters__sort">
                <Select
                    id="claims-sort"
                    label=ts(T::SortBy)
                    options=sorts
                    value=Signal::derive(move || filter.with(|f| f.sort.code().to_owned()))
                    on_change=Callback::new(move |code: String| {
                        let sort = SortKey::from_code(&code);
                        set_filter.run(Filter { sort, descending: false, ..filter.get_untracked() });
                    })
                />
            </div>
            {when(move || filter.with(Filter::is_narrowed), move || view! { <Button kind=ButtonKind::Subtle on_click=clear>
                    {ts(T::ClearFilters)}
                </Button> }.into_any())}
        </div>
    }
    .into_any()
}

#[component]
fn ClaimsTable(
    rows: Memo<Vec<ClaimRow>>,
    filter: Memo<Filter>,
    set_filter: Callback<Filter>,
) -> impl IntoView {
    let app = use_app();
    let header = move |key: SortKey| {
        let label = Signal::derive(move || match key {
            SortKey::Deadline => zoned(app),
            _ => t(key.label()),
        });
        let direction =
            Signal::derive(move || filter.with(|f| (f.sort == key).then_some(f.descending)));
        let on_sort = Callback::new(move |()| {
            let now = filter.get_untracked();
            let descending = now.sort == key && !now.descending;
            set_filter.run(Filter { sort: key, descending, ..now });
        });
        view! { <SortHeader label direction on_sort /> }
    };
    view! {
        <div class="ca-table-wrap">
            <table class="ca-table ca-table--cards">
                <caption class="ca-visually-hidden">{ts(T::ClaimsTitle)}</caption>
                <thead>
                    <tr>
                        {header(SortKey::Deadline)} {header(SortKey::Name)} {header(SortKey::Status)}
                        {header(SortKey::Role)} <th scope="col">{ts(T::ColumnItems)}</th>
                        {header(SortKey::Updated)}
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rows.get() key=|row| row.key() let(row)>
                        <Row row />
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(row: ClaimRow) -> impl IntoView {
    let app = use_app();
    let edition = row.edition.get();
    let role =
        row.role.map_or_else(String::new, |role| edition.role_name(role, row.also_pre_sales));
    let name = row.name.clone();
    let items = move || {
        let first = row.items.first().map_or("", |code| edition.item_name(code)).to_owned();
        match row.items.len() {
            0 | 1 => first,
            count => tf(T::ItemAndMore, &[("item", &first), ("n", &(count - 1).to_string())]),
        }
    };
    // "contoso.com · CPOR-000018", or what there is of it.
    let known = [row.customer.clone(), row.reference];
    let beneath = known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let updated = row.updated_at_ms;
    let href = Route::claim(&row.id);
    let is_pending = row.is_pending;
    let status = row.status;
    view! {
        <tr>
            <td data-label=move || zoned(app)>
                <DeadlineText deadline=row.deadline is_in_column=true />
            </td>
            <th scope="row" data-label=ts(T::ColumnClaim)>
                <a class="ca-link" href=href>
                    {move || if name.is_empty() { t(T::UnnamedClaim) } else { name.clone() }}
                </a>
                <span class="ca-cell__sub">{beneath}</span>
            </th>
            <td data-label=ts(T::ColumnStatus)>
                {status_pill_of(row.edition, status)}
                {is_pending.then(|| view! {
                    <span class="ca-cell__sub">{ts(T::StatusSending)}</span>
                })}
            </td>
            <td data-label=ts(T::ColumnRole)>{role}</td>
            <td data-label=ts(T::ColumnItems)>{items}</td>
            <td data-label=ts(T::ColumnUpdated)><span class="ca-nowrap">{move || format_day(updated)}</span></td>
        </tr>
    }
    .into_any()
}

/// "Deadline (Taipei time)": every date of the column is of that time zone.
fn zoned(app: AppState) -> String {
    let zone = app.clock.zone.with(|zone| zone_time(zone));
    tf(T::DateInZone, &[("date", &t(T::ColumnDeadline)), ("zone", &zone)])
}

/// A status in words and with its icon, named as today.
pub fn status_pill(status: RowStatus) -> impl IntoView + use<> {
    status_pill_of(EditionId::Current, status)
}

/// A status in words and with its icon, named as in the edition of the claim.
pub fn status_pill_of(edition: EditionId, status: RowStatus) -> impl IntoView + use<> {
    let (kind, text) = match status {
        RowStatus::OnDevice => ("local", ts(T::StatusLocal)),
        RowStatus::Known(status) => {
            (status.code(), Signal::stored(edition.get().names.status(status).to_owned()))
        }
    };
    view! { <StatusPill kind text /> }
}
