//! The claim wizard: a shell around the steps of `cpor_rules::FLOW`.
//!
//! The shell opens the draft, shows the step list, the error summary and the
//! foot; the steps hold fields and nothing else. Which step follows which,
//! and what has to be right before going on, is the rules' business.

pub mod fields;
pub mod foot;
mod missing;
mod progress;
pub mod step_view;
pub mod steps;
pub mod why;

use crate::i18n::{T, names, t, tf, ts};
use crate::pages::page::{Page, focus_title};
use crate::routes::{Route, Screen};
use crate::state::draft::{Opened, Place};
use crate::state::{AppState, use_app, window};
use crate::ui::error_summary::{ErrorLink, ErrorSummary};
use crate::ui::field::id_part;
use crate::ui::part::{changing, effect, memo};
use cpor_rules::{Field, Severity, Step, Violation};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

pub use fields::field_id;

/// Id of the control in which an error is mended: of a chosen workload its own box.
pub fn target_id(app: AppState, field: Field) -> String {
    let Field::Workload(index) = field else { return field_id(field) };
    let picker = field_id(Field::Workloads);
    app.draft.with(|draft| match draft.workloads.get(usize::from(index)) {
        Some(code) => format!("{picker}-{}", id_part(code)),
        None => picker,
    })
}

/// The wizard for one draft.
#[component]
pub fn WizardPage(
    /// Id of the draft.
    id: String,
    /// Which screen of it; changes without remounting the page.
    #[prop(into)]
    screen: Signal<Screen>,
) -> impl IntoView {
    let app = use_app();
    let is_here = RwSignal::new(false);
    let id = StoredValue::new(id);
    let open = move || {
        let opened = id.with_value(|id| app.draft.open(id));
        if opened == Opened::Ready {
            id.with_value(|id| app.draft.attend(id));
            is_here.set(true);
        }
        opened
    };
    if open() == Opened::Unreadable {
        return view! { <missing::UnreadableDraft /> }.into_any();
    }
    // Whose drafts are to be seen may turn out later.
    let whose = memo(move || app.session.whose());
    effect(move || {
        // A memo that is only tracked is never computed, and so never tells.
        whose.with(|_| ());
        if !is_here.get_untracked() {
            open();
        }
    });
    let draft = app.draft.stored;
    let may_see = memo(move || {
        draft.with(|draft| draft.as_ref().is_none_or(|draft| app.session.may_see(draft)))
    });
    // One may sign out, or another account in, with the page open.
    changing(move || {
        let id = id.get_value();
        if is_here.get() && may_see.get() {
            view! { <Wizard id screen /> }.into_any()
        } else {
            view! { <missing::MissingDraft id /> }.into_any()
        }
    })
    .into_any()
}

/// Where the wizard is and what was asked of it; provided to its parts.
#[derive(Clone, Copy)]
pub struct WizardContext {
    /// Id of the draft.
    pub id: StoredValue<String>,
    /// The screen.
    pub screen: Signal<Screen>,
    /// Raised each time Continue was pressed with errors: the summary takes the focus.
    pub summary_asked: RwSignal<u32>,
}

impl WizardContext {
    /// The steps on the present screen.
    pub fn steps(self) -> Vec<Step> {
        match self.screen.get() {
            Screen::Step(step) => vec![step],
            Screen::SinglePage => {
                let app = use_app();
                app.draft.with(|draft| {
                    cpor_rules::flow::steps(draft, cpor_rules::Stage::AddCustomer).collect()
                })
            }
        }
    }
}

#[component]
fn Wizard(id: String, screen: Signal<Screen>) -> impl IntoView {
    let app = use_app();
    let wizard =
        WizardContext { id: StoredValue::new(id), screen, summary_asked: RwSignal::new(0) };
    provide_context(wizard);

    // The heading says what the screen is; the title of the window also names
    // the claim and says first when there are errors.
    let heading = Signal::derive(move || match screen.get() {
        Screen::Step(step) => t(heading_of(step)),
        Screen::SinglePage => t(T::StepSinglePage),
    });
    let shown_errors = memo(move || errors_of_pressed_steps(wizard));
    let title = Signal::derive(move || {
        let claim = app.draft.with(|draft| draft.claim_name.trim().to_owned());
        let claim = if claim.is_empty() { t(T::UnnamedClaim) } else { claim };
        let name = format!("{} – {claim}", heading.get());
        if shown_errors.with(Vec::is_empty) {
            name
        } else {
            format!("{} {name}", t(T::ErrorPrefix))
        }
    });

    // Remember the step, so that the draft opens where it was left, and move
    // the focus to the heading on each change of step but the first.
    Effect::new(move |before: Option<Screen>| {
        let now = screen.get();
        app.draft.set_place(|place| {
            let code = match now {
                Screen::Step(step) => step.code(),
                Screen::SinglePage => "all",
            };
            if place.step != code {
                code.clone_into(&mut place.step);
                place.field = None;
                place.scroll = 0.0;
            }
        });
        if before.is_some_and(|before| before != now) {
            focus_title();
        }
        now
    });

    // A Change link names the field to change; after a reload the focus goes
    // back to where it was.
    let query = use_query_map();
    effect(move || {
        let asked = query.with(|query| query.get("field"));
        if let Some(field) = asked.and_then(|path| path.parse::<Field>().ok()) {
            window::focus_when_there(field_id(field));
        }
    });
    if let Some(place) = left_at(app, screen.get_untracked()) {
        window::come_back(place.field, place.scroll);
    }

    let links = Signal::derive(move || {
        shown_errors.with(|errors| {
            errors
                .iter()
                .map(|violation| ErrorLink {
                    target_id: target_id(app, violation.field),
                    text: crate::i18n::problem_text::problem_text(violation),
                })
                .collect::<Vec<_>>()
        })
    });

    view! {
        <Page title heading>
            <div class="ca-wizard">
                <progress::Progress />
                <div class="ca-wizard__main" on:focusin=move |_| note_focus(app)>
                    <p class="ca-wizard__count">{move || step_count(wizard)}</p>
                    <ErrorSummary
                        title=ts(T::ErrorSummaryTitle)
                        errors=links
                        focus_when=wizard.summary_asked
                    />
                    {fields::writable(
                        changing(move || step_view::screen_view(screen.get())),
                    )}
                    <foot::Foot />
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// Notes which control has the focus, so that a reload comes back to it.
pub fn note_focus(app: AppState) {
    if let Some(id) = window::focused_id() {
        app.draft.set_place(|place| place.field = Some(id));
    }
}

/// The place at which this screen was left by a reload.
fn left_at(app: AppState, screen: Screen) -> Option<Place> {
    if window::was_shown_before() {
        return None;
    }
    let place =
        app.draft.stored.with_untracked(|stored| stored.as_ref().map(|s| s.place.clone()))?;
    let code = match screen {
        Screen::Step(step) => step.code(),
        Screen::SinglePage => "all",
    };
    Some(place).filter(|place| place.step == code)
}

const fn heading_of(step: Step) -> T {
    match step {
        Step::Role => T::RoleTitle,
        Step::Details => T::DetailsTitle,
        Step::Workloads => T::WorkloadsTitle,
        Step::Products => T::ProductsTitle,
        Step::Revenue => T::RevenueTitle,
        Step::Contacts => T::ContactsTitle,
        Step::Review => T::ReviewTitle,
        Step::Proof => T::ProofTitle,
        Step::Submit => T::SubmitTitle,
    }
}

fn step_count(wizard: WizardContext) -> String {
    let app = use_app();
    match wizard.screen.get() {
        Screen::SinglePage => String::new(),
        Screen::Step(step) => app.draft.with(|draft| {
            let all: Vec<Step> = cpor_rules::Stage::ALL
                .into_iter()
                .flat_map(|stage| cpor_rules::flow::steps(draft, stage))
                .collect();
            let number = all.iter().position(|other| *other == step).map_or(1, |at| at + 1);
            tf(T::StepOf, &[("n", &number.to_string()), ("total", &all.len().to_string())])
        }),
    }
}

/// Errors of the steps on screen, once Continue was pressed there. The review
/// shows those of every step before it.
fn errors_of_pressed_steps(wizard: WizardContext) -> Vec<Violation> {
    let app = use_app();
    let mut errors = Vec::new();
    for step in wizard.steps() {
        if !app.draft.is_pressed(step) {
            continue;
        }
        match step {
            Step::Review => {
                errors = app.draft.blocking_stage(cpor_rules::Stage::AddCustomer);
            }
            Step::Submit => {
                errors = app.draft.blocking_stage(cpor_rules::Stage::Submit);
            }
            _ => errors.extend(app.draft.blocking(step)),
        }
    }
    errors.retain(|violation| violation.severity == Severity::Blocks);
    errors.dedup();
    errors
}

/// The name of a step, for lists.
pub fn step_name(step: Step) -> String {
    t(names::step(step))
}

/// The path of a screen of this wizard.
fn path_of(wizard: WizardContext, screen: Screen) -> String {
    Route::Wizard { id: wizard.id.get_value(), screen }.path()
}
