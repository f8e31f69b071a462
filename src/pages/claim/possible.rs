//! What may be done with a claim now, and why other things may not.

use super::is_open;
use crate::i18n::{T, t, ts};
use crate::pages::page::use_go;
use crate::pages::template_download::TemplateDownload;
use crate::routes::{Route, Screen};
use crate::state::claims::RowStatus;
use crate::state::{actions, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::live_region::use_announcer;
use crate::ui::part::when;
use crate::ui::text_area::TextArea;
use cpor_rules::{Action, Draft, Status, Step};
use leptos::prelude::*;

/// The actions.
#[component]
pub fn Possible(
    id: StoredValue<String>,
    draft: Memo<Option<Draft>>,
    status: Memo<RowStatus>,
) -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let asks_delete = RwSignal::new(false);
    let step_path =
        move |step: Step| Route::Wizard { id: id.get_value(), screen: Screen::Step(step) }.path();
    let is_created = Memo::new(move |_| {
        id.with_value(|id| {
            matches!(status.get(), RowStatus::Known(Status::Draft))
                || app.sync.view.with(|view| view.is_pending(id))
        })
    });
    let on_continue = move |step: Step| {
        let path = step_path(step);
        let is_ready = draft.with_untracked(Option::is_some)
            && id.with_value(|id| actions::open_for_writing(app, id));
        if is_ready {
            go.to(&path);
        }
    };
    let can_delete = Memo::new(move |_| is_open(status.get()));
    let can_comment = Memo::new(move |_| {
        matches!(status.get(), RowStatus::Known(status) if status != Status::Draft)
            && !app.sync.is_device_only.get()
    });
    let has_ended = Memo::new(move |_| {
        matches!(
            status.get(),
            RowStatus::Known(
                Status::Rejected | Status::RejectedFinal | Status::CustomerConsentDenied
            )
        )
    });
    view! {
        <section class="ca-panel" aria-labelledby="possible">
            <h2 id="possible">{ts(T::ClaimActionsHeading)}</h2>
            <div class="ca-actions">
                {when(move || is_open(status.get()) && !is_created.get(), move || view! { <Button
                        kind=ButtonKind::Primary
                        on_click=Callback::new(move |()| on_continue(actions::place_of(app, &id.get_value())))
                    >
                        {ts(T::ActionContinueDraft)}
                    </Button> }.into_any())}
                {when(move || is_open(status.get()) && is_created.get(), move || view! { <Button
                        kind=ButtonKind::Primary
                        on_click=Callback::new(move |()| on_continue(Step::Proof))
                    >
                        {ts(T::ActionAddProof)}
                    </Button> }.into_any())}
                <a
                    class="ca-button"
                    data-kind="secondary"
                    href=move || {
                        format!("{}?copy={}", Route::NewClaim.path(), id.get_value())
                    }
                >
                    {ts(T::ActionAgain)}
                </a>
                {when(move || can_delete.get(), move || view! { <Button
                        kind=ButtonKind::Danger
                        on_click=Callback::new(move |()| asks_delete.set(true))
                    >
                        {ts(T::ActionDelete)}
                    </Button> }.into_any())}
            </div>
            <p class="ca-hint">{ts(T::ActionAgainHint)}</p>
            <TemplateDownload draft />
            <p>
                <a class="ca-link" href=Route::Explain.path()>
                    {ts(T::ExplainLink)}
                </a>
            </p>
            <p>
                <a class="ca-link" href=move || Route::Then { id: id.get_value() }.path()>
                    {ts(T::ThenLink)}
                </a>
            </p>
            <ConfirmDialog
                open=asks_delete
                title=ts(T::ActionDelete)
                text=Signal::derive(move || {
                    t(if is_created.get() { T::ActionDeleteConfirm } else { T::DiscardDraftConfirm })
                })
                confirm=ts(T::ActionDelete)
                cancel=ts(T::Cancel)
                on_confirm=Callback::new(move |()| {
                    actions::delete_claim(app, &id.get_value());
                    go.to(&Route::Claims.path());
                })
            />
            {when(move || can_comment.get(), move || view! { <CommentForm id /> }.into_any())}
            <h3>{ts(T::WhyNotHeading)}</h3>
            <ul class="ca-list">
                {move || {
                    refusals(app, status.get(), has_ended.get())
                        .into_iter()
                        .map(|text| view! { <li>{t(text)}</li> })
                        .collect_view()
                }}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn CommentForm(id: StoredValue<String>) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let send = move || {
        let comment = text.get_untracked().trim().to_owned();
        if comment.is_empty() {
            error.set(Some(t(T::MissingOther)));
            return;
        }
        if comment.chars().count() > cpor_rules::book::MAX_COMMENT {
            let max = cpor_rules::book::MAX_COMMENT.to_string();
            error.set(Some(crate::i18n::tf(T::TooLong, &[("max", &max)])));
            return;
        }
        actions::comment(app, &id.get_value(), comment, move |outcome| match outcome {
            Ok(()) => {
                let _ = text.try_set(String::new());
                announcer.say(t(T::HistoryComment));
            }
            // The text stays in the field, so nothing is lost.
            Err(why) => {
                let _ = error.try_set(Some(actions::send_error_text(&why)));
            }
        });
    };
    view! {
        <TextArea
            id="comment"
            label=ts(T::ActionComment)
            value=text
            on_input=Callback::new(move |typed| {
                text.set(typed);
                error.set(None);
            })
            error
        />
        <Button kind=ButtonKind::Secondary on_click=Callback::new(move |()| send())>
            {ts(T::CommentSend)}
        </Button>
    }
}

/// What cannot be done now, each with its reason.
fn refusals(app: crate::state::AppState, status: RowStatus, has_ended: bool) -> Vec<T> {
    let mut reasons = Vec::new();
    let RowStatus::Known(status) = status else {
        return vec![T::CannotDispute, T::CannotDisassociate];
    };
    if status != Status::Draft {
        if has_ended || status.is_terminal() {
            reasons.push(T::CannotEditEnded);
        } else if status != Status::PartnerActionRequired {
            reasons.push(T::CannotEditSubmitted);
        }
        if status != Status::PartnerActionRequired {
            reasons.push(T::CannotSubmitStatus);
        }
        reasons.push(T::CannotDeleteStatus);
    }
    let may_submit = app
        .session
        .account
        .with(|account| account.as_ref().is_none_or(|known| known.role.may(Action::Submit)));
    if !may_submit && matches!(status, Status::Draft | Status::PartnerActionRequired) {
        reasons.push(T::CannotSubmitRole);
    }
    if status != Status::Rejected {
        reasons.push(T::CannotDispute);
    }
    if status != Status::Approved {
        reasons.push(T::CannotDisassociate);
    }
    reasons
}
