//! The demonstration from behind: its mails, and its clock.

use super::page::Page;
use crate::i18n::format::{format_date, format_instant};
use crate::i18n::{T, t, tf, ts};
use crate::state::server::when_answered;
use crate::state::session::Phase;
use crate::state::use_app;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::disclosure::Disclosure;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, effect, when};
use crate::ui::skeleton::Skeleton;
use cpor_protocol::{DemoMail, Feature};
use leptos::prelude::*;

/// Steps in days by which the clock can be moved.
const STEPS: [u16; 3] = [1, 7, 30];

/// The page.
#[component]
pub fn DemoPage() -> impl IntoView {
    let app = use_app();
    let heading = ts(T::DemoTitle);
    let is_demo = Memo::new(move |_| {
        app.session.backend.with(|known| known.as_ref().is_some_and(|b| b.has(Feature::Demo)))
    });
    view! {
        <Page title=heading heading>
            {changing(move || match app.session.phase.get() {
                Phase::Starting => view! { <Skeleton label=t(T::Loading) rows=4 /> }.into_any(),
                Phase::SignedIn if is_demo.get() => view! { <Behind /> }.into_any(),
                Phase::SignedOut if is_demo.get() => view! { <p>{ts(T::DemoSignIn)}</p> }.into_any(),
                _ => view! { <p>{ts(T::DemoNone)}</p> }.into_any(),
            })}
        </Page>
    }
    .into_any()
}

#[component]
fn Behind() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let mails = RwSignal::new(None::<Vec<DemoMail>>);
    let has_failed = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let load = move || {
        let Some(server) = app.session.server() else { return };
        when_answered(server.demo_mails(), move |came| {
            let _ = has_failed.try_set(came.is_none());
            if came.is_some() {
                let _ = mails.try_set(came);
            }
        });
    };
    effect(load);
    let forward = move |days: u16| {
        let Some(server) = app.session.server() else { return };
        is_busy.set(true);
        when_answered(server.move_demo_clock(days), move |came| {
            let _ = is_busy.try_set(false);
            if let Some(clock) = came {
                app.clock.set_ahead(clock.ahead_seconds);
                announcer.say(today_text(app.clock.today.get_untracked()));
                // Claims may have changed with the time.
                server.send_now();
                load();
            } else {
                let _ = has_failed.try_set(true);
            }
        });
    };
    view! {
        {when(
            move || has_failed.get(),
            || {
                view! {
                    <Notice kind=NoticeKind::Error>
                        <p>{ts(T::DemoFailed)}</p>
                    </Notice>
                }
                    .into_any()
            },
        )}
        <section class="ca-section ca-prose" aria-labelledby="demo-clock">
            <h2 id="demo-clock">{ts(T::DemoClock)}</h2>
            <p>{move || today_text(app.clock.today.get())}</p>
            <p class="ca-hint">{ts(T::DemoClockHint)}</p>
            <div class="ca-actions">
                {STEPS
                    .map(|days| {
                        let label = Signal::derive(move || {
                            if days == 1 {
                                t(T::DemoOneDay)
                            } else {
                                tf(T::DemoDays, &[("n", &days.to_string())])
                            }
                        });
                        view! {
                            <Button
                                kind=ButtonKind::Secondary
                                busy=is_busy
                                on_click=Callback::new(move |()| forward(days))
                            >
                                {label}
                            </Button>
                        }
                    })}
            </div>
        </section>
        <section class="ca-section ca-prose" aria-labelledby="demo-mails">
            <h2 id="demo-mails">{ts(T::DemoMails)}</h2>
            <div class="ca-actions">
                <Button kind=ButtonKind::Secondary on_click=Callback::new(move |()| load())>
                    {ts(T::DemoRefresh)}
                </Button>
            </div>
            {changing(move || match mails.get() {
                None => view! { <Skeleton label=t(T::Loading) rows=3 /> }.into_any(),
                Some(mails) if mails.is_empty() => {
                    view! { <p class="ca-hint">{ts(T::DemoNoMails)}</p> }.into_any()
                }
                Some(mails) => mails.into_iter().map(mail_view).collect_view().into_any(),
            })}
        </section>
    }
    .into_any()
}

fn today_text(today: chrono::NaiveDate) -> String {
    tf(T::DemoToday, &[("date", &format_date(today))])
}

fn mail_view(mail: DemoMail) -> AnyView {
    let DemoMail { at, to, cc, subject, text, link, .. } = mail;
    #[expect(clippy::cast_precision_loss, reason = "instants of this age fit")]
    let at_ms = at.timestamp_millis() as f64;
    let has_copy = !cc.is_empty();
    // The language of the mail, which need not be that of the page.
    let language = link.split_once("lang=").map_or("en", |(_, tag)| tag).to_owned();
    let shown = subject.clone();
    let summary = Signal::derive(move || format!("{shown} · {to} · {}", format_instant(at_ms)));
    view! {
        <Disclosure summary>
            {has_copy.then(|| view! { <p>{move || tf(T::DemoCopy, &[("cc", &cc)])}</p> })}
            <div class="ca-mail" lang=language>
                {text}
            </div>
            <p>
                <a class="ca-link" href=link>
                    {ts(T::DemoOpenLink)}
                </a>
            </p>
        </Disclosure>
    }
    .into_any()
}
