//! The data on this device: how much there is, whether it stays, and what was set
//! aside.

use super::page::focus_title;
use crate::i18n::format::format_size;
use crate::i18n::{T, t, tf, ts};
use crate::routes::Route;
use crate::state::kept_aside::{self, Item, Kind, Why};
use crate::state::{actions, room, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, memo, when};
use crate::ui::progress::Progress;
use leptos::prelude::*;

/// The section of the settings.
#[component]
pub fn DeviceData() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let storage = app.settings.storage;
    app.settings.look_at_storage();
    let usage = memo(move || storage.get().usage);
    let is_short =
        memo(move || usage.get().is_some_and(|(used, quota)| room::is_short(used, quota)));
    let freed = RwSignal::new(None::<Option<u64>>);
    let is_busy = RwSignal::new(false);
    let freed_text = move || match freed.get() {
        None => String::new(),
        Some(None) => t(T::RoomFailed),
        Some(Some(0)) => t(T::RoomNothing),
        Some(Some(bytes)) => tf(T::RoomFreed, &[("size", &format_size(bytes))]),
    };
    let free = move || {
        is_busy.set(true);
        room::free(app, move |bytes| {
            let _ = is_busy.try_set(false);
            if freed.try_set(Some(bytes)).is_none() {
                announcer.say(untrack(freed_text));
            }
        });
    };
    view! {
        <section class="ca-section" aria-labelledby="data">
            <h2 id="data">{ts(T::SettingsData)}</h2>
            {changing(move || match usage.get() {
                Some((used, quota)) => {
                    let text = tf(
                        T::SettingsStorageUse,
                        &[("used", &format_size(used)), ("quota", &format_size(quota))],
                    );
                    let percent = u32::try_from(used.saturating_mul(100) / quota.max(1)).unwrap_or(100);
                    view! { <Progress label=t(T::RoomLabel) text percent=percent.min(100) /> }.into_any()
                }
                None => ().into_any(),
            })}
            {when(move || is_short.get(), || view! {
                <Notice kind=NoticeKind::Warning title=ts(T::RoomShortTitle)>
                    <p>{ts(T::RoomShort)}</p>
                </Notice>
            }.into_any())}
            <p>
                {move || t(if app.settings.is_shared.get() {
                    T::SharedBand
                } else if storage.get().is_persisted {
                    T::SettingsPersistYes
                } else {
                    T::SettingsPersistNo
                })}
            </p>
            {when(move || !storage.get().has_database, move || view! { <p>{ts(T::SettingsNoIndexedDb)}</p> }.into_any())}
            <p class="ca-hint">{ts(T::SettingsWhatStays)}</p>
            <p class="ca-hint">{ts(T::RoomHint)}</p>
            <div class="ca-actions">
                {when(
                    move || !storage.get().is_persisted && !app.settings.is_shared.get(),
                    move || view! { <Button
                        kind=ButtonKind::Secondary
                        on_click=Callback::new(move |()| app.settings.ask_to_persist())
                    >
                        {ts(T::SettingsPersistAsk)}
                    </Button> }.into_any(),
                )}
                <Button busy=is_busy on_click=Callback::new(move |()| free())>
                    {ts(T::RoomFree)}
                </Button>
                <Button
                    kind=ButtonKind::Secondary
                    on_click=Callback::new(move |()| actions::download_all_drafts(app))
                >
                    {ts(T::SettingsExport)}
                </Button>
            </div>
            {when(move || freed.get().is_some(), move || view! { <p>{freed_text}</p> }.into_any())}
            <p>
                <a class="ca-link" href=Route::backup()>
                    {ts(T::BackupLink)}
                </a>
            </p>
            <KeptAside />
        </section>
    }
    .into_any()
}

/// What was set aside: what each thing is, why, and what can be done with it.
#[component]
fn KeptAside() -> impl IntoView {
    let app = use_app();
    let items = memo(move || kept_aside::list(app));
    let removing = RwSignal::new(None::<Item>);
    let asks = RwSignal::new(false);
    let line = move |item: Item| {
        let (title, why) = words(&item);
        let name = title.clone();
        let size = format_size(item.size_bytes);
        let may_remove = kept_aside::may_remove(&item);
        let (shown, gone) = (item.clone(), item);
        let download = tf(T::AsideDownloadOne, &[("name", &name)]);
        let remove = tf(T::AsideRemoveOne, &[("name", &name)]);
        view! {
            <li class="ca-outbox__item">
                <div>
                    <strong>{title}</strong>
                    <p>{why}</p>
                    <p class="ca-hint">{size}</p>
                </div>
                <div class="ca-actions">
                    <Button on_click=Callback::new(move |()| kept_aside::download(&shown))>
                        {download}
                    </Button>
                    {may_remove.then(|| view! {
                        <Button
                            kind=ButtonKind::Danger

                            on_click=Callback::new(move |()| {
                                removing.set(Some(gone.clone()));
                                asks.set(true);
                            })
                        >
                            {remove}
                        </Button>
                    })}
                </div>
            </li>
        }
    };
    view! {
        {changing(move || {
            let items = items.get();
            if items.is_empty() {
                return ().into_any();
            }
            let all = items.clone();
            let lines = items.into_iter().map(line).collect_view();
            view! {
                <h3 id="aside" tabindex="-1">{ts(T::AsideTitle)}</h3>
                <p class="ca-hint">{ts(T::AsideHint)}</p>
                <ul class="ca-outbox" aria-labelledby="aside">{lines}</ul>
                <p>
                    <Button on_click=Callback::new(move |()| kept_aside::download_all(&all))>
                        {ts(T::AsideDownloadAll)}
                    </Button>
                </p>
            }
            .into_any()
        })}
        <ConfirmDialog
            open=asks
            title=ts(T::AsideRemove)
            text=ts(T::AsideRemoveConfirm)
            confirm=ts(T::AsideRemove)
            cancel=ts(T::Cancel)
            on_confirm=Callback::new(move |()| {
                if let Some(item) = removing.get_untracked() {
                    kept_aside::remove(app, &item);
                    // The button goes with the line.
                    focus_title();
                }
            })
        />
    }
    .into_any()
}

/// What it is called, and why it is here.
fn words(item: &Item) -> (String, String) {
    let title = match (&item.why, item.kind) {
        (Why::OtherVersion { name }, _) if !name.trim().is_empty() => {
            tf(T::AsideVersion, &[("name", name)])
        }
        (Why::OtherVersion { .. }, _) => tf(T::AsideVersion, &[("name", &t(T::UnnamedClaim))]),
        (_, Kind::Draft) => t(T::AsideDraft),
        (_, Kind::Change) => t(T::AsideChange),
        (_, Kind::Notes) => t(T::AsideNotes),
        (_, Kind::Other) => t(T::AsideOther),
    };
    let why = t(match item.why {
        Why::OtherVersion { .. } => T::AsideWhyVersion,
        Why::Newer => T::AsideWhyNewer,
        Why::Damaged => T::AsideWhyDamaged,
    });
    (title, why)
}

/// Says that something was set aside, and where it is.
#[component]
pub fn AsideNotice() -> impl IntoView {
    let app = use_app();
    let is_any = memo(move || !kept_aside::list(app).is_empty());
    when(
        move || is_any.get(),
        || {
            view! {
                <Notice kind=NoticeKind::Warning>
                    <p>
                        {ts(T::AsideNotice)} " "
                        <a class="ca-link" href=Route::Settings.path()>{ts(T::AsideLink)}</a>
                    </p>
                </Notice>
            }
            .into_any()
        },
    )
}
