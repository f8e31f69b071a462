//! The form: what is asked at the side, the open parts, the foot.

use super::kept::{KEPT_ID, Kept};
use super::sections::{Section, leads, open_steps};
use super::{heading, title};
use crate::i18n::problem_text::problem_text;
use crate::i18n::{T, t, tf, ts};
use crate::pages::claim::waiting::Waiting;
use crate::pages::deadline_text::DeadlineText;
use crate::pages::grounds::grounds;
use crate::pages::page::{Go, Page};
use crate::pages::wizard::fields::writable;
use crate::pages::wizard::foot::SaveLine;
use crate::pages::wizard::{field_id, note_focus, target_id};
use crate::routes::{Purpose, Route};
use crate::state::actions::{self, SendError, Sending};
use crate::state::changing::{self, is_outdated, may};
use crate::state::claims::customer_of;
use crate::state::{AppState, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::error_summary::{ErrorLink, ErrorSummary};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{memo, when};
use cpor_protocol::ClaimRecord;
use cpor_protocol::limits::MAX_WORDS;
use cpor_rules::life_cycle::{EDITABLE_WHEN_APPROVED, Editable};
use cpor_rules::{Action, Field, Stage, Status, Step, Violation};
use leptos::prelude::*;

/// What of a claim is open, settled when the form opens.
#[derive(Clone, PartialEq)]
struct Scope {
    purpose: Purpose,
    status: Status,
    editable: Editable,
    steps: Vec<Step>,
    /// So many files stay as they are.
    kept: usize,
}

impl Scope {
    fn of(app: AppState, record: &ClaimRecord, purpose: Purpose) -> Self {
        let editable = match purpose {
            // The proof alone: the rest of a rejected claim is closed.
            Purpose::Dispute => Editable::Only(EDITABLE_WHEN_APPROVED),
            Purpose::Answer | Purpose::Proof => {
                record.status.editable_in(record.draft.edition.get())
            }
        };
        let steps = open_steps(&record.draft, editable, purpose);
        let only_adds = record.status != Status::PartnerActionRequired;
        let kept = app.draft.stored.with_untracked(|stored| {
            let files = stored.as_ref().map_or(&[][..], |stored| &stored.draft.poe_files);
            let same = files.iter().zip(&record.draft.poe_files).take_while(|(a, b)| a == b);
            if only_adds { same.count() } else { 0 }
        });
        Self { purpose, status: record.status, editable, steps, kept }
    }

    /// What the rules say that has to be mended before this is sent; tracked.
    fn blocking(&self, app: AppState, what: Sending) -> Vec<Violation> {
        let new_files = |violation: &Violation| match violation.field {
            Field::PoeFile(index) | Field::PoeFileComment(index) => usize::from(index) >= self.kept,
            _ => false,
        };
        let mut found = match what {
            Sending::Submit => app.draft.blocking_stage(Stage::Submit),
            Sending::AddCustomer | Sending::Changes => {
                let mut found = app.draft.blocking_stage(Stage::AddCustomer);
                found.extend(app.draft.blocking(Step::Proof).into_iter().filter(new_files));
                found
            }
            Sending::Dispute => {
                app.draft.blocking(Step::Proof).into_iter().filter(new_files).collect()
            }
        };
        found.dedup();
        found
    }

    /// What is wrong beyond what the rules say, and where; tracked.
    fn own_problem(&self, app: AppState) -> Option<(Field, String)> {
        let adds_none = app.draft.with(|draft| draft.poe_files.len() <= self.kept);
        match self.purpose {
            Purpose::Answer => None,
            Purpose::Proof => adds_none.then(|| (Field::PoeFiles, t(T::ProofNothingNew))),
            Purpose::Dispute => {
                let length = app.draft.text(Field::Comment).trim().chars().count();
                if length > MAX_WORDS {
                    let text = tf(T::TooLong, &[("max", &MAX_WORDS.to_string())]);
                    Some((Field::Comment, text))
                } else {
                    (adds_none && length == 0).then(|| (Field::Comment, t(T::DisputeNothingNew)))
                }
            }
        }
    }

    /// The control in which a problem is mended, or where the reason stands why none is.
    fn target(&self, app: AppState, field: Field) -> String {
        if self.editable.allows(field) || self.purpose == Purpose::Dispute {
            target_id(app, field)
        } else {
            KEPT_ID.to_owned()
        }
    }
}

/// The form of a claim that can be changed now.
#[component]
pub fn Form(
    /// Id of the claim.
    id: StoredValue<String>,
    record: Memo<Option<ClaimRecord>>,
    purpose: Purpose,
    go: Go,
) -> impl IntoView {
    let app = use_app();
    let Some(opened) = record.get_untracked() else { return ().into_any() };
    changing::open(app, &opened, purpose);
    come_back(app);
    let scope = StoredValue::new(Scope::of(app, &opened, purpose));
    let pressed = RwSignal::new(None::<Sending>);
    let summary_asked = RwSignal::new(0_u32);

    let own_error = memo(move || {
        pressed.get()?;
        scope.with_value(|scope| scope.own_problem(app))
    });
    let errors = Signal::derive(move || {
        let Some(what) = pressed.get() else { return Vec::new() };
        scope.with_value(|scope| {
            let own = own_error
                .get()
                .into_iter()
                .map(|(field, text)| ErrorLink { target_id: field_id(field), text });
            let rules = scope.blocking(app, what);
            let rules = rules.iter().map(|violation| ErrorLink {
                target_id: scope.target(app, violation.field),
                text: problem_text(violation),
            });
            own.chain(rules).collect::<Vec<_>>()
        })
    });
    let about = heading(purpose, opened.status);
    let claim_name = opened.draft.claim_name.clone();
    let window_title = Signal::derive(move || {
        let title = title(about, &claim_name);
        if errors.with(Vec::is_empty) { title } else { format!("{} {title}", t(T::ErrorPrefix)) }
    });
    let own_text = Signal::derive(move || own_error.get().map(|(_, text)| text));
    let (status, kept) = scope.with_value(|scope| (scope.status, scope.kept));
    let sections = scope
        .with_value(|scope| scope.steps.clone())
        .into_iter()
        .map(|step| view! { <Section step purpose status kept own_error=own_text /> })
        .collect_view();
    let (customer, reference) = (customer_of(&opened.draft), opened.reference.clone());
    let name = opened.draft.claim_name.clone();
    let (draft, open) = (opened.draft.clone(), scope.with_value(|scope| scope.steps.clone()));
    view! {
        <Page title=window_title heading=ts(about)>
            <p class="ca-claim__line">
                <a class="ca-link" href=Route::claim(&opened.id)>
                    {move || if name.trim().is_empty() { t(T::UnnamedClaim) } else { name.clone() }}
                </a>
                <span>{customer}</span>
                <span class="ca-mono">{reference}</span>
            </p>
            <Waiting id />
            <Outdated record purpose />
            <div class="ca-change" on:focusin=move |_| note_focus(app)>
                <Asked record=opened scope />
                <div class="ca-change__form">
                    <ErrorSummary title=ts(T::ErrorSummaryTitle) errors focus_when=summary_asked />
                    {writable(sections)}
                    <Kept draft open purpose />
                    <Foot id scope go pressed summary_asked />
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// After a reload: to the field and the place where one was.
fn come_back(app: AppState) {
    if window::was_shown_before() {
        return;
    }
    let place = app.draft.stored.with_untracked(|stored| stored.as_ref().map(|s| s.place.clone()));
    if let Some(place) = place.filter(|place| place.field.is_some()) {
        window::come_back(place.field, place.scroll);
    }
}

/// What is asked, by when, and why.
#[component]
fn Asked(record: ClaimRecord, scope: StoredValue<Scope>) -> impl IntoView {
    let purpose = scope.with_value(|scope| scope.purpose);
    let (title, text) = match (purpose, record.status) {
        (Purpose::Answer, Status::PartnerActionRequired) => (T::AskedHeading, T::AskedText),
        (Purpose::Answer, _) => (T::AddToHeading, T::AddToText),
        (Purpose::Proof, _) => (T::NewerProofHeading, T::NewerProofText),
        (Purpose::Dispute, _) => (T::DisputeHeading, T::DisputeText),
    };
    let deadline = match purpose {
        Purpose::Answer | Purpose::Dispute => record.deadline,
        Purpose::Proof => None,
    };
    let has_grounds = purpose != Purpose::Proof;
    let draft = record.draft.clone();
    let lead =
        move |ground| scope.with_value(|scope| leads(ground, &draft, scope.editable, &scope.steps));
    view! {
        <section class="ca-panel ca-change__asked" aria-labelledby="asked">
            <h2 id="asked">{ts(title)}</h2>
            {deadline.map(|deadline| view! { <DeadlineText deadline=Some(deadline) /> })}
            {has_grounds.then(|| grounds(&record, Some(Box::new(lead))))}
            <p class="ca-hint">{ts(text)}</p>
        </section>
    }
    .into_any()
}

/// Somebody else changed the claim while this was written.
#[component]
fn Outdated(record: Memo<Option<ClaimRecord>>, purpose: Purpose) -> impl IntoView {
    let app = use_app();
    let is_outdated = memo(move || {
        record.with(|record| {
            app.draft.stored.with(|stored| match (record, stored) {
                (Some(record), Some(stored)) => {
                    stored.id == record.id
                        && !app.sync.view.with(|view| view.is_pending(&record.id))
                        && is_outdated(stored, record)
                        && !app.draft.is_reading.get()
                }
                _ => false,
            })
        })
    });
    let start_anew = move || {
        if let Some(record) = record.get_untracked() {
            app.draft.discard(&record.id);
            changing::open(app, &record, purpose);
            crate::pages::page::focus_title();
        }
    };
    when(
        move || is_outdated.get(),
        move || {
            view! {
                <Notice kind=NoticeKind::Warning title=ts(T::ChangeOutdatedTitle)>
                    <p>{ts(T::ChangeOutdated)}</p>
                    <Button on_click=Callback::new(move |()| start_anew())>
                        {ts(T::ChangeStartAnew)}
                    </Button>
                </Notice>
            }
            .into_any()
        },
    )
}

#[component]
fn Foot(
    id: StoredValue<String>,
    scope: StoredValue<Scope>,
    go: Go,
    pressed: RwSignal<Option<Sending>>,
    summary_asked: RwSignal<u32>,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<SendError>);
    let asks_discard = RwSignal::new(false);
    let claim_path = move || id.with_value(|id| Route::claim(id));

    let send = move |what: Sending| {
        if is_busy.get_untracked() {
            return;
        }
        let (found, own, steps) = untrack(|| {
            scope.with_value(|scope| {
                (scope.blocking(app, what), scope.own_problem(app), scope.steps.clone())
            })
        });
        let steps = steps.into_iter().chain(found.iter().map(|found| Step::of(found.field)));
        app.draft.press(steps);
        pressed.set(Some(what));
        if !found.is_empty() || own.is_some() {
            summary_asked.update(|count| *count += 1);
            return;
        }
        is_busy.set(true);
        failure.set(None);
        let claim = claim_path();
        let submitted = Route::Submitted { id: id.get_value() }.path();
        actions::send(app, what, move |outcome| {
            let _ = is_busy.try_set(false);
            match outcome {
                Ok(_) if what == Sending::Submit => go.to(&submitted),
                Ok(_) => {
                    announcer.say(t(T::ChangeSent));
                    go.to(&claim);
                }
                Err(SendError::SignInNeeded) => go.to_sign_in(),
                Err(error) => {
                    let _ = failure.try_set(Some(error));
                }
            }
        });
    };

    let (purpose, status) = scope.with_value(|scope| (scope.purpose, scope.status));
    let is_answer = status == Status::PartnerActionRequired;
    let may_submit = memo(move || may(app, Action::Submit));
    let submits = move || is_answer && may_submit.get();
    let main = move || {
        if submits() {
            return Sending::Submit;
        }
        if purpose == Purpose::Dispute { Sending::Dispute } else { Sending::Changes }
    };
    let label = move || {
        t(match purpose {
            Purpose::Answer if is_busy.get() && submits() => T::SubmitBusy,
            Purpose::Answer if submits() => T::SubmitClaim,
            Purpose::Answer => T::ChangeSave,
            Purpose::Proof => T::ActionNewerProof,
            Purpose::Dispute => T::ActionDispute,
        })
    };
    let discard = move || {
        app.draft.discard(&id.get_value());
        go.to(&claim_path());
    };
    view! {
        {move || failure.get().map(|error| view! {
            <Notice kind=NoticeKind::Error>
                <p>{actions::send_error_text(&error)}</p>
            </Notice>
        })}
        {when(move || !app.draft.is_reading.get(), move || view! { <div class="ca-wizard__foot">
            <div class="ca-wizard__buttons">
                <Button
                    kind=ButtonKind::Primary
                    busy=is_busy
                    on_click=Callback::new(move |()| send(untrack(main)))
                >
                    {label}
                </Button>
                {when(submits, move || view! {
                    <Button busy=is_busy on_click=Callback::new(move |()| send(Sending::Changes))>
                        {ts(T::ChangeSave)}
                    </Button>
                }.into_any())}
                <Button
                    kind=ButtonKind::Subtle
                    on_click=Callback::new(move |()| asks_discard.set(true))
                >
                    {ts(T::ChangeDiscard)}
                </Button>
            </div>
            <SaveLine />
        </div> }.into_any())}
        <ConfirmDialog
            open=asks_discard
            title=ts(T::ChangeDiscard)
            text=ts(T::ChangeDiscardConfirm)
            confirm=ts(T::ChangeDiscard)
            cancel=ts(T::Cancel)
            on_confirm=Callback::new(move |()| discard())
        />
    }
    .into_any()
}
