//! Solution area and partner role.

use crate::i18n::{T, names, t, tf, ts};
use crate::lazy;
use crate::pages::wizard::fields::DraftChoice;
use crate::pages::wizard::steps::edition::EditionPart;
use crate::state::use_app;
use crate::ui::disclosure::Disclosure;
use crate::ui::live_region::use_announcer;
use crate::ui::part::{changing, memo, when};
use crate::ui::radio_group::RadioOption;
use cpor_rules::{Draft, EditionId, Field, PartnerRole, SolutionArea, Stage, Step, flow};
use leptos::prelude::*;

/// What stands beneath the solution area.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Nothing,
    Roles,
    Activities,
}

/// The step.
#[component]
pub fn RoleStep() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();

    let areas = Signal::derive(move || {
        let edition = app.draft.with(|draft| draft.edition.get());
        SolutionArea::ALL
            .into_iter()
            .map(|area| RadioOption {
                value: area.code().to_owned(),
                label: edition.names.area(area).to_owned(),
                hint: t(names::area_hint(area)),
                facts: Vec::new(),
            })
            .collect::<Vec<_>>()
    });
    let area = Signal::derive(move || {
        app.draft.with(|draft| draft.solution_area.map_or("", SolutionArea::code).to_owned())
    });
    let choose_area = Callback::new(move |code: String| {
        change_role(app, announcer, |draft| {
            draft.solution_area = SolutionArea::from_code(&code);
            // One role goes with Modern Work, so nothing is left to choose.
            draft.partner_role = match draft.solution_area.map(SolutionArea::roles) {
                Some([only]) => Some(*only),
                Some(roles) => draft.partner_role.filter(|role| roles.contains(role)),
                None => None,
            };
            if draft.solution_area == Some(SolutionArea::BusinessApplications) {
                draft.opt_out = false;
            }
        });
    });

    let roles = Signal::derive(move || {
        let (edition, area) = app.draft.with(|draft| (draft.edition.get(), draft.solution_area));
        area.map(SolutionArea::roles)
            .unwrap_or_default()
            .iter()
            .map(|role| RadioOption {
                value: role.code().to_owned(),
                label: edition.names.role(*role).to_owned(),
                hint: t(names::role_for(*role)),
                facts: vec![
                    t(if role.pays_incentive() { T::PaysYes } else { T::PaysNo }),
                    t(names::role_needs(*role)),
                    tf(T::Engagement, &[("name", edition.names.engagement(*role))]),
                ],
            })
            .collect::<Vec<_>>()
    });
    let role = Signal::derive(move || {
        app.draft.with(|draft| draft.partner_role.map_or("", PartnerRole::code).to_owned())
    });
    let choose_role = Callback::new(move |code: String| {
        change_role(app, announcer, |draft| draft.partner_role = PartnerRole::from_code(&code));
    });

    let was_asked = RwSignal::new(false);
    let shows = memo(move || {
        app.draft.with(|draft| match draft.solution_area {
            None => Shows::Nothing,
            // Until 2021 one claim could hold two activities.
            Some(_) if matches!(draft.edition, EditionId::Fy20 | EditionId::Fy21) => {
                Shows::Activities
            }
            Some(_) => Shows::Roles,
        })
    });

    view! {
        <p class="ca-lead">{ts(T::RoleIntro)}</p>
        <DraftChoice
            field=Field::SolutionArea
            label=T::SolutionAreaLabel
            options=areas
            value=area
            on_change=choose_area
        />
        {changing(move || match shows.get() {
            Shows::Nothing => view! { <p class="ca-hint">{ts(T::RoleChooseAreaFirst)}</p> }.into_any(),
            Shows::Activities => lazy::shown(|| lazy::edition(EditionPart::Activities)),
            Shows::Roles => view! { <DraftChoice
                field=Field::PartnerRole
                label=T::PartnerRoleLabel
                hint=T::PartnerRoleHint
                options=roles
                value=role
                on_change=choose_role
            /> }.into_any(),
        })}
        <Disclosure
            summary=ts(T::EditionDisclosure)
            on_toggle=Callback::new(move |()| was_asked.set(true))
        >
            {when(move || was_asked.get(), || lazy::shown(|| lazy::edition(EditionPart::Choice)))}
        </Disclosure>
    }
    .into_any()
}

/// Changes area or role, and says which steps came or went by it.
pub(super) fn change_role(
    app: crate::state::AppState,
    announcer: crate::ui::live_region::Announcer,
    change: impl FnOnce(&mut Draft),
) {
    let shown = |draft: &Draft| flow::steps(draft, Stage::AddCustomer).collect::<Vec<Step>>();
    let before = app.draft.stored.with_untracked(|s| s.as_ref().map(|s| shown(&s.draft)));
    app.draft.edit(change);
    let after = app.draft.stored.with_untracked(|s| s.as_ref().map(|s| shown(&s.draft)));
    let (Some(before), Some(after)) = (before, after) else { return };
    let gone = before.iter().filter(|step| !after.contains(step));
    let came = after.iter().filter(|step| !before.contains(step));
    let news: Vec<String> = gone
        .map(|step| (T::StepNotNeeded, step))
        .chain(came.map(|step| (T::StepNowNeeded, step)))
        .map(|(text, step)| tf(text, &[("step", &t(names::step(*step)))]))
        .collect();
    if !news.is_empty() {
        announcer.say(news.join(" "));
    }
}
