//! Claims of earlier editions: the worked examples that only they know, and
//! what each edition asks, offers and lets be edited.
//!
//! Ids as in `examples.rs`: F for choice and fields, P for proof of execution,
//! X for transitions, D for deadlines.

use chrono::NaiveDate;
use cpor_rules::claim::{Claim, Subject};
use cpor_rules::deadline::deadline;
use cpor_rules::edition::{CURRENT, ConsentEmail, Days, Edition, FY20, FY21, OCT_2023};
use cpor_rules::facts::{Association, Holder, SubscriptionState};
use cpor_rules::life_cycle::{Refusal, Situation, transition};
use cpor_rules::testing::{complete_draft_of, today};
use cpor_rules::violation::SubscriptionProblem;
use cpor_rules::{
    Action, Actor, Contact, Deadline, DeadlineKind, Draft, EditionId, Facts, Field, Holidays,
    PartnerRole, Problem, ProductEntry, RULES, Rule, RuleContext, RuleId, Severity, SolutionArea,
    Stage, Status, Step, flow, verdict,
};

const BEFORE_2023: [EditionId; 2] = [EditionId::Fy20, EditionId::Fy21];
const TENANT: &str = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
const SUBSCRIPTION: &str = "7d1f0f52-4c7b-4f2c-9a38-51a3b1d7e0c4";

type Finding = (RuleId, Field, Problem);

fn findings(draft: &Draft, facts: &Facts, stage: Stage) -> Vec<Finding> {
    let found = verdict(&RuleContext::of(draft, today(), facts), draft, stage);
    found.violations.into_iter().map(|v| (v.rule, v.field, v.problem)).collect()
}

/// What is found in a complete claim with one thing changed.
fn found_after(
    edition: EditionId,
    role: PartnerRole,
    stage: Stage,
    change: impl FnOnce(&mut Draft, &mut Facts),
) -> Vec<Finding> {
    let mut draft = complete_draft_of(edition, role);
    let mut facts = Facts::default();
    change(&mut draft, &mut facts);
    findings(&draft, &facts, stage)
}

fn claim(draft: &Draft) -> Claim {
    let facts = Facts::default();
    let claim = Claim::try_from((draft, &RuleContext::of(draft, today(), &facts)));
    claim.unwrap_or_else(|found| panic!("{found:?}"))
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is a date"))
}

fn situation<'a>(edition: &'static Edition, status: Status, none: &'a Holidays) -> Situation<'a> {
    Situation {
        edition,
        status: Some(status),
        since: date("2020-02-14"),
        today: date("2020-02-17"),
        holidays: none,
        was_disputed: false,
        reason: "Because",
        has_newer_proof: true,
    }
}

#[test]
fn a_complete_claim_of_each_edition_passes_and_survives_its_sending() {
    for edition in EditionId::ALL {
        for role in PartnerRole::ALL {
            let draft = complete_draft_of(edition, role);
            for stage in Stage::ALL {
                let found = findings(&draft, &Facts::default(), stage);
                assert_eq!(found, [], "{edition:?}, {role:?}, {stage:?}");
            }
            let claim = claim(&draft);
            assert_eq!(claim.edition, edition);
            assert_eq!(draft.settled(&claim), draft, "{edition:?}, {role:?}");
        }
    }
}

#[test]
fn a_draft_keeps_its_edition_in_storage() {
    for (edition, code) in [(EditionId::Fy20, "\"fy20\""), (EditionId::Fy21, "\"fy21\"")] {
        let draft = complete_draft_of(edition, PartnerRole::PreSales);
        let stored = serde_json::to_string(&draft).unwrap();
        assert!(stored.contains(&format!("\"edition\":{code}")), "{stored}");
        assert_eq!(serde_json::from_str::<Draft>(&stored).unwrap(), draft);
    }
}

#[test]
fn f13_a_product_with_several_subscriptions_needs_an_id() {
    let missing = vec![(RuleId::SubscriptionToldApart, Field::SubscriptionId(0), Problem::Missing)];
    for (id, count, expected) in [
        ("F13: two subscriptions", Some(2), missing.clone()),
        ("not on the tenant", Some(0), missing),
        ("one subscription", Some(1), vec![]),
        ("nobody knows", None, vec![]),
    ] {
        for edition in BEFORE_2023 {
            let found =
                found_after(edition, PartnerRole::PreSales, Stage::AddCustomer, |draft, facts| {
                    draft.products[0].subscription_id.clear();
                    facts.subscription_counts.extend(
                        count.map(|count| ((TENANT.to_owned(), "sales".to_owned()), count)),
                    );
                });
            assert_eq!(found, expected, "{id}, {edition:?}");
        }
    }
    // Since 2023 it is needed however many there are.
    let found =
        found_after(EditionId::Oct2023, PartnerRole::PreSales, Stage::AddCustomer, |draft, _| {
            draft.products[0].subscription_id.clear();
        });
    assert_eq!(found, [(RuleId::SubscriptionGiven, Field::SubscriptionId(0), Problem::Missing)]);
}

#[test]
fn a_product_that_stands_twice_is_told_apart_by_its_subscriptions() {
    let twice = |first: &str, second: &str| {
        found_after(EditionId::Fy20, PartnerRole::PreSales, Stage::AddCustomer, |draft, _| {
            draft.products = [first, second]
                .map(|id| ProductEntry { product: "sales".into(), subscription_id: id.into() })
                .to_vec();
        })
    };
    assert_eq!(twice(SUBSCRIPTION, "b0d3f4a2-6c1e-4f0b-9d57-2e8a7c915f36"), []);
    assert_eq!(
        twice(SUBSCRIPTION, ""),
        [(RuleId::SubscriptionToldApart, Field::SubscriptionId(1), Problem::Missing)]
    );
    // What is typed is an ID or an error, also where it could be left out.
    let found = found_after(EditionId::Fy21, PartnerRole::PreSales, Stage::AddCustomer, |d, _| {
        d.products[0].subscription_id = "contoso.com".into();
    });
    assert_eq!(
        found,
        [(RuleId::SubscriptionToldApart, Field::SubscriptionId(0), Problem::GuidIsDomain)]
    );
}

#[test]
fn f27_dynamics_needs_a_technical_contact() {
    let rule = RuleId::TechnicalContactGiven;
    let all_missing = || {
        [Field::TechnicalContactName, Field::TechnicalContactTitle, Field::TechnicalContactEmail]
            .map(|field| (rule, field, Problem::Missing))
            .to_vec()
    };
    let without = |edition, role| {
        found_after(edition, role, Stage::AddCustomer, |draft, _| {
            draft.technical_contact = Contact::default();
        })
    };
    for edition in BEFORE_2023 {
        assert_eq!(without(edition, PartnerRole::PreSales), all_missing(), "F27, {edition:?}");
        assert_eq!(without(edition, PartnerRole::UsageRecognition), all_missing());
        assert_eq!(without(edition, PartnerRole::UseOrConsume), [], "Microsoft 365 needs none");
        assert_eq!(without(edition, PartnerRole::RevenueAssociation), []);
    }
    assert_eq!(without(EditionId::Oct2023, PartnerRole::PreSales), []);
    let found = found_after(EditionId::Fy20, PartnerRole::PreSales, Stage::AddCustomer, |d, _| {
        d.technical_contact.email = "li".into();
    });
    assert_eq!(found, [(rule, Field::TechnicalContactEmail, Problem::EmailWithoutAt)]);
}

#[test]
fn f29_the_domain_is_required_before_2023() {
    for (edition, expected) in [
        (EditionId::Fy20, vec![(RuleId::DomainGiven, Field::Domain, Problem::Missing)]),
        (EditionId::Fy21, vec![(RuleId::DomainGiven, Field::Domain, Problem::Missing)]),
        (EditionId::Oct2023, vec![]),
        (EditionId::Current, vec![]),
    ] {
        let found = found_after(edition, PartnerRole::UseOrConsume, Stage::AddCustomer, |d, _| {
            d.domain = " ".into();
        });
        assert_eq!(found, expected, "F29, {edition:?}");
    }
    for rule in [RuleId::DomainGiven, RuleId::TechnicalContactGiven, RuleId::SubscriptionToldApart]
    {
        assert_eq!(Rule::get(rule).map(|rule| rule.severity), Some(Severity::Blocks), "{rule:?}");
    }
}

#[test]
fn f39_usage_and_pre_sales_are_claimed_together() {
    for edition in BEFORE_2023 {
        let mut draft = complete_draft_of(edition, PartnerRole::UsageRecognition);
        draft.also_pre_sales = true;
        assert_eq!(findings(&draft, &Facts::default(), Stage::Submit), [], "F39, {edition:?}");
        let claim = claim(&draft);
        assert!(matches!(claim.subject, Subject::UsageAndPreSales(_)));
        assert!(claim.pays_incentive());
        assert!(Draft::from(&claim).also_pre_sales);
        let choice = edition.get().names.usage_and_pre_sales;
        assert_eq!(choice, Some("Usage and/or Pre-sales"));
    }
    // With no other role, and in no later edition.
    let combined = |edition, role| {
        found_after(edition, role, Stage::AddCustomer, |draft, _| draft.also_pre_sales = true)
    };
    let refused = [(RuleId::PreSalesWithUsage, Field::AlsoPreSales, Problem::NotCombined)];
    for role in PartnerRole::ALL {
        assert_eq!(combined(EditionId::Oct2023, role), refused, "{role:?}");
        assert_eq!(combined(EditionId::Current, role), refused, "{role:?}");
        let is_usage = role == PartnerRole::UsageRecognition;
        assert_eq!(combined(EditionId::Fy20, role).is_empty(), is_usage, "{role:?}");
    }
}

#[test]
fn a_claim_of_both_activities_is_contested_for_either() {
    let held = |role, holder| Association {
        tenant_id: TENANT.into(),
        item: "sales".into(),
        subscription_id: Some(SUBSCRIPTION.into()),
        partner_role: role,
        holder,
    };
    let found = |associations: Vec<Association>| {
        found_after(
            EditionId::Fy20,
            PartnerRole::UsageRecognition,
            Stage::AddCustomer,
            |draft, facts| {
                draft.also_pre_sales = true;
                facts.associations = associations;
            },
        )
    };
    let other = held(PartnerRole::PreSales, Holder::OtherPartner);
    let rules: Vec<_> = found(vec![other]).into_iter().map(|(rule, _, _)| rule).collect();
    assert_eq!(rules, [RuleId::ItemUncontested]);
    let ours = Holder::Ours { claim_id: "c1".into(), claim_name: "Contoso Q1".into() };
    let both = vec![
        held(PartnerRole::UsageRecognition, Holder::OtherPartner),
        held(PartnerRole::PreSales, ours),
    ];
    let rules: Vec<_> = found(both).into_iter().map(|(rule, _, _)| rule).collect();
    assert_eq!(rules, [RuleId::ItemNotOurs]);
}

#[test]
fn f41_an_activity_of_2019_is_a_role_of_today() {
    let draft = complete_draft_of(EditionId::Fy20, PartnerRole::UseOrConsume);
    assert_eq!(findings(&draft, &Facts::default(), Stage::Submit), [], "F41");
    let (area, role) = (SolutionArea::ModernWorkAndSecurity, PartnerRole::UseOrConsume);
    assert_eq!((FY20.names.area(area), FY20.names.role(role)), ("Microsoft 365", "Usage"));
    let today = (CURRENT.names.area(area), CURRENT.names.role(role));
    assert_eq!(today, ("Modern Work and Security", "Use or consume"));
    assert_eq!(FY20.names.partner_id, "MPN ID");
    assert_eq!(FY20.names.role_question, "Activity");
    assert_eq!(FY21.names.status(Status::Draft), "Editing");
    assert_eq!(CURRENT.names.status(Status::Draft), "Draft");
}

#[test]
fn a_claimed_subscription_is_an_error_before_2023_and_a_competitor_since() {
    for edition in EditionId::ALL {
        let found = found_after(edition, PartnerRole::PreSales, Stage::AddCustomer, |_, facts| {
            let reason = SubscriptionProblem::AlreadyClaimed;
            facts.subscriptions.insert(SUBSCRIPTION.into(), SubscriptionState::Refused { reason });
        });
        let expected = if BEFORE_2023.contains(&edition) {
            let reason = SubscriptionProblem::AlreadyClaimed;
            (RuleId::SubscriptionUsable, Problem::Subscription { reason })
        } else {
            (RuleId::ItemUncontested, Problem::HeldByOtherPartner)
        };
        let found: Vec<_> = found.into_iter().map(|(rule, _, problem)| (rule, problem)).collect();
        assert_eq!(found, [expected], "{edition:?}");
    }
}

#[test]
fn a_revenue_association_has_no_contacts_and_in_fy20_no_proof() {
    let role = PartnerRole::RevenueAssociation;
    for (edition, asks_contacts, needs_proof) in [
        (EditionId::Fy20, false, false),
        (EditionId::Fy21, false, true),
        (EditionId::Oct2023, true, true),
        (EditionId::Current, true, true),
    ] {
        let draft = complete_draft_of(edition, role);
        let shown = flow::steps(&draft, Stage::AddCustomer).any(|step| step == Step::Contacts);
        assert_eq!(shown, asks_contacts, "{edition:?}");
        assert_eq!(claim(&draft).contacts.is_some(), asks_contacts, "{edition:?}");
        let without = found_after(edition, role, Stage::Submit, |draft, _| {
            draft.poe_files.clear();
            draft.poe_names_items.clear();
        });
        let missing = (RuleId::PoeGiven, Field::PoeFiles, Problem::Missing);
        assert_eq!(without.contains(&missing), needs_proof, "{edition:?}");
        assert!(needs_proof || without.is_empty(), "{edition:?}: {without:?}");
    }
    // A proof that is given all the same is judged like any other.
    let found = found_after(EditionId::Fy20, role, Stage::Submit, |draft, _| {
        draft.poe_files[0].name = "proof.exe".into();
    });
    assert_eq!(found, [(RuleId::PoeFilesAccepted, Field::PoeFile(0), Problem::FileType)]);
}

#[test]
fn p01_every_other_claim_needs_its_proof_in_every_edition() {
    for edition in EditionId::ALL {
        for role in PartnerRole::ALL {
            if role == PartnerRole::RevenueAssociation && edition == EditionId::Fy20 {
                continue;
            }
            let found =
                found_after(edition, role, Stage::Submit, |draft, _| draft.poe_files.clear());
            let missing = vec![(RuleId::PoeGiven, Field::PoeFiles, Problem::Missing)];
            assert_eq!(found, missing, "{edition:?}, {role:?}");
        }
    }
}

#[test]
fn opt_out_and_acknowledgements_came_in_2023() {
    for edition in EditionId::ALL {
        let is_new = !BEFORE_2023.contains(&edition);
        let found = found_after(edition, PartnerRole::UseOrConsume, Stage::Submit, |draft, _| {
            draft.opt_out = true;
            draft.acknowledgements = cpor_rules::Acknowledgements::default();
        });
        let rules: Vec<_> = found.iter().map(|(rule, _, _)| *rule).collect();
        assert_eq!(rules.contains(&RuleId::OptOutOffered), !is_new, "{edition:?}");
        assert_eq!(rules.contains(&RuleId::AcknowledgementsTicked), is_new, "{edition:?}");
    }
}

#[test]
fn usage_of_dynamics_paid_until_2021() {
    for (edition, pays) in [(&FY20, true), (&FY21, true), (&OCT_2023, false), (&CURRENT, false)] {
        assert_eq!(edition.pays_incentive(PartnerRole::UsageRecognition), pays, "{edition:?}");
        assert!(edition.pays_incentive(PartnerRole::PreSales));
        assert!(!edition.pays_incentive(PartnerRole::RevenueAssociation));
        let draft = complete_draft_of(edition.id, PartnerRole::UsageRecognition);
        assert_eq!(claim(&draft).pays_incentive(), pays);
    }
}

#[test]
fn each_edition_has_its_own_list() {
    let with = |edition, code: &str| {
        found_after(edition, PartnerRole::UseOrConsume, Stage::AddCustomer, |draft, _| {
            draft.workloads = vec![code.into()];
        })
    };
    let unknown = [(RuleId::WorkloadsChosen, Field::Workload(0), Problem::NotInCatalogue)];
    assert_eq!(with(EditionId::Fy20, "skype-for-business"), []);
    assert_eq!(with(EditionId::Current, "skype-for-business"), unknown);
    assert_eq!(with(EditionId::Fy20, "viva-goals"), unknown);
    assert_eq!(with(EditionId::Current, "viva-goals"), []);
    assert_eq!(with(EditionId::Fy21, "other:Delve"), []);
}

#[test]
fn x03_to_x09_what_may_be_edited_when() {
    use Status::{Approved, Draft as Editing, PartnerActionRequired, Submitted, UnderReview};
    for (id, edition, status, field, is_allowed) in [
        ("before the submission", &FY20, Editing, Field::TenantId, true),
        ("X03 in FY20", &FY20, Submitted, Field::CustomerContactName, false),
        ("X03 in FY21", &FY21, Submitted, Field::CustomerContactName, true),
        ("the Partner ID in FY21", &FY21, Submitted, Field::PartnerId, true),
        ("the tenant in FY21", &FY21, Submitted, Field::TenantId, false),
        ("X05", &FY21, UnderReview, Field::Product(0), false),
        ("X07", &FY20, PartnerActionRequired, Field::Products, true),
        ("the technical contact", &FY20, PartnerActionRequired, Field::TechnicalContactEmail, true),
        ("X09, role", &FY20, PartnerActionRequired, Field::PartnerRole, false),
        ("X09, tenant", &FY21, PartnerActionRequired, Field::TenantId, false),
        ("X09, activity", &FY21, PartnerActionRequired, Field::AlsoPreSales, false),
        ("P13", &FY20, Approved, Field::PoeFiles, true),
        ("X03 in 2023", &OCT_2023, Submitted, Field::CustomerContactName, false),
        (
            "no such field in 2023",
            &CURRENT,
            PartnerActionRequired,
            Field::TechnicalContactName,
            false,
        ),
    ] {
        assert_eq!(status.editable_in(edition).allows(field), is_allowed, "{id}");
    }
}

#[test]
fn a_submitted_claim_of_fy21_takes_more_proof_and_loses_none() {
    let before = complete_draft_of(EditionId::Fy21, PartnerRole::PreSales);
    let mut after = before.clone();
    after.poe_files.push(cpor_rules::PoeFile { name: "more.pdf".into(), ..Default::default() });
    after.technical_contact.name = "Kim Ito".into();
    assert_eq!(Status::Submitted.forbidden_changes(&before, &after), []);
    assert_eq!(
        Status::UnderReview.forbidden_changes(&before, &after),
        [Field::TechnicalContactName, Field::PoeFiles]
    );
    after.poe_files.clear();
    assert_eq!(Status::Submitted.forbidden_changes(&before, &after), [Field::PoeFiles]);
}

#[test]
fn x11_and_d07_an_answer_of_fy20_has_thirty_days() {
    let none = Holidays::default();
    let status = Status::PartnerActionRequired;
    for (id, edition, due_on) in [
        ("D07", &FY20, "2020-03-15"),
        ("five business days", &FY21, "2020-02-21"),
        ("fourteen business days", &OCT_2023, "2020-03-05"),
    ] {
        let due_on = date(due_on);
        let found = deadline(edition, status, date("2020-02-14"), false, &none);
        assert_eq!(found, Some(Deadline { due_on, kind: DeadlineKind::PartnerAction }), "{id}");
        let on_time = Situation { today: due_on, ..situation(edition, status, &none) };
        let late = Situation { today: due_on.succ_opt().unwrap(), ..on_time.clone() };
        let expire = |situation: &Situation| {
            transition(situation, Action::Expire, Actor::System).map(|row| row.to)
        };
        assert_eq!(expire(&on_time), Err(Refusal::TooEarly { until: due_on }), "X11, {id}");
        assert_eq!(expire(&late), Ok(Some(Status::Rejected)), "X11, {id}");
    }
}

#[test]
fn d09_and_d13_deadlines_of_fy20_and_fy21() {
    use DeadlineKind::{ConsentWindow, DisputeAnswer, DisputeRight, Review, ReviewStart};
    for (id, edition, status, since, expected) in [
        ("D09", &FY20, Status::Approved, "2020-09-28", Some(("2020-10-05", ConsentWindow))),
        ("D09", &FY21, Status::Approved, "2020-09-28", Some(("2020-10-05", ConsentWindow))),
        ("no time to the review", &FY20, Status::Submitted, "2020-02-14", None),
        (
            "five days to the review",
            &FY21,
            Status::Submitted,
            "2020-09-28",
            Some(("2020-10-05", ReviewStart)),
        ),
        ("the review", &FY20, Status::UnderReview, "2020-02-14", Some(("2020-02-21", Review))),
        ("the review", &FY21, Status::UnderReview, "2020-09-28", Some(("2020-10-05", Review))),
        ("no dispute", &FY20, Status::Rejected, "2020-02-14", None),
        ("D13", &FY21, Status::Rejected, "2021-01-31", Some(("2021-03-02", DisputeRight))),
        ("its answer", &FY21, Status::Dispute, "2020-09-28", Some(("2020-10-05", DisputeAnswer))),
    ] {
        let found = deadline(edition, status, date(since), false, &Holidays::default());
        let expected = expected.map(|(due_on, kind)| Deadline { due_on: date(due_on), kind });
        assert_eq!(found, expected, "{id}, {:?}", edition.id);
    }
    assert_eq!(FY21.decision, Some(Days::Calendar(10)));
    assert_eq!(FY20.consent_email, ConsentEmail::OnApproval);
    assert_eq!(FY21.consent_email, ConsentEmail::OnApproval);
    assert_eq!(OCT_2023.consent_email, ConsentEmail::OnSubmit);
}

#[test]
fn x13_to_x19_actions_that_came_later_are_refused() {
    let none = Holidays::default();
    for (id, edition, status, action, expected) in [
        ("X15", &FY20, Status::Approved, Action::Disassociate, Err(Refusal::NotInEdition)),
        ("X15", &FY21, Status::Approved, Action::Disassociate, Err(Refusal::NotInEdition)),
        ("X15", &OCT_2023, Status::Approved, Action::Disassociate, Ok(Status::RejectedFinal)),
        ("X19", &FY20, Status::Rejected, Action::Dispute, Err(Refusal::NotInEdition)),
        ("X19", &FY21, Status::Rejected, Action::Dispute, Ok(Status::Dispute)),
        // Where the status is wrong as well, that is said.
        ("X17", &FY20, Status::Submitted, Action::Disassociate, Err(Refusal::WrongStatus)),
    ] {
        let found = transition(&situation(edition, status, &none), action, Actor::Partner);
        assert_eq!(found.map(|row| row.to), expected.map(Some), "{id}, {:?}", edition.id);
    }
    // X13: the customer can decline in every edition, to a status of its own.
    for id in EditionId::ALL {
        let approved = situation(id.get(), Status::Approved, &none);
        let row = transition(&approved, Action::Decline, Actor::Customer);
        assert_eq!(row.map(|row| row.to), Ok(Some(Status::CustomerConsentDenied)), "{id:?}");
    }
}

#[test]
fn a_rule_of_one_time_is_explained_in_claims_of_that_time_only() {
    let explained = |field, edition| Rule::for_field(field, edition).map(|rule| rule.id).collect();
    let domain: Vec<RuleId> = explained(Field::Domain, EditionId::Fy20);
    assert!(domain.contains(&RuleId::DomainGiven));
    let domain: Vec<RuleId> = explained(Field::Domain, EditionId::Current);
    assert!(!domain.contains(&RuleId::DomainGiven) && !domain.is_empty());
    for rule in RULES {
        assert!(EditionId::ALL.into_iter().any(|edition| rule.holds_in(edition)), "{:?}", rule.id);
    }
}
