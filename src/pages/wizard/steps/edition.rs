//! What the first step shows of older editions: the choice of one, and the
//! activities that stood in the place of today's roles.

use super::role::change_role;
use crate::i18n::{T, names, t, tf, ts};
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::error_text;
use crate::pages::wizard::why::Why;
use crate::state::draft::DraftPhase;
use crate::state::use_app;
use crate::ui::checkbox::Checkbox;
use crate::ui::live_region::use_announcer;
use crate::ui::part::{either, when};
use crate::ui::radio_group::{RadioGroup, RadioOption};
use cpor_rules::edition::Ask;
use cpor_rules::{Draft, EditionId, Field, PartnerRole, SolutionArea};
use leptos::prelude::*;

/// A part of the first step that older claims need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditionPart {
    /// The choice of an edition.
    Choice,
    /// What the partner did, as the form asked until 2021.
    Activities,
}

impl EditionPart {
    /// Makes it.
    pub fn view(self) -> AnyView {
        match self {
            Self::Choice => view! { <EditionChoice /> }.into_any(),
            Self::Activities => view! { <Activities /> }.into_any(),
        }
    }
}

/// The choice of an edition. A claim that exists keeps the one it was made by.
#[component]
fn EditionChoice() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let is_open = move || {
        app.draft.stored.with(|stored| {
            stored.as_ref().is_some_and(|stored| stored.phase == DraftPhase::Writing)
        })
    };
    let edition = Memo::new(move |_| app.draft.with(|draft| draft.edition));
    let options = Signal::derive(move || {
        let mut newest_first = EditionId::ALL;
        newest_first.reverse();
        newest_first
            .map(|edition| RadioOption {
                value: edition.code().to_owned(),
                label: t(names::edition(edition)),
                hint: String::new(),
                facts: Vec::new(),
            })
            .to_vec()
    });
    let choose = Callback::new(move |code: String| {
        let chosen = EditionId::ALL.into_iter().find(|edition| edition.code() == code);
        if let Some(chosen) = chosen {
            change_role(app, announcer, |draft| move_to(draft, chosen));
            announcer.say(tf(T::EditionChanged, &[("edition", &t(names::edition(chosen)))]));
        }
    });
    either(
        is_open,
        move || {
            view! {
                <p class="ca-hint">{ts(T::EditionIntro)}</p>
                <RadioGroup
                    id="edition"
                    legend=ts(T::EditionLabel)
                    options
                    value=Signal::derive(move || edition.get().code().to_owned())
                    on_change=choose
                />
            }
            .into_any()
        },
        move || {
            view! {
                <p class="ca-hint">
                    {move || tf(T::EditionKept, &[("edition", &t(names::edition(edition.get())))])}
                </p>
            }
            .into_any()
        },
    )
}

/// Puts a draft under another edition. What that one has no place for is taken
/// back, since nobody could see it to mend it.
fn move_to(draft: &mut Draft, edition: EditionId) {
    draft.edition = edition;
    let form = &edition.get().form;
    if form.opt_out == Ask::No {
        draft.opt_out = false;
    }
    if form.pre_sales_with_usage == Ask::No {
        draft.also_pre_sales = false;
    }
}

/// The two choices of Business Applications until 2021.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Activity {
    UsageOrPreSales,
    Revenue,
}

impl Activity {
    const ALL: [Self; 2] = [Self::UsageOrPreSales, Self::Revenue];

    const fn code(self) -> &'static str {
        match self {
            Self::UsageOrPreSales => "usage-or-pre-sales",
            Self::Revenue => "revenue-association",
        }
    }

    fn of(draft: &Draft) -> Option<Self> {
        match draft.partner_role {
            Some(PartnerRole::RevenueAssociation) => Some(Self::Revenue),
            Some(PartnerRole::UsageRecognition | PartnerRole::PreSales) => {
                Some(Self::UsageOrPreSales)
            }
            Some(PartnerRole::UseOrConsume) | None => None,
        }
    }
}

/// What the partner did, as the form asked until 2021: usage and/or pre-sales,
/// or revenue association.
#[component]
fn Activities() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let edition = move || app.draft.with(|draft| draft.edition.get());
    let in_business = move || {
        app.draft.with(|draft| draft.solution_area == Some(SolutionArea::BusinessApplications))
    };
    let facts = move |role: PartnerRole| {
        let edition = edition();
        vec![
            t(if edition.pays_incentive(role) { T::PaysYes } else { T::PaysNo }),
            tf(T::Engagement, &[("name", edition.names.engagement(role))]),
        ]
    };
    let options = Signal::derive(move || {
        let names_then = &edition().names;
        let option = |value: &str, label: &str, hint: String, facts: Vec<String>| RadioOption {
            value: value.to_owned(),
            label: label.to_owned(),
            hint,
            facts,
        };
        if !in_business() {
            let role = PartnerRole::UseOrConsume;
            let hint = t(names::role_for(role));
            return vec![option(role.code(), names_then.role(role), hint, facts(role))];
        }
        Activity::ALL
            .map(|activity| match activity {
                Activity::UsageOrPreSales => option(
                    activity.code(),
                    names_then.usage_and_pre_sales.unwrap_or_default(),
                    t(T::AlsoPreSalesHint),
                    vec![t(T::PaysYes)],
                ),
                Activity::Revenue => option(
                    activity.code(),
                    names_then.role(PartnerRole::RevenueAssociation),
                    t(names::role_for(PartnerRole::RevenueAssociation)),
                    facts(PartnerRole::RevenueAssociation),
                ),
            })
            .to_vec()
    });
    let value = Signal::derive(move || {
        app.draft.with(|draft| match draft.partner_role {
            Some(PartnerRole::UseOrConsume) => PartnerRole::UseOrConsume.code().to_owned(),
            _ => Activity::of(draft).map_or("", Activity::code).to_owned(),
        })
    });
    let choose = Callback::new(move |code: String| {
        change_role(app, announcer, |draft| {
            let chosen = Activity::ALL.into_iter().find(|activity| activity.code() == code);
            match chosen {
                Some(Activity::Revenue) => {
                    draft.partner_role = Some(PartnerRole::RevenueAssociation);
                    draft.also_pre_sales = false;
                }
                Some(Activity::UsageOrPreSales) if Activity::of(draft) != chosen => {
                    tick(draft, true, false);
                }
                Some(Activity::UsageOrPreSales) => {}
                // The one role of the other area.
                None => draft.partner_role = PartnerRole::from_code(&code),
            }
        });
    });
    let is_usage_or_pre_sales =
        move || app.draft.with(|draft| Activity::of(draft) == Some(Activity::UsageOrPreSales));
    view! {
        <RadioGroup
            id=field_id(Field::PartnerRole)
            legend=Signal::derive(move || edition().names.role_question.to_owned())
            options
            value
            on_change=choose
            error=Signal::derive(|| error_text(Field::PartnerRole))
        />
        <Why field=Field::PartnerRole />
        {when(is_usage_or_pre_sales, || view! { <Ticks /> }.into_any())}
    }
    .into_any()
}

/// Sets what both boxes say. With neither, no role is left, which the rules ask for.
fn tick(draft: &mut Draft, usage: bool, pre_sales: bool) {
    draft.partner_role = match (usage, pre_sales) {
        (true, _) => Some(PartnerRole::UsageRecognition),
        (false, true) => Some(PartnerRole::PreSales),
        (false, false) => None,
    };
    draft.also_pre_sales = usage && pre_sales;
}

/// Usage and pre-sales; at least one of them stays ticked.
#[component]
fn Ticks() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let usage = Memo::new(move |_| {
        app.draft.with(|draft| draft.partner_role == Some(PartnerRole::UsageRecognition))
    });
    let pre_sales = Memo::new(move |_| {
        app.draft
            .with(|draft| draft.also_pre_sales || draft.partner_role == Some(PartnerRole::PreSales))
    });
    let edition = move || app.draft.with(|draft| draft.edition.get());
    let label = move |role: PartnerRole| {
        Signal::derive(move || {
            let names_then = &edition().names;
            format!("{} ({})", names_then.role(role), names_then.engagement(role))
        })
    };
    // The last tick taken away puts the other one in its place: a claim of
    // neither is none, and the boxes would vanish from under the pointer.
    let set = move |usage: bool, pre_sales: bool, other_is_usage: bool| {
        change_role(app, announcer, |draft| {
            if usage || pre_sales {
                tick(draft, usage, pre_sales);
            } else {
                tick(draft, other_is_usage, !other_is_usage);
            }
        });
    };
    view! {
        <fieldset class="ca-fieldset" id=field_id(Field::AlsoPreSales) tabindex="-1">
            <legend>{ts(T::ActivitiesLegend)}</legend>
            <Checkbox
                id="activity-usage"
                label=label(PartnerRole::UsageRecognition)
                checked=usage
                on_change=Callback::new(move |is_on| set(is_on, pre_sales.get_untracked(), false))
            />
            <Checkbox
                id="activity-pre-sales"
                label=label(PartnerRole::PreSales)
                checked=pre_sales
                on_change=Callback::new(move |is_on| set(usage.get_untracked(), is_on, true))
            />
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_boxes_make_one_role_and_an_addition() {
        for (usage, pre_sales, role, also) in [
            (true, true, Some(PartnerRole::UsageRecognition), true),
            (true, false, Some(PartnerRole::UsageRecognition), false),
            (false, true, Some(PartnerRole::PreSales), false),
            (false, false, None, false),
        ] {
            let mut draft = Draft::default();
            tick(&mut draft, usage, pre_sales);
            assert_eq!((draft.partner_role, draft.also_pre_sales), (role, also));
        }
    }

    #[test]
    fn what_an_edition_has_no_place_for_is_taken_back() {
        let mut draft = Draft { opt_out: true, also_pre_sales: true, ..Draft::default() };
        move_to(&mut draft, EditionId::Fy20);
        assert_eq!((draft.opt_out, draft.also_pre_sales), (false, true));
        draft.opt_out = true;
        move_to(&mut draft, EditionId::Oct2023);
        assert_eq!((draft.opt_out, draft.also_pre_sales), (true, false));
    }
}
