//! Back, Continue, and the state of saving: the foot of each step.

use super::{WizardContext, path_of};
use crate::i18n::format::{format_size, format_time};
use crate::i18n::{T, t, tf, ts};
use crate::pages::page::use_go;
use crate::routes::{Route, Screen};
use crate::state::actions::{self, SendError, Sending};
use crate::state::draft::SaveError;
use crate::state::draft::SaveState;
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{effect, memo, when};
use cpor_rules::{Action, Stage, Step};
use leptos::prelude::*;

/// The foot.
#[component]
pub fn Foot() -> impl IntoView {
    let app = use_app();
    let wizard = expect_context::<WizardContext>();
    let go = use_go();
    let announcer = use_announcer();
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<SendError>);

    // Continue is never disabled: pressed with errors, it shows them.
    let press = move |steps: Vec<Step>, errors: usize| -> bool {
        app.draft.press(steps);
        if errors > 0 {
            wizard.summary_asked.update(|count| *count += 1);
        }
        errors == 0
    };

    let continue_from = move |step: Step| {
        if app.draft.may_write() && !press(vec![step], app.draft.blocking(step).len()) {
            return;
        }
        if window::query_value("return").as_deref() == Some("review") {
            go.to(&path_of(wizard, Screen::Step(Step::Review)));
            return;
        }
        let next = app
            .draft
            .stored
            .with_untracked(|stored| stored.as_ref().and_then(|stored| step.next(&stored.draft)));
        if let Some(next) = next {
            go.to(&path_of(wizard, Screen::Step(next)));
        }
    };

    // What the rules refuse is shown; otherwise it goes on its way, once.
    let send = move |stage: Stage, what: Sending, from: Step, then: String| {
        let errors = app.draft.blocking_stage(stage);
        let mut steps: Vec<Step> = errors.iter().map(|found| Step::of(found.field)).collect();
        steps.push(from);
        if !press(steps, errors.len()) || is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        failure.set(None);
        actions::send(app, what, move |outcome| {
            let _ = is_busy.try_set(false);
            match outcome {
                Ok(is_offline) => {
                    if what == Sending::AddCustomer {
                        let text = if is_offline { T::ClaimAddedOffline } else { T::ClaimAdded };
                        announcer.say(t(text));
                    }
                    go.to(&then);
                }
                Err(SendError::SignInNeeded) => go.to_sign_in(),
                Err(error) => {
                    let _ = failure.try_set(Some(error));
                }
            }
        });
    };

    let add_customer = move || {
        let proof = path_of(wizard, Screen::Step(Step::Proof));
        send(Stage::AddCustomer, Sending::AddCustomer, Step::Review, proof);
    };

    let submit = move || {
        let done = Route::Submitted { id: wizard.id.get_value() }.path();
        send(Stage::Submit, Sending::Submit, Step::Submit, done);
    };

    let save_for_later = move || {
        let claim = Route::claim(&wizard.id.get_value());
        // Whatever comes of it, the draft is on this device, and its page says more.
        actions::send(app, Sending::Changes, move |_| go.to(&claim));
    };

    let may_submit = memo(move || {
        app.session
            .account
            .with(|account| account.as_ref().is_none_or(|known| known.role.may(Action::Submit)))
    });

    let main_label = move || match wizard.screen.get() {
        Screen::Step(Step::Review) | Screen::SinglePage => T::AddCustomer,
        Screen::Step(Step::Submit) if is_busy.get() => T::SubmitBusy,
        Screen::Step(Step::Submit) => T::SubmitClaim,
        Screen::Step(_) => T::Continue,
    };
    let on_main = Callback::new(move |()| match wizard.screen.get_untracked() {
        Screen::Step(Step::Review) | Screen::SinglePage => add_customer(),
        Screen::Step(Step::Submit) => submit(),
        Screen::Step(step) => continue_from(step),
    });
    let back = memo(move || match wizard.screen.get() {
        Screen::Step(step) => app.draft.with(|draft| step.back(draft)),
        Screen::SinglePage => None,
    });
    let is_claim = memo(move || match wizard.screen.get() {
        Screen::Step(step) => step.row().stage == Stage::Submit && !app.draft.is_reading.get(),
        Screen::SinglePage => false,
    });
    // Where the draft is only shown, one goes from step to step and no further.
    let shows_main = move || match wizard.screen.get() {
        Screen::Step(Step::Submit) => may_submit.get() && !app.draft.is_reading.get(),
        Screen::Step(Step::Review) | Screen::SinglePage => !app.draft.is_reading.get(),
        Screen::Step(_) => true,
    };

    view! {
        {move || failure.get().map(|error| view! {
            <Notice kind=NoticeKind::Error>
                <p>{actions::send_error_text(&error)}</p>
            </Notice>
        })}
        <div class="ca-wizard__foot">
            <div class="ca-wizard__buttons">
                {move || back.get().map(|step| view! {
                    <a class="ca-button" data-kind="secondary" href=path_of(wizard, Screen::Step(step))>
                        {ts(T::Back)}
                    </a>
                })}
                {when(shows_main, move || view! { <Button kind=ButtonKind::Primary busy=is_busy on_click=on_main>
                        {move || t(main_label())}
                    </Button> }.into_any())}
                {when(move || is_claim.get(), move || view! { <Button
                        kind=ButtonKind::Subtle
                        on_click=Callback::new(move |()| save_for_later())
                    >
                        {ts(T::SaveForLater)}
                    </Button> }.into_any())}
            </div>
            <SaveLine />
            <a class="ca-link" href=Route::Backup { id: wizard.id.get_value() }.path()>
                {ts(T::BackupLinkOne)}
            </a>
        </div>
    }
    .into_any()
}

/// The state of saving, as text in one place. Failures are announced, and
/// successes never: a screen reader would talk all day.
#[component]
pub fn SaveLine() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let failure = memo(move || match app.draft.save_state.get() {
        // The notice over the fields says more.
        _ if app.draft.is_reading.get() => None,
        SaveState::Failed(SaveError::Full { .. }) => Some(T::SaveFull),
        SaveState::Failed(_) => Some(T::SaveFailed),
        SaveState::Untouched | SaveState::Pending | SaveState::Saved(_) => None,
    });
    effect(move || {
        if let Some(text) = failure.get() {
            announcer.alarm(t(text));
        }
    });
    view! {
        <p class="ca-save" data-state=move || if failure.get().is_some() { "failed" } else { "ok" }>
            {move || match app.draft.save_state.get() {
                _ if app.draft.is_reading.get() => String::new(),
                SaveState::Untouched => String::new(),
                SaveState::Pending => t(T::Saving),
                // It is said when it is true also of a browser that is killed.
                SaveState::Saved(_) if app.draft.is_settling.get() => t(T::Saving),
                SaveState::Saved(at) => tf(T::SavedOnDevice, &[("time", &format_time(at))]),
                SaveState::Failed(SaveError::Full { needed_bytes }) => {
                    tf(T::SaveFullSize, &[("size", &format_size(needed_bytes as u64))])
                }
                SaveState::Failed(_) => failure.get().map(t).unwrap_or_default(),
            }}
        </p>
        {when(move || failure.get().is_some(), move || view! { <Button
                kind=ButtonKind::Secondary
                on_click=Callback::new(move |()| actions::download_draft(app))
            >
                {ts(T::DownloadDraft)}
            </Button>
            <a class="ca-button" data-kind="secondary" href=Route::Settings.path()>
                {ts(T::RoomMake)}
            </a> }.into_any())}
    }
}
