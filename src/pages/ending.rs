//! What is said before the session ends, and what can be done about it without
//! leaving the page.

use crate::i18n::{T, t, tf, tn, ts};
use crate::state::session::{SignInFailure, Why};
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::part::{changing, effect, memo, when};
use crate::ui::text_field::TextField;
use cpor_protocol::SignIn;
use leptos::html;
use leptos::prelude::*;

/// Id of the button that keeps the session.
const STAY: &str = "ending-stay";

/// The dialog. Its words change once a minute, and are said when they do.
#[component]
pub fn EndingDialog() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let dialog = NodeRef::<html::Dialog>::new();
    let ending = app.session.ending;
    let why = memo(move || ending.get().map(|ending| ending.why));
    effect(move || {
        let Some(element) = dialog.get() else { return };
        let Some(why) = why.get() else {
            if element.open() {
                element.close();
            }
            return;
        };
        if !element.open() {
            // Fails only while it is open already or out of the page.
            let _ = element.show_modal();
        }
        if why == Why::Idle {
            window::focus_when_there(STAY.to_owned());
        } else {
            // Somebody may be typing: their keys must not press a button.
            let _ = element.focus();
        }
    });
    // A key is a sign of life: Escape keeps the session as the button does.
    let answer = move || {
        if why.get_untracked() == Some(Why::Idle) {
            announcer.say(t(T::EndingStayed));
        }
        app.session.answer_ending();
    };
    let title =
        move || t(if why.get() == Some(Why::Over) { T::EndingOverTitle } else { T::EndingTitle });
    let text = move || {
        let Some(ending) = ending.get() else { return String::new() };
        let minutes = ending.minutes_left;
        let (one, other) = match ending.why {
            Why::Idle => (T::EndingIdleOne, T::EndingIdleOther),
            Why::Absolute => (T::EndingLimitOne, T::EndingLimitOther),
            Why::Over => return t(T::EndingOver),
        };
        tn(minutes, one, other).replace("{n}", &minutes.to_string())
    };
    let kept =
        move || t(if app.settings.is_shared.get() { T::EndingKeptShared } else { T::EndingKept });
    // At the provider the page does not stay; it is come back to.
    let goes_elsewhere = move || {
        app.session.backend.with(|known| {
            let provider = known.as_ref().and_then(|it| it.sign_in_provider.as_ref());
            provider.is_some_and(|it| it.is_only)
        })
    };
    view! {
        <dialog
            class="ca-dialog"
            node_ref=dialog
            role="alertdialog"
            aria-labelledby="ending-title"
            aria-describedby="ending-text"
            tabindex="-1"
            on:close=move |_| {
                if why.get_untracked().is_some() {
                    answer();
                }
            }
        >
            <h2 id="ending-title">{title}</h2>
            <p id="ending-text" aria-live="polite">{text}</p>
            <p>
                {kept}
                {when(move || why.get() == Some(Why::Absolute) && !goes_elsewhere(), || view! {
                    " " {ts(T::EndingSignInHint)}
                }.into_any())}
            </p>
            {changing(move || match why.get() {
                Some(Why::Idle) => view! {
                    <div class="ca-actions">
                        <button
                            id=STAY
                            type="button"
                            class="ca-button"
                            data-kind="primary"
                            on:click=move |_| answer()
                        >
                            {ts(T::EndingStay)}
                        </button>
                    </div>
                }
                .into_any(),
                Some(why) => sign_in_again(why, Callback::new(move |()| answer())),
                None => ().into_any(),
            })}
        </dialog>
    }
    .into_any()
}

/// The password of the account that was signed in; another one belongs on the page
/// for signing in.
fn sign_in_again(why: Why, later: Callback<()>) -> AnyView {
    let app = use_app();
    let account = app.session.account.get_untracked();
    let email = StoredValue::new(account.map(|known| known.email).unwrap_or_default());
    let password = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<SignInFailure>);
    let is_busy = RwSignal::new(false);
    let sign_in = move |password: String| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        failure.set(None);
        app.session.sign_in(email.get_value(), password, move |outcome| {
            let _ = is_busy.try_set(false);
            if let Err(why) = outcome {
                let _ = failure.try_set(Some(why));
            }
        });
    };
    let demo = app.session.backend.with_untracked(|backend| {
        let SignIn::Password { demo_accounts } = &backend.as_ref()?.sign_in;
        demo_accounts.iter().find(|known| known.email == email.get_value()).cloned()
    });
    let provider = app.session.backend.with_untracked(|it| it.as_ref()?.sign_in_provider.clone());
    let is_only = provider.as_ref().is_some_and(|known| known.is_only);
    let label = provider.map(|known| known.label);
    let leave = move || {
        is_busy.set(true);
        failure.set(None);
        app.session.sign_in_at_provider(window::path(), move || {
            let _ = is_busy.try_set(false);
            let _ = failure.try_set(Some(SignInFailure::Offline));
        });
    };
    let error = Signal::derive(move || {
        failure.get().map(|why| {
            t(match why {
                SignInFailure::Wrong => T::SignInWrong,
                SignInFailure::Offline => T::SignInOffline,
                SignInFailure::SlowDown => T::SignInSlowDown,
                SignInFailure::NotShared => T::SharedNotPossible,
            })
        })
    });
    view! {
        <div class="ca-sign-in">
            <form
                novalidate=true
                on:submit=move |event| {
                    event.prevent_default();
                    if is_only {
                        return;
                    }
                    sign_in(password.get_untracked());
                }
            >
                // Tells password managers for whom.
                <input type="email" autocomplete="username" readonly hidden value=email.get_value() />
                {(!is_only).then(|| view! {
                    <TextField
                        id="ending-password"
                        label=ts(T::SignInPassword)
                        hint=Signal::stored(email.get_value())
                        value=password
                        on_input=Callback::new(move |text| password.set(text))
                        error
                        kind="password"
                        autocomplete="current-password"
                    />
                })}
                {is_only.then(|| view! { <p role="alert">{move || error.get()}</p> })}
                <div class="ca-actions">
                    {(!is_only).then(|| view! {
                        <Button kind=ButtonKind::Primary busy=is_busy submits=true>
                            {ts(T::SignInAgain)}
                        </Button>
                    })}
                    {label.map(|label| view! {
                        <Button busy=is_busy on_click=Callback::new(move |()| leave())>
                            {move || tf(T::SignInWith, &[("label", &label)])}
                        </Button>
                    })}
                    {demo.map(|known| {
                        let label = known.label.clone();
                        view! {
                            <Button on_click=Callback::new(move |()| sign_in(known.password.clone()))>
                                {label}
                            </Button>
                        }
                    })}
                    <Button kind=ButtonKind::Subtle on_click=later>
                        {ts(if why == Why::Over { T::EndingGoOn } else { T::EndingLater })}
                    </Button>
                </div>
            </form>
        </div>
    }
    .into_any()
}
