//! The decision on a claim: written, confirmed, sent, and what became of it.

use super::checklist::ticked_text;
use super::grounds::{FIRST_GROUND_ID, Grounds, first_item_id};
use super::{decision_hint, decision_name};
use crate::i18n::{T, names, t, tf, ts};
use crate::pages::deadline_text::days_in_words;
use crate::pages::outbox::problem_text;
use crate::routes::Route;
use crate::state::review::{self, DECISIONS, Fate, Gap, Notes, OnItsWay, Refusal};
use crate::state::sync::OpProblem;
use crate::state::{actions, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::error_summary::{ErrorLink, ErrorSummary};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, either, when};
use crate::ui::radio_group::{RadioGroup, RadioOption};
use crate::ui::text_area::TextArea;
use cpor_protocol::ClaimRecord;
use cpor_protocol::backend::Feature;
use cpor_protocol::limits::MAX_WORDS;
use cpor_rules::{Action, Ground};
use leptos::prelude::*;

/// Id of the heading, which can take the focus.
pub const HEADING_ID: &str = "decision";
const CHOICE_ID: &str = "choice";
const COMMENT_ID: &str = "decision-comment";

/// What the section shows.
#[derive(Clone, Debug, PartialEq)]
enum Shows {
    /// A decision can be written.
    Form,
    /// One is on its way.
    Waiting(Action),
    /// The server has taken it.
    Done(Action),
}

/// The section.
#[component]
pub fn Decision(
    /// Id of the claim.
    id: StoredValue<String>,
    /// The claim as it is now.
    record: Memo<Option<ClaimRecord>>,
    /// What is half written.
    notes: RwSignal<Notes>,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let done = RwSignal::new(None::<Action>);
    let way = Memo::new(move |_| {
        id.with_value(|id| app.sync.view.with(|view| review::on_its_way(view, id)))
    });
    let stands = Memo::new(move |_| {
        record.with(|record| record.as_ref().map(|record| (record.revision, record.status)))
    });
    Effect::new(move |_| {
        let Some((revision, status)) = stands.get() else { return };
        let fate = way.with(|way| notes.with(|notes| review::fate(notes, way, revision, status)));
        match fate {
            Fate::Open => {}
            // Somebody else was faster: the words are for the next decision.
            Fate::NotTaken => notes.update(|notes| notes.sent_on = None),
            // The proof is still to be read when the review has only begun.
            Fate::Taken(Action::StartReview) => {
                notes.update(|notes| {
                    *notes = Notes { ticked: notes.ticked.clone(), ..Notes::default() };
                });
                announcer.say(t(T::ReviewStarted));
            }
            Fate::Taken(action) => {
                notes.set(Notes::default());
                done.set(Some(action));
                announcer.say(tf(T::ReviewDoneTitle, &[("decision", &t(decision_name(action)))]));
            }
        }
    });
    Effect::new(move |before: Option<bool>| {
        let stuck = way.with(|way| match way {
            OnItsWay::Stuck { problem, .. } => Some(stuck_title(problem)),
            OnItsWay::Nothing | OnItsWay::Waiting => None,
        });
        if before == Some(false)
            && let Some(title) = stuck
        {
            announcer.alarm(t(title));
        }
        stuck.is_some()
    });
    let shows = Memo::new(move |_| match (way.get(), done.get()) {
        (OnItsWay::Waiting, _) => {
            // Sent by another tab, whose notes are not known here.
            Shows::Waiting(notes.with(|notes| notes.action).unwrap_or(Action::StartReview))
        }
        (_, Some(action)) => Shows::Done(action),
        (OnItsWay::Nothing | OnItsWay::Stuck { .. }, None) => Shows::Form,
    });
    view! {
        <section class="ca-panel ca-review__decision" aria-labelledby=HEADING_ID>
            <h2 id=HEADING_ID tabindex="-1">{ts(T::ReviewDecisionHeading)}</h2>
            {changing(move || match way.get() {
                OnItsWay::Stuck { op_id, problem } => {
                    view! { <Stuck op_id problem record notes /> }.into_any()
                }
                OnItsWay::Nothing | OnItsWay::Waiting => ().into_any(),
            })}
            {changing(move || match shows.get() {
                Shows::Form => view! { <Form id record notes way /> }.into_any(),
                Shows::Waiting(action) => view! { <OnTheWay action id /> }.into_any(),
                Shows::Done(action) => view! { <Done action id record /> }.into_any(),
            })}
        </section>
    }
    .into_any()
}

const fn stuck_title(problem: &OpProblem) -> T {
    match problem {
        OpProblem::Stale | OpProblem::State(_) => T::ReviewStaleTitle,
        _ => T::ReviewStuckTitle,
    }
}

/// The server did not take it: why, and how to go on.
#[component]
fn Stuck(
    op_id: String,
    problem: OpProblem,
    record: Memo<Option<ClaimRecord>>,
    notes: RwSignal<Notes>,
) -> impl IntoView {
    let app = use_app();
    let title = stuck_title(&problem);
    let text = move || {
        let status =
            record.with(|record| record.as_ref().map_or("", |record| names::status(record.status)));
        match problem {
            OpProblem::Stale | OpProblem::State(_) => tf(T::ReviewStaleText, &[("status", status)]),
            ref other => problem_text(other),
        }
    };
    let give_up = Callback::new(move |()| {
        // The words stay, for the decision that is made next.
        notes.update(|notes| notes.sent_on = None);
        actions::discard(app, &op_id);
        window::focus_on(HEADING_ID.to_owned());
    });
    view! {
        <Notice kind=NoticeKind::Warning title=ts(title)>
            <p>{text}</p>
            <div class="ca-actions">
                <Button kind=ButtonKind::Primary on_click=give_up>
                    {ts(T::ReviewStuckGiveUp)}
                </Button>
                <a class="ca-button" href=Route::Outbox.path()>{ts(T::NavOutbox)}</a>
            </div>
        </Notice>
    }
    .into_any()
}

#[component]
fn OnTheWay(action: Action, id: StoredValue<String>) -> impl IntoView {
    let text = move || tf(T::ReviewWaitingText, &[("decision", &t(decision_name(action)))]);
    view! {
        <Notice kind=NoticeKind::Info title=ts(T::ReviewWaitingTitle)>
            <p>
                {text} " "
                <a class="ca-link" href=Route::Outbox.path()>{ts(T::NavOutbox)}</a>
            </p>
        </Notice>
        <Next id />
    }
    .into_any()
}

#[component]
fn Done(
    action: Action,
    id: StoredValue<String>,
    record: Memo<Option<ClaimRecord>>,
) -> impl IntoView {
    let title =
        Signal::derive(move || tf(T::ReviewDoneTitle, &[("decision", &t(decision_name(action)))]));
    let text = move || {
        let status =
            record.with(|record| record.as_ref().map_or("", |record| names::status(record.status)));
        tf(T::ReviewDoneText, &[("status", status)])
    };
    view! {
        <Notice kind=NoticeKind::Success title=title>
            <p>{text}</p>
        </Notice>
        <Next id />
    }
    .into_any()
}

/// The next claim of the queue.
#[component]
fn Next(id: StoredValue<String>) -> impl IntoView {
    let app = use_app();
    let queue = review::queue(app);
    let next = Memo::new(move |_| {
        id.with_value(|id| {
            queue.with(|rows| {
                let next = rows.iter().find(|row| row.is_to_do() && row.id != *id);
                next.map(|row| (row.id.clone(), row.name.clone()))
            })
        })
    });
    view! {
        <div class="ca-actions">
            {changing(move || match next.get() {
                Some((id, name)) => {
                    let label = move || {
                        let name = if name.is_empty() { t(T::UnnamedClaim) } else { name.clone() };
                        tf(T::ReviewNext, &[("claim", &name)])
                    };
                    view! {
                        <a class="ca-button" data-kind="primary" href=Route::ReviewCase { id }.path()>
                            {label}
                        </a>
                    }
                        .into_any()
                }
                None => view! { <p>{ts(T::ReviewQueueDone)}</p> }.into_any(),
            })}
            <a class="ca-button" href=Route::Review.path()>{ts(T::ReviewBackToQueue)}</a>
        </div>
    }
    .into_any()
}

const fn code(action: Action) -> &'static str {
    match action {
        Action::StartReview => "start-review",
        Action::Approve => "approve",
        Action::RequestAction => "request-action",
        Action::Reject => "reject",
        Action::RejectFinally => "reject-finally",
        _ => "reopen",
    }
}

#[component]
fn Form(
    id: StoredValue<String>,
    record: Memo<Option<ClaimRecord>>,
    notes: RwSignal<Notes>,
    way: Memo<OnItsWay>,
) -> impl IntoView {
    let app = use_app();
    let takes_decisions = Memo::new(move |_| {
        app.session.backend.with(|backend| {
            // Offline nobody knows; the decision is kept until somebody does.
            backend.as_ref().is_none_or(|backend| backend.has(Feature::Review))
        })
    });
    let possible = Memo::new(move |_| {
        let today = app.clock.today.get();
        record.with(|record| {
            let Some(record) = record else { return Vec::new() };
            let can = |action: &Action| review::decide(record, *action, today).is_ok();
            DECISIONS.into_iter().filter(can).collect::<Vec<_>>()
        })
    });
    view! {
        // What is tried and said stays while news change which decisions there are.
        {either(
            move || takes_decisions.get() && !possible.with(Vec::is_empty),
            move || view! { <Fields id record notes way possible /> }.into_any(),
            move || {
                let why = move || {
                    t(if takes_decisions.get() {
                        T::ReviewDecisionNone
                    } else {
                        T::ReviewDecisionNoFeature
                    })
                };
                view! { <p>{why}</p> }.into_any()
            },
        )}
        <h3>{ts(T::ReviewDecisionNotAll)}</h3>
        <ul class="ca-list">
            {move || {
                let possible = possible.get();
                let others = DECISIONS.into_iter().filter(|action| !possible.contains(action));
                others.map(|action| view! { <li>{refusal(record, action)}</li> }).collect_view()
            }}
        </ul>
    }
    .into_any()
}

/// Why a decision is not possible now.
fn refusal(record: Memo<Option<ClaimRecord>>, action: Action) -> String {
    let today = use_app().clock.today.get();
    let why = record.with(|record| {
        record.as_ref().and_then(|record| review::decide(record, action, today).err())
    });
    let decision = t(decision_name(action));
    if why == Some(Refusal::NotInEdition) {
        let edition = record.with(|record| record.as_ref().map(|r| r.draft.edition.code()));
        let values = [("decision", decision.as_str()), ("edition", edition.unwrap_or_default())];
        return tf(T::ReviewDecisionNotInEdition, &values);
    }
    let statuses = review::possible_in(action);
    let names: Vec<&str> = statuses.into_iter().map(names::status).collect();
    let values = [("decision", decision.as_str()), ("statuses", &names.join(", "))];
    tf(T::ReviewDecisionOnlyIn, &values)
}

#[component]
fn Fields(
    id: StoredValue<String>,
    record: Memo<Option<ClaimRecord>>,
    notes: RwSignal<Notes>,
    way: Memo<OnItsWay>,
    possible: Memo<Vec<Action>>,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let tried = RwSignal::new(0_u32);
    let is_sending = RwSignal::new(false);
    let asks = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    // What is half written may be of an earlier status.
    let action = Memo::new(move |_| {
        notes.with(|notes| notes.action).filter(|action| possible.with(|all| all.contains(action)))
    });
    let items = Memo::new(move |_| {
        record.with(|record| {
            let draft = record.as_ref().map(|record| &record.draft);
            let items = draft.map(cpor_rules::Draft::claimed_items).unwrap_or_default();
            items.into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
    });
    let missing = move || {
        let notes = Notes { action: action.get(), ..notes.get() };
        review::gaps(&notes)
    };
    let gaps = Memo::new(move |_| if tried.get() > 0 { missing() } else { Vec::new() });
    let errors = Signal::derive(move || {
        gaps.get()
            .into_iter()
            .map(|gap| ErrorLink { target_id: target(gap), text: gap_text(gap) })
            .collect::<Vec<_>>()
    });
    let post = Callback::new(move |()| {
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        failure.set(None);
        let decided = Notes { action: action.get_untracked(), ..notes.get_untracked() };
        let revision = record.with_untracked(|record| record.as_ref().map(|r| r.revision));
        let id = id.get_value();
        // Kept as sent before it goes, so that a reload in between forgets nothing.
        notes.update(|notes| notes.sent_on = revision);
        review::send(app, &id, &decided, move |outcome| {
            let _ = is_sending.try_set(false);
            match outcome {
                Ok(()) => {
                    announcer.say(t(T::ReviewWaitingTitle));
                    window::focus_on(HEADING_ID.to_owned());
                }
                // What was written stays in the fields.
                Err(why) => {
                    let _ = notes.try_update(|notes| notes.sent_on = None);
                    let _ = failure.try_set(Some(actions::send_error_text(&why)));
                }
            }
        });
    });
    let try_send = move || {
        tried.update(|tried| *tried += 1);
        // One decision at a time: the one that is stuck is taken back first.
        if !missing().is_empty() || way.with_untracked(|way| *way != OnItsWay::Nothing) {
            return;
        }
        match action.get_untracked() {
            Some(action) if review::needs_confirmation(action) => asks.set(true),
            _ => post.run(()),
        }
    };
    let options = Signal::derive(move || {
        possible
            .get()
            .into_iter()
            .map(|action| RadioOption {
                value: code(action).to_owned(),
                label: t(decision_name(action)),
                hint: t(decision_hint(action)),
                facts: Vec::new(),
            })
            .collect::<Vec<_>>()
    });
    let error_of = move |wanted: &'static [Gap]| {
        Signal::derive(move || {
            gaps.with(|gaps| gaps.iter().copied().find(|gap| wanted.contains(gap))).map(gap_text)
        })
    };
    let name_of_action =
        Signal::derive(move || action.get().map_or_else(String::new, |a| t(decision_name(a))));
    let needs_comment = Memo::new(move |_| action.get().is_some_and(review::needs_comment));
    view! {
        <form
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                try_send();
            }
        >
            <ErrorSummary title=ts(T::ErrorSummaryTitle) errors focus_when=tried />
            <RadioGroup
                id=CHOICE_ID
                legend=ts(T::ReviewDecisionLegend)
                hint=None
                options
                value=Signal::derive(move || action.get().map_or("", code).to_owned())
                on_change=Callback::new(move |chosen: String| {
                    let chosen = DECISIONS.into_iter().find(|action| code(*action) == chosen);
                    notes.update(|notes| notes.action = chosen);
                })
                error=error_of(&[Gap::Action])
            />
            {changing(move || match action.get() {
                Some(action) if !Ground::of(action).is_empty() => {
                    view! { <Grounds action items notes gaps /> }.into_any()
                }
                _ => ().into_any(),
            })}
            {changing(move || match action.get() {
                Some(Action::RequestAction) => view! { <AnswerTime record /> }.into_any(),
                _ => ().into_any(),
            })}
            // Beginning needs no words.
            {when(move || !matches!(action.get(), None | Some(Action::StartReview)), move || {
                let is_optional = !needs_comment.get();
                view! {
                    <TextArea
                        id=COMMENT_ID
                        label=ts(T::ReviewCommentLabel)
                        value=Signal::derive(move || notes.with(|notes| notes.comment.clone()))
                        on_input=Callback::new(move |text| {
                            notes.update(|notes| notes.comment = text);
                        })
                        error=error_of(&[Gap::Comment, Gap::CommentTooLong])
                        is_optional
                    />
                }
                .into_any()
            })}
            {move || failure.get().map(|text| view! {
                <Notice kind=NoticeKind::Error><p>{text}</p></Notice>
            })}
            <Button kind=ButtonKind::Primary busy=is_sending submits=true>
                {ts(T::ReviewSend)}
            </Button>
        </form>
        <ConfirmDialog
            open=asks
            title=Signal::derive(move || {
                tf(T::ReviewConfirmTitle, &[("decision", &name_of_action.get())])
            })
            text=Signal::derive(move || confirmation(record, action, notes))
            confirm=name_of_action
            cancel=ts(T::Cancel)
            on_confirm=post
        />
    }
    .into_any()
}

fn target(gap: Gap) -> String {
    match gap {
        Gap::Action => CHOICE_ID.to_owned(),
        Gap::Ground => FIRST_GROUND_ID.to_owned(),
        Gap::Item(ground) => first_item_id(ground),
        Gap::Comment | Gap::CommentTooLong => COMMENT_ID.to_owned(),
    }
}

fn gap_text(gap: Gap) -> String {
    match gap {
        Gap::Action => t(T::ReviewErrorAction),
        Gap::Ground => t(T::ReviewErrorGround),
        Gap::Item(_) => t(T::ReviewErrorItem),
        Gap::Comment => t(T::ReviewErrorComment),
        Gap::CommentTooLong => tf(T::ReviewErrorLong, &[("max", &MAX_WORDS.to_string())]),
    }
}

fn confirmation(
    record: Memo<Option<ClaimRecord>>,
    action: Memo<Option<Action>>,
    notes: RwSignal<Notes>,
) -> String {
    let today = use_app().clock.today.get();
    record.with(|record| {
        let (Some(record), Some(action)) = (record, action.get()) else { return String::new() };
        let to = review::decide(record, action, today).ok().and_then(|row| row.to);
        let ticked = notes.with(|notes| ticked_text(&record.draft, notes));
        let values = [
            ("claim", record.draft.claim_name.as_str()),
            ("partner", &record.organisation),
            ("status", to.map_or("", names::status)),
            ("ticked", &ticked),
        ];
        tf(T::ReviewConfirmText, &values)
    })
}

/// How long the partner will have to answer. The day is the server's to say: it
/// counts in the partner's time zone, and by the holidays there.
#[component]
fn AnswerTime(record: Memo<Option<ClaimRecord>>) -> impl IntoView {
    let text = move || {
        let edition = record.with(|record| record.as_ref().map(|r| r.draft.edition.get()))?;
        Some(tf(T::ReviewAnswerTime, &[("time", &days_in_words(edition.partner_action))]))
    };
    view! { <p class="ca-review__due">{text}</p> }.into_any()
}
