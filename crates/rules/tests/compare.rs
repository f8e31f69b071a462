//! The same draft under the rules of several times.

use cpor_rules::compare::{Says, compare};
use cpor_rules::testing::{complete_draft, complete_draft_of, generated_draft, today};
use cpor_rules::{
    EditionId, Facts, PartnerRole, RuleContext, RuleId, Severity, Stage, Step, verdict,
};

const THEN_AND_NOW: [EditionId; 2] = [EditionId::Fy20, EditionId::Current];

#[test]
fn a_claim_of_today_lacks_what_was_asked_in_2019() {
    let mut draft = complete_draft(PartnerRole::UseOrConsume);
    draft.domain.clear();
    draft.opt_out = true;
    let rows = compare(&draft, &THEN_AND_NOW, today(), &Facts::default(), None);
    let says = |rule| rows.iter().find(|row| row.rule.id == rule).map(|row| row.says.clone());
    let domain = says(RuleId::DomainGiven).unwrap();
    assert!(matches!(&domain[0], Says::Blocks(found) if found.len() == 1));
    assert_eq!(domain[1], Says::DoesNotApply);
    assert!(says(RuleId::OptOutOffered).unwrap()[0].is_broken());
    // Both ask for a name, and it is there.
    assert_eq!(says(RuleId::ClaimNamed), Some(vec![Says::Holds, Says::Holds]));
    // Nothing is said of products, which the claim does not have.
    assert_eq!(says(RuleId::ProductsChosen), None);
    let differing: Vec<_> =
        rows.iter().filter(|row| row.differs()).map(|row| row.rule.id).collect();
    assert!(differing.contains(&RuleId::DomainGiven) && !differing.contains(&RuleId::ClaimNamed));
}

#[test]
fn two_activities_in_one_claim_end_with_2021() {
    let mut draft = complete_draft_of(EditionId::Fy20, PartnerRole::UsageRecognition);
    draft.also_pre_sales = true;
    let rows = compare(&draft, &EditionId::ALL, today(), &Facts::default(), None);
    let row = rows.iter().find(|row| row.rule.id == RuleId::PreSalesWithUsage).unwrap();
    let broken: Vec<bool> = row.says.iter().map(Says::is_broken).collect();
    assert_eq!(broken, [false, false, true, true]);
}

#[test]
fn the_columns_are_the_verdicts() {
    let facts = cpor_rules::testing::facts();
    for seed in 0..500 {
        let draft = generated_draft(seed);
        let rows = compare(&draft, &EditionId::ALL, today(), &facts, None);
        for (column, edition) in EditionId::ALL.into_iter().enumerate() {
            let draft = cpor_rules::Draft { edition, ..draft.clone() };
            let found = verdict(&RuleContext::of(&draft, today(), &facts), &draft, Stage::Submit);
            let (mut blocks, mut warns) = (0, 0);
            for row in &rows {
                match &row.says[column] {
                    Says::Blocks(found) => blocks += found.len(),
                    Says::Warns(found) => warns += found.len(),
                    Says::Holds | Says::DoesNotApply => {}
                }
            }
            assert_eq!((blocks, warns), (found.blocking().count(), found.warnings().count()));
        }
        for row in &rows {
            assert_eq!(row.speaks(), row.says.iter().any(Says::is_broken));
            let only_warns = row.rule.severity == Severity::Warns;
            assert!(!only_warns || row.says.iter().all(|says| !matches!(says, Says::Blocks(_))));
        }
    }
}

#[test]
fn a_rule_stands_on_a_step_that_exists() {
    // What "does not apply" rests on.
    for rule in cpor_rules::RULES {
        for field in rule.fields {
            assert!(Step::of(*field).row().owns.contains(field), "{:?}: {field}", rule.id);
        }
    }
}
