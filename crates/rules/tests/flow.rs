//! A walk over every path of the wizard.

use cpor_rules::flow::{self, FLOW};
use cpor_rules::testing::{complete_draft, complete_draft_of, facts, generated_draft, today};
use cpor_rules::{
    Draft, EditionId, Facts, Field, PartnerRole, PublicSector, PurchaseChannel, RuleContext,
    SolutionArea, Stage, Step, verdict,
};

/// Every choice that can lead to other screens or other rules: areas, roles
/// (also those of the other area), and what is ticked or picked on the way.
fn paths() -> Vec<Draft> {
    let mut paths = Vec::new();
    for edition in EditionId::ALL {
        paths_of(edition, &mut paths);
    }
    paths
}

fn paths_of(edition: EditionId, paths: &mut Vec<Draft>) {
    for area in SolutionArea::ALL.map(Some).into_iter().chain([None]) {
        for role in PartnerRole::ALL.map(Some).into_iter().chain([None]) {
            for opt_out in [false, true] {
                for channel in [
                    None,
                    Some(PurchaseChannel::WebDirect),
                    Some(PurchaseChannel::CloudSolutionProvider),
                ] {
                    for sector in
                        [None, Some(PublicSector::No), Some(PublicSector::YesNotDisclosed)]
                    {
                        paths.push(Draft {
                            edition,
                            solution_area: area,
                            partner_role: role,
                            opt_out,
                            purchase_channel: channel,
                            public_sector: sector,
                            ..Draft::default()
                        });
                    }
                }
            }
        }
    }
}

/// The steps that are met by going on from the first one.
fn walk(draft: &Draft, stage: Stage) -> Vec<Step> {
    let first = flow::steps(draft, stage).next();
    std::iter::successors(first, |step| step.next(draft)).collect()
}

#[test]
fn every_shown_step_is_reached_and_back_undoes_next() {
    for draft in paths() {
        for stage in Stage::ALL {
            let shown: Vec<_> = flow::steps(&draft, stage).collect();
            assert_eq!(walk(&draft, stage), shown, "{draft:?}");
            for step in &shown {
                if let Some(next) = step.next(&draft) {
                    assert_eq!(next.back(&draft), Some(*step), "{draft:?}");
                }
                if let Some(back) = step.back(&draft) {
                    assert_eq!(back.next(&draft), Some(*step), "{draft:?}");
                }
            }
            assert_eq!(shown.first().and_then(|step| step.back(&draft)), None);
            assert_eq!(shown.last().and_then(|step| step.next(&draft)), None);
        }
    }
}

#[test]
fn from_a_step_that_is_hidden_now_both_ways_lead_to_shown_ones() {
    // A stored address can name a step that a changed role has hidden.
    for draft in paths() {
        for row in FLOW {
            for step in [row.step.next(&draft), row.step.back(&draft)].into_iter().flatten() {
                assert!((step.row().shown_if)(&draft), "{step:?} in {draft:?}");
                assert_eq!(step.row().stage, row.stage);
            }
        }
    }
}

#[test]
fn each_step_is_shown_on_some_path() {
    for row in FLOW {
        assert!(paths().iter().any(|draft| (row.shown_if)(draft)), "{:?}", row.step);
    }
}

#[test]
fn the_steps_of_each_role_are_the_documented_ones() {
    use Step::{Contacts, Details, Products, Proof, Revenue, Review, Role, Submit, Workloads};
    for role in PartnerRole::ALL {
        let draft = complete_draft(role);
        let items: &[Step] = match role {
            PartnerRole::UseOrConsume => &[Workloads],
            PartnerRole::PreSales | PartnerRole::UsageRecognition => &[Products],
            PartnerRole::RevenueAssociation => &[Products, Revenue],
        };
        let expected = [&[Role, Details], items, &[Contacts, Review]].concat();
        assert_eq!(walk(&draft, Stage::AddCustomer), expected, "{role:?}");
        assert_eq!(walk(&draft, Stage::Submit), [Proof, Submit], "{role:?}");
    }
}

/// Copies one field, as a person fills it on its screen.
fn fill(field: Field, from: &Draft, to: &mut Draft) {
    match field {
        Field::SolutionArea => to.solution_area = from.solution_area,
        Field::PartnerRole => to.partner_role = from.partner_role,
        Field::Workloads | Field::Workload(_) => to.workloads.clone_from(&from.workloads),
        Field::Products | Field::Product(_) | Field::SubscriptionId(_) => {
            to.products.clone_from(&from.products);
        }
        Field::PurchaseChannel => to.purchase_channel = from.purchase_channel,
        Field::MailLanguage => to.mail_language = from.mail_language,
        Field::PublicSector => to.public_sector = from.public_sector,
        Field::PoeFiles
        | Field::PoeFile(_)
        | Field::PoeFileComment(_)
        | Field::PoeAcknowledgedOn(_) => to.poe_files.clone_from(&from.poe_files),
        Field::PoeNamesItems => to.poe_names_items.clone_from(&from.poe_names_items),
        Field::AlsoPreSales
        | Field::OptOut
        | Field::ProofIsGenuine
        | Field::CustomerIsInformed
        | Field::EditingEnds => {
            if let Some(tick) = to.tick_mut(field) {
                *tick = from.is_ticked(field);
            }
        }
        Field::ClaimName
        | Field::PartnerId
        | Field::TenantId
        | Field::Domain
        | Field::SellerName
        | Field::CustomerName
        | Field::IsvSolution
        | Field::CustomerContactName
        | Field::CustomerContactTitle
        | Field::CustomerContactEmail
        | Field::TechnicalContactName
        | Field::TechnicalContactTitle
        | Field::TechnicalContactEmail
        | Field::PartnerContactName
        | Field::PartnerContactEmail
        | Field::Comment => {
            if let Some(text) = to.text_mut(field) {
                from.text(field).clone_into(text);
            }
        }
    }
}

#[test]
fn at_the_end_of_every_path_nothing_is_missing() {
    for role in PartnerRole::ALL {
        for path in paths() {
            let edition = path.edition;
            let offers_opt_out = edition >= EditionId::Oct2023;
            let complete = Draft {
                opt_out: path.opt_out && offers_opt_out && role == PartnerRole::UseOrConsume,
                purchase_channel: path.purchase_channel,
                public_sector: path.public_sector,
                ..complete_draft_of(edition, role)
            };
            let mut draft = Draft { edition, ..Draft::default() };
            for stage in Stage::ALL {
                let mut at = flow::steps(&draft, stage).next();
                while let Some(step) = at {
                    for field in step.row().owns {
                        fill(*field, &complete, &mut draft);
                    }
                    // Asked after the step is filled: the answer decides what comes next.
                    at = step.next(&draft);
                }
                let facts = Facts::default();
                let found = verdict(&RuleContext::of(&draft, today(), &facts), &draft, stage);
                assert!(found.passes(), "{edition:?}, {role:?}, {stage:?}: {:?}", found.violations);
            }
        }
    }
}

#[test]
fn a_step_left_out_is_noticed_at_its_own_fields() {
    for role in PartnerRole::ALL {
        let complete = complete_draft(role);
        for row in FLOW.iter().filter(|row| (row.shown_if)(&complete) && !row.owns.is_empty()) {
            let mut draft = complete.clone();
            for field in row.owns {
                fill(*field, &Draft::default(), &mut draft);
            }
            let facts = Facts::default();
            let found = verdict(&RuleContext::current(today(), &facts), &draft, row.stage);
            assert!(
                found.blocking().any(|violation| Step::of(violation.field) == row.step),
                "{role:?} without {:?}",
                row.step
            );
        }
    }
}

#[test]
fn a_step_of_an_earlier_edition_left_out_is_noticed_at_its_own_fields() {
    for edition in [EditionId::Fy20, EditionId::Fy21] {
        for role in PartnerRole::ALL {
            let complete = complete_draft_of(edition, role);
            for row in FLOW.iter().filter(|row| (row.shown_if)(&complete) && !row.owns.is_empty()) {
                let needs_nothing = match row.step {
                    // A comment, and no acknowledgements before 2023.
                    Step::Submit => true,
                    Step::Proof => !edition.get().form.requires_proof(Some(role)),
                    _ => false,
                };
                let mut draft = complete.clone();
                for field in row.owns {
                    fill(*field, &Draft::default(), &mut draft);
                }
                let facts = Facts::default();
                let found = verdict(&RuleContext::of(&draft, today(), &facts), &draft, row.stage);
                assert_eq!(
                    found.blocking().any(|violation| Step::of(violation.field) == row.step),
                    !needs_nothing,
                    "{edition:?}, {role:?} without {:?}",
                    row.step
                );
            }
        }
    }
}

#[test]
fn no_hidden_step_holds_a_blocking_field() {
    let known = facts();
    let spoilt = (0..2_000).map(generated_draft);
    // What is left over from another area or role, and wrong besides.
    let left_over = paths().into_iter().map(|path| Draft {
        workloads: vec!["unknown".into(), "unknown".into()],
        products: vec![cpor_rules::ProductEntry::default(); 2],
        seller_name: "x".repeat(9_000),
        ..path
    });
    for draft in spoilt.chain(left_over).chain(paths()) {
        for stage in Stage::ALL {
            let found = verdict(&RuleContext::of(&draft, today(), &known), &draft, stage);
            for violation in &found.violations {
                let step = Step::of(violation.field);
                assert!((step.row().shown_if)(&draft), "{violation:?} in {draft:?}");
                assert!(step.row().stage <= stage, "{violation:?} comes before its screen");
            }
        }
    }
}
