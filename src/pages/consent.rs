//! The page behind the link in the mail to a customer. Works signed out: the
//! link is all it takes.

use super::page::Page;
use crate::i18n::{T, t, tf, ts};
use crate::routes::Route;
use crate::state::server::{ConsentFailure, when_answered};
use crate::state::session::Phase;
use crate::state::use_app;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, effect, when};
use crate::ui::skeleton::Skeleton;
use cpor_protocol::{ConsentRequest, ConsentState};
use leptos::prelude::*;
use std::fmt::Write as _;

type Answer = Option<Result<ConsentRequest, ConsentFailure>>;

/// The page.
#[component]
pub fn ConsentPage(
    /// What the link holds.
    token: String,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let token = StoredValue::new(token);
    let answer = RwSignal::new(None::<Result<ConsentRequest, ConsentFailure>>);
    let is_busy = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let asks = RwSignal::new(false);
    let load = move || {
        let Some(server) = app.session.server() else {
            answer.set(Some(Err(ConsentFailure::Wrong)));
            return;
        };
        answer.set(None);
        when_answered(server.consent(token.get_value()), move |came| {
            let _ = answer.try_set(Some(came));
        });
    };
    let is_started = Memo::new(move |_| app.session.phase.get() != Phase::Starting);
    effect(move || {
        if is_started.get() {
            load();
        }
    });
    let decline = move || {
        let Some(server) = app.session.server() else { return };
        is_busy.set(true);
        failed.set(false);
        when_answered(server.decline(token.get_value()), move |came| {
            let _ = is_busy.try_set(false);
            match came {
                Ok(declined) => {
                    announcer.say(t(T::ConsentDeclinedTitle));
                    let _ = answer.try_set(Some(Ok(declined)));
                    // The button that had the focus is gone.
                    super::page::focus_title();
                }
                // Ended or gone meanwhile: what there is now tells it better.
                Err(ConsentFailure::Wrong | ConsentFailure::Ended) => load(),
                Err(ConsentFailure::SlowDown | ConsentFailure::Unreachable) => {
                    let _ = failed.try_set(true);
                }
            }
        });
    };
    let title = Signal::derive(move || title_of(&answer.get()));
    view! {
        <Page title heading=title>
            <div class="ca-prose">
                {changing(move || match answer.get() {
                    None => view! { <Skeleton label=t(T::Loading) rows=4 /> }.into_any(),
                    Some(Err(why)) => not_shown(why, Callback::new(move |()| load())),
                    Some(Ok(request)) => {
                        let is_open = request.state == ConsentState::Open;
                        let partner = request.partner.clone();
                        view! {
                            <Asked request />
                            {is_open
                                .then(|| {
                                    view! {
                                        {when(
                                            move || failed.get(),
                                            || {
                                                view! {
                                                    <Notice kind=NoticeKind::Error>
                                                        <p>{ts(T::ConsentNotSent)}</p>
                                                    </Notice>
                                                }
                                                    .into_any()
                                            },
                                        )}
                                        <h2>{ts(T::ConsentDeclineHeading)}</h2>
                                        <p>{ts(T::ConsentDeclineText)}</p>
                                        <div class="ca-actions">
                                            <Button
                                                kind=ButtonKind::Danger
                                                busy=is_busy
                                                on_click=Callback::new(move |()| asks.set(true))
                                            >
                                                {ts(T::ConsentDecline)}
                                            </Button>
                                        </div>
                                        <ConfirmDialog
                                            open=asks
                                            title=ts(T::ConsentConfirmTitle)
                                            text=Signal::derive(move || {
                                                tf(T::ConsentConfirmText, &[("partner", &partner)])
                                            })
                                            confirm=ts(T::ConsentDecline)
                                            cancel=ts(T::Cancel)
                                            on_confirm=Callback::new(move |()| decline())
                                        />
                                    }
                                })}
                        }
                            .into_any()
                    }
                })}
                <p>
                    <a class="ca-link" href=Route::Explain.path()>
                        {ts(T::ConsentExplain)}
                    </a>
                </p>
            </div>
        </Page>
    }
    .into_any()
}

fn title_of(answer: &Answer) -> String {
    t(match answer {
        None | Some(Err(ConsentFailure::SlowDown | ConsentFailure::Unreachable)) => T::ConsentTitle,
        Some(Err(ConsentFailure::Wrong | ConsentFailure::Ended)) => T::ConsentWrongTitle,
        Some(Ok(request)) => match request.state {
            ConsentState::Open => {
                return tf(T::ConsentAsksTitle, &[("partner", &request.partner)]);
            }
            ConsentState::Declined => T::ConsentDeclinedTitle,
            ConsentState::Ended => T::ConsentEndedTitle,
        },
    })
}

/// Who asks, for what, and what that means.
#[component]
fn Asked(request: ConsentRequest) -> impl IntoView {
    let ConsentRequest { partner, contact_name, contact_email, items, customer, state, .. } =
        request;
    let mail = mail_link(&contact_email);
    view! {
        {match state {
            ConsentState::Open => {
                view! {
                    <p>
                        {move || tf(
                            T::ConsentAsks,
                            &[("partner", &partner), ("customer", &customer)],
                        )}
                    </p>
                    <Notice kind=NoticeKind::Info>
                        <p>{ts(T::ConsentNothingToDo)}</p>
                    </Notice>
                }
                    .into_any()
            }
            ConsentState::Declined => {
                view! {
                    <Notice kind=NoticeKind::Success>
                        <p>{move || tf(T::ConsentDeclinedText, &[("partner", &partner)])}</p>
                    </Notice>
                }
                    .into_any()
            }
            ConsentState::Ended => {
                view! {
                    <Notice kind=NoticeKind::Info>
                        <p>{ts(T::ConsentEndedText)}</p>
                    </Notice>
                }
                    .into_any()
            }
        }}
        <h2>{ts(T::ConsentItems)}</h2>
        <ul class="ca-list">
            {items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view()}
        </ul>
        <Seen />
        <h2>{ts(T::ConsentAsk)}</h2>
        <p>
            {contact_name} ", "
            <a class="ca-link" href=mail>
                {contact_email}
            </a>
        </p>
    }
}

/// What a partner sees of a customer, and what not.
#[component]
pub fn Seen() -> impl IntoView {
    let list = |lines: &'static [T]| {
        lines.iter().map(|line| view! { <li>{ts(*line)}</li> }).collect_view()
    };
    view! {
        <h2>{ts(T::ConsentSeen)}</h2>
        <ul class="ca-list">{list(&[T::ConsentSeenUsers, T::ConsentSeenSeats])}</ul>
        <h2>{ts(T::ConsentUnseen)}</h2>
        <ul class="ca-list">
            {list(&[T::ConsentUnseenFiles, T::ConsentUnseenNames, T::ConsentUnseenAccess])}
        </ul>
    }
}

/// Why nothing can be shown.
fn not_shown(why: ConsentFailure, retry: Callback<()>) -> AnyView {
    match why {
        ConsentFailure::Wrong | ConsentFailure::Ended => {
            view! { <p>{ts(T::ConsentWrongText)}</p> }.into_any()
        }
        ConsentFailure::SlowDown | ConsentFailure::Unreachable => {
            let text = if why == ConsentFailure::SlowDown {
                T::ConsentSlowDown
            } else {
                T::ConsentUnreachable
            };
            view! {
                <Notice kind=NoticeKind::Error>
                    <p>{ts(text)}</p>
                    <div class="ca-actions">
                        <Button kind=ButtonKind::Primary on_click=retry>
                            {ts(T::Retry)}
                        </Button>
                    </div>
                </Notice>
            }
            .into_any()
        }
    }
}

/// A link that writes to an address. What has a meaning in such a link, as `?`
/// and `&` have, is part of the address here.
fn mail_link(address: &str) -> String {
    let mut link = "mailto:".to_owned();
    for byte in address.trim().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~+@".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_add_to_the_mail() {
        assert_eq!(
            mail_link("mei-ling.chen+cpor@contoso.com"),
            "mailto:mei-ling.chen+cpor@contoso.com"
        );
        assert_eq!(
            mail_link("a?bcc=b@c.example&subject=x%20y"),
            "mailto:a%3Fbcc%3Db@c.example%26subject%3Dx%2520y"
        );
        assert_eq!(mail_link("陳@contoso.com"), "mailto:%E9%99%B3@contoso.com");
    }
}
