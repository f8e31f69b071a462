//! Why a draft is only shown here, and what can be done about it.

use crate::i18n::{T, t, ts};
use crate::pages::page::focus_title;
use crate::state::draft::{Because, Begin};
use crate::state::{actions, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, effect, memo};
use leptos::prelude::*;

/// The notice over the fields of a draft that is only shown.
#[component]
pub fn ReadingNotice() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let because = memo(move || match app.draft.tabs() {
        Some(tabs) => tabs.because(),
        // Nobody else can have closed it yet.
        None => app.draft.is_reading.get().then_some(Because::Newer),
    });
    let is_taking = RwSignal::new(false);
    effect(move || {
        if let Some(because) = because.get() {
            is_taking.set(false);
            announcer.say(t(words(because).0));
        }
    });
    let begin = move |with: Begin| {
        is_taking.set(true);
        if let Some(tabs) = app.draft.tabs() {
            tabs.take_over(with);
        }
        // The button goes with the notice.
        focus_title();
    };
    let offer = move |with: Begin, label: T, kind: ButtonKind| {
        view! {
            <Button kind busy=is_taking on_click=Callback::new(move |()| begin(with))>
                {ts(label)}
            </Button>
        }
        .into_any()
    };
    changing(move || {
        let Some(because) = because.get() else { return ().into_any() };
        let (title, text) = words(because);
        let ways = match because {
            Because::Elsewhere | Because::HandedOver | Because::Busy => {
                offer(Begin::Stored, T::ReadingEditHere, ButtonKind::Primary)
            }
            Because::Overtaken { is_kept } => view! {
                {is_kept.then(|| offer(Begin::Stored, T::ReadingTakeStored, ButtonKind::Primary))}
                {offer(Begin::Screen, T::ReadingTakeScreen, ButtonKind::Secondary)}
                {(!is_kept).then(|| view! {
                    <Button on_click=Callback::new(move |()| actions::download_draft(app))>
                        {ts(T::DownloadDraft)}
                    </Button>
                })}
            }
            .into_any(),
            Because::Gone => offer(Begin::Screen, T::ReadingKeep, ButtonKind::Secondary),
            Because::Newer => view! {
                <Button on_click=Callback::new(|()| window::reload())>{ts(T::ReloadPage)}</Button>
            }
            .into_any(),
        };
        let kind = match because {
            Because::Elsewhere | Because::HandedOver => NoticeKind::Info,
            Because::Overtaken { .. } | Because::Busy | Because::Gone | Because::Newer => {
                NoticeKind::Warning
            }
        };
        view! {
            <section class="ca-reading" aria-label=ts(title)>
                <Notice kind title=ts(title)>
                    <p>{ts(text)}</p>
                    <div class="ca-actions">{ways}</div>
                </Notice>
            </section>
        }
        .into_any()
    })
}

/// Its title, and its text.
const fn words(because: Because) -> (T, T) {
    match because {
        Because::Elsewhere => (T::ReadingElsewhereTitle, T::ReadingElsewhere),
        Because::HandedOver => (T::ReadingHandedOverTitle, T::ReadingHandedOver),
        Because::Overtaken { is_kept: true } => (T::ReadingOvertakenTitle, T::ReadingOvertaken),
        Because::Overtaken { is_kept: false } => {
            (T::ReadingOvertakenTitle, T::ReadingOvertakenNotKept)
        }
        Because::Busy => (T::ReadingBusyTitle, T::ReadingBusy),
        Because::Gone => (T::ReadingGoneTitle, T::ReadingGone),
        Because::Newer => (T::ReadingNewerTitle, T::ReadingNewer),
    }
}
