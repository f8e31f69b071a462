//! What is said on every page while it is so: that something found no room, with how
//! much is needed and what can be done about it without leaving what one is writing;
//! and that this device's clock is wrong.

use crate::i18n::format::{format_instant, format_size};
use crate::i18n::{T, t, tf, ts};
use crate::state::draft::SaveState;
use crate::state::{actions, room, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::part::{effect, memo, when};
use leptos::prelude::*;

/// The bands that are needed now.
#[component]
pub fn Bands() -> impl IntoView {
    let app = use_app();
    let has_no_room = memo(move || room::found_none(app));
    let is_wrong = memo(move || app.clock.behind_ms.get() != 0.0);
    view! {
        {when(move || has_no_room.get(), || view! { <RoomBand /> }.into_any())}
        {when(move || is_wrong.get(), || view! { <ClockBand /> }.into_any())}
    }
    .into_any()
}

/// The clock of this device is wrong.
#[component]
fn ClockBand() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let text = move || {
        let now = app.clock.device_now_ms();
        let theirs = now + app.clock.behind_ms.get();
        tf(T::ClockWrong, &[("here", &format_instant(now)), ("there", &format_instant(theirs))])
    };
    announcer.say(untrack(text));
    view! { <p class="ca-banner">{text}</p> }.into_any()
}

#[component]
fn RoomBand() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let needed = memo(move || room::lacks_bytes(app));
    let is_busy = RwSignal::new(false);
    let has_failed = RwSignal::new(false);
    let text = move || tf(T::RoomLacks, &[("size", &format_size(needed.get().max(1)))]);
    effect(move || {
        // A draft that was not saved says it itself.
        let is_said = matches!(app.draft.save_state.get(), SaveState::Failed(_));
        if needed.get() > 0 && !is_said {
            announcer.alarm(untrack(text));
        }
    });
    let free = move || {
        is_busy.set(true);
        room::free(app, move |_| {
            let _ = is_busy.try_set(false);
            let is_over = untrack(|| room::lacks_bytes(app)) == 0;
            let _ = has_failed.try_set(!is_over);
            announcer.say(t(if is_over { T::RoomMade } else { T::RoomNothing }));
        });
    };
    view! {
        <div class="ca-banner">
            <span>{text}</span>
            <Button busy=is_busy on_click=Callback::new(move |()| free())>{ts(T::RoomNow)}</Button>
            <Button
                kind=ButtonKind::Secondary
                on_click=Callback::new(move |()| actions::download_unsent(app))
            >
                {ts(T::RoomDownload)}
            </Button>
            {move || has_failed.get().then(|| view! { <span>{ts(T::RoomNothing)}</span> })}
        </div>
    }
    .into_any()
}
