//! Worked examples: what each document leads to in a concrete case.
//!
//! Each case has an id of its family: F for choice and fields, P for proof of
//! execution, X for transitions, D for deadlines. Cases that only an edition
//! before October 2023 knows are left out.

use chrono::NaiveDate;
use cpor_rules::claim::Claim;
use cpor_rules::edition::{CURRENT, Days};
use cpor_rules::facts::{Association, Holder, PartnerLocation, SubscriptionState};
use cpor_rules::life_cycle::{Refusal, Situation, Transition, transition};
use cpor_rules::testing::{complete_draft, today};
use cpor_rules::violation::SubscriptionProblem;
use cpor_rules::{
    Action, Actor, Deadline, DeadlineKind, Draft, Facts, Field, Holidays, PartnerRole, Problem,
    PurchaseChannel, RuleContext, RuleId, Severity, SolutionArea, Stage, Status, UserRole,
    deadline, verdict,
};

const TENANT: &str = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
const SUBSCRIPTION: &str = "7d1f0f52-4c7b-4f2c-9a38-51a3b1d7e0c4";

/// One row of a table: a complete claim of this role, with one thing changed.
struct Case {
    id: &'static str,
    role: PartnerRole,
    change: fn(&mut Draft, &mut Facts),
    stage: Stage,
    finds: Vec<(RuleId, Field, Problem)>,
}

impl Case {
    fn holds(&self) {
        let mut draft = complete_draft(self.role);
        let mut facts = Facts::default();
        (self.change)(&mut draft, &mut facts);
        let found = verdict(&RuleContext::current(today(), &facts), &draft, self.stage);
        let found: Vec<_> =
            found.violations.into_iter().map(|v| (v.rule, v.field, v.problem)).collect();
        assert_eq!(found, self.finds, "{}", self.id);
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is a date"))
}

fn severity(rule: RuleId) -> Severity {
    cpor_rules::Rule::get(rule).map_or(Severity::Warns, |rule| rule.severity)
}

fn location(partner_id: &str, is_global_account: bool, is_enrolled: bool) -> PartnerLocation {
    PartnerLocation {
        partner_id: partner_id.into(),
        name: "Fabrikam Taipei".into(),
        is_global_account,
        is_enrolled,
    }
}

fn held(item: &str, role: PartnerRole, subscription: Option<&str>, holder: Holder) -> Association {
    Association {
        tenant_id: TENANT.into(),
        item: item.into(),
        subscription_id: subscription.map(str::to_owned),
        partner_role: role,
        holder,
    }
}

fn ours() -> Holder {
    Holder::Ours { claim_id: "c1".into(), claim_name: "Contoso Q1".into() }
}

fn refused(facts: &mut Facts, reason: SubscriptionProblem) {
    facts.subscriptions.insert(SUBSCRIPTION.into(), SubscriptionState::Refused { reason });
}

#[test]
fn f01_to_f07_the_four_valid_pairs_and_what_they_pay() {
    for (id, area, role, pays) in [
        ("F01", SolutionArea::ModernWorkAndSecurity, PartnerRole::UseOrConsume, true),
        ("pre-sales", SolutionArea::BusinessApplications, PartnerRole::PreSales, true),
        ("F03", SolutionArea::BusinessApplications, PartnerRole::UsageRecognition, false),
        (
            "revenue association",
            SolutionArea::BusinessApplications,
            PartnerRole::RevenueAssociation,
            false,
        ),
    ] {
        let draft = complete_draft(role);
        assert_eq!(draft.solution_area, Some(area), "{id}");
        let facts = Facts::default();
        let claim = Claim::try_from((&draft, &RuleContext::current(today(), &facts)));
        assert_eq!(claim.map(|claim| claim.pays_incentive()), Ok(pays), "{id}");
    }
    // F07: an opt-out gives up the money and keeps the association.
    let draft = Draft { opt_out: true, ..complete_draft(PartnerRole::UseOrConsume) };
    let facts = Facts::default();
    let claim = Claim::try_from((&draft, &RuleContext::current(today(), &facts)));
    assert_eq!(claim.map(|claim| (claim.pays_incentive(), claim.items().len())), Ok((false, 2)));
}

#[test]
fn f05_no_other_pair_is_valid() {
    for area in SolutionArea::ALL {
        for role in PartnerRole::ALL {
            let mut draft = complete_draft(role);
            draft.solution_area = Some(area);
            let facts = Facts::default();
            let found = verdict(&RuleContext::current(today(), &facts), &draft, Stage::AddCustomer);
            let at_role = found.at(Field::PartnerRole).map(|v| v.problem.clone());
            let expected = (!area.roles().contains(&role)).then_some(Problem::RoleOfOtherArea);
            assert_eq!(at_role, expected, "{area:?} with {role:?}");
        }
    }
}

#[test]
fn f09_to_f25_fields_by_what_was_typed() {
    use PartnerRole::{PreSales, RevenueAssociation, UseOrConsume};
    let case = |id, role, change: fn(&mut Draft, &mut Facts), finds| Case {
        id,
        role,
        change,
        stage: Stage::AddCustomer,
        finds,
    };
    let tenant = |problem| vec![(RuleId::TenantIdGuid, Field::TenantId, problem)];
    for case in [
        case(
            "an opt-out outside Modern Work and Security",
            PreSales,
            |draft, _| draft.opt_out = true,
            vec![(RuleId::OptOutOffered, Field::OptOut, Problem::OptOutNotOffered)],
        ),
        case(
            "F09",
            UseOrConsume,
            |draft, _| draft.workloads.clear(),
            vec![(RuleId::WorkloadsChosen, Field::Workloads, Problem::Missing)],
        ),
        case(
            "more than four workloads",
            UseOrConsume,
            |draft, _| {
                draft.workloads =
                    ["teams", "intune", "viva-goals", "exchange-online", "other:Loop"]
                        .map(str::to_owned)
                        .to_vec();
            },
            vec![],
        ),
        case(
            "F11",
            PreSales,
            |draft, _| draft.products[0].subscription_id.clear(),
            vec![(RuleId::SubscriptionGiven, Field::SubscriptionId(0), Problem::Missing)],
        ),
        case("F15", UseOrConsume, |draft, _| assert!(draft.products.is_empty()), vec![]),
        case(
            "a GUID in braces and upper case",
            UseOrConsume,
            |draft, _| draft.tenant_id = format!(" {{{}}} ", TENANT.to_uppercase()),
            vec![],
        ),
        case(
            "F17",
            UseOrConsume,
            |draft, _| draft.tenant_id = "contoso.onmicrosoft.com".into(),
            tenant(Problem::GuidIsDomain),
        ),
        case(
            "the GUID of zeros",
            UseOrConsume,
            |draft, _| draft.tenant_id = "00000000-0000-0000-0000-000000000000".into(),
            tenant(Problem::GuidZero),
        ),
        case(
            "F19, 35 characters",
            UseOrConsume,
            |draft, _| draft.tenant_id = TENANT[..35].into(),
            tenant(Problem::GuidDigits { found: 31 }),
        ),
        case(
            "F19, a letter that is no hex digit",
            UseOrConsume,
            |draft, _| draft.tenant_id = TENANT.replace('f', "g"),
            tenant(Problem::GuidCharacter { character: 'g' }),
        ),
        case(
            "F21",
            UseOrConsume,
            |draft, _| draft.partner_id = "MPN-1234566".into(),
            vec![(RuleId::PartnerIdNumeric, Field::PartnerId, Problem::NotNumeric)],
        ),
        case(
            "revenue association without the ISV's product",
            RevenueAssociation,
            |draft, _| draft.isv_solution = " ".into(),
            vec![(RuleId::RevenueFieldsGiven, Field::IsvSolution, Problem::Missing)],
        ),
        case("F25", PreSales, |draft, _| draft.isv_solution.clear(), vec![]),
        case("no domain", UseOrConsume, |draft, _| draft.domain.clear(), vec![]),
    ] {
        case.holds();
    }
}

#[test]
fn f23_to_f37_what_a_backend_knows() {
    use PartnerRole::{PreSales, UsageRecognition, UseOrConsume};
    let case = |id, role, change: fn(&mut Draft, &mut Facts), finds| Case {
        id,
        role,
        change,
        stage: Stage::AddCustomer,
        finds,
    };
    let subscription = |reason| {
        vec![(
            RuleId::SubscriptionUsable,
            Field::SubscriptionId(0),
            Problem::Subscription { reason },
        )]
    };
    for case in [
        case(
            "the Partner ID of no location",
            UseOrConsume,
            |_, facts| facts.partner_locations = Some(vec![location("4391507", false, true)]),
            vec![(RuleId::PartnerIdKnown, Field::PartnerId, Problem::UnknownLocation)],
        ),
        case(
            "F23",
            UseOrConsume,
            |_, facts| facts.partner_locations = Some(vec![location("1234566", false, false)]),
            vec![(RuleId::PartnerIdEnrolled, Field::PartnerId, Problem::NotEnrolled)],
        ),
        case(
            "the global account",
            UseOrConsume,
            |_, facts| facts.partner_locations = Some(vec![location("1234566", true, true)]),
            vec![(RuleId::PartnerIdOfLocation, Field::PartnerId, Problem::GlobalAccount)],
        ),
        case(
            "F31",
            UseOrConsume,
            |draft, facts| {
                draft.domain = "Contoso.com".into();
                facts.domain_of_tenant.insert((TENANT.into(), "contoso.com".into()), false);
            },
            vec![(RuleId::DomainOfTenant, Field::Domain, Problem::DomainOfOtherTenant)],
        ),
        case(
            "a subscription bought through CSP",
            PreSales,
            |_, facts| refused(facts, SubscriptionProblem::Csp),
            subscription(SubscriptionProblem::Csp),
        ),
        case(
            "F33",
            PreSales,
            |_, facts| refused(facts, SubscriptionProblem::NotProvisioned),
            subscription(SubscriptionProblem::NotProvisioned),
        ),
        case(
            "an already claimed subscription competes",
            PreSales,
            |_, facts| refused(facts, SubscriptionProblem::AlreadyClaimed),
            vec![(RuleId::ItemUncontested, Field::SubscriptionId(0), Problem::HeldByOtherPartner)],
        ),
        case(
            "F35",
            PreSales,
            |draft, _| draft.purchase_channel = Some(PurchaseChannel::CloudSolutionProvider),
            vec![(RuleId::NotBoughtThroughCsp, Field::PurchaseChannel, Problem::BoughtThroughCsp)],
        ),
        case(
            "one's own workload",
            UseOrConsume,
            |_, facts| facts.associations = vec![held("teams", UseOrConsume, None, ours())],
            vec![(
                RuleId::ItemNotOurs,
                Field::Workload(1),
                Problem::AlreadyOurs { claim_name: "Contoso Q1".into() },
            )],
        ),
        case(
            "F37",
            UseOrConsume,
            |_, facts| {
                facts.associations = vec![held("teams", UseOrConsume, None, Holder::OtherPartner)];
            },
            vec![(RuleId::ItemUncontested, Field::Workload(1), Problem::HeldByOtherPartner)],
        ),
        case(
            "one's own subscription in another role is free",
            UsageRecognition,
            |_, facts| {
                facts.associations = vec![held("sales", PreSales, Some(SUBSCRIPTION), ours())];
            },
            vec![],
        ),
    ] {
        case.holds();
    }
}

#[test]
fn f23_f35_and_f37_only_warn() {
    for (rule, expected) in [
        (RuleId::PartnerIdEnrolled, Severity::Warns),
        (RuleId::NotBoughtThroughCsp, Severity::Warns),
        (RuleId::ItemUncontested, Severity::Warns),
        (RuleId::DomainOfTenant, Severity::Blocks),
        (RuleId::SubscriptionUsable, Severity::Blocks),
        (RuleId::ItemNotOurs, Severity::Blocks),
    ] {
        assert_eq!(severity(rule), expected, "{rule:?}");
    }
}

#[test]
fn a_claim_does_not_compete_with_itself() {
    let role = PartnerRole::UseOrConsume;
    let facts = Facts { associations: vec![held("teams", role, None, ours())], ..Facts::default() };
    let ctx = RuleContext::current(today(), &facts).with_claim_id("c1");
    assert!(verdict(&ctx, &complete_draft(role), Stage::Submit).violations.is_empty());
}

#[test]
fn p01_to_p11_what_a_proof_needs_at_submission() {
    use PartnerRole::{RevenueAssociation, UseOrConsume};
    let case = |id, role, change: fn(&mut Draft, &mut Facts), finds| Case {
        id,
        role,
        change,
        stage: Stage::Submit,
        finds,
    };
    let no_proof = || vec![(RuleId::PoeGiven, Field::PoeFiles, Problem::Missing)];
    for case in [
        case("P01", UseOrConsume, |draft, _| draft.poe_files.clear(), no_proof()),
        case("with its proof", UseOrConsume, |_, _| {}, vec![]),
        case(
            "P03",
            UseOrConsume,
            |draft, _| draft.acknowledgements = cpor_rules::Acknowledgements::default(),
            [Field::ProofIsGenuine, Field::CustomerIsInformed, Field::EditingEnds]
                .map(|field| (RuleId::AcknowledgementsTicked, field, Problem::NotTicked))
                .to_vec(),
        ),
        case("P05", RevenueAssociation, |draft, _| draft.poe_files.clear(), no_proof()),
        case(
            "P11",
            UseOrConsume,
            |draft, _| draft.workloads.push("intune".into()),
            vec![(
                RuleId::PoeNamesItems,
                Field::PoeNamesItems,
                Problem::ItemNotNamed { item: "intune".into() },
            )],
        ),
        case(
            "no file says when the customer signed",
            UseOrConsume,
            |draft, _| draft.poe_files[0].acknowledged_on.clear(),
            vec![(RuleId::PoeNotTooOld, Field::PoeAcknowledgedOn(0), Problem::Missing)],
        ),
        case(
            "public sector without its disclosure",
            UseOrConsume,
            |draft, _| {
                draft.public_sector = Some(cpor_rules::PublicSector::YesNotDisclosed);
            },
            vec![(RuleId::PublicSectorDisclosed, Field::PublicSector, Problem::DisclosureMissing)],
        ),
    ] {
        case.holds();
        // No rule about the proof holds back the creation of a claim.
        Case { stage: Stage::AddCustomer, finds: vec![], ..case }.holds();
    }
    for (rule, expected) in [
        (RuleId::PoeGiven, Severity::Blocks),
        (RuleId::AcknowledgementsTicked, Severity::Blocks),
        (RuleId::PoeNamesItems, Severity::Warns),
        (RuleId::PoeNotTooOld, Severity::Warns),
    ] {
        assert_eq!(severity(rule), expected, "{rule:?}");
    }
}

#[test]
fn p07_to_p09_a_proof_is_at_most_twelve_months_old() {
    for (id, signed_on, submitted_on, is_too_old) in [
        ("P07", "2023-04-30", "2024-05-01", true),
        ("exactly twelve months", "2023-05-01", "2024-05-01", false),
        ("P09: the last day of a month", "2023-02-28", "2024-02-29", false),
        ("a day more", "2023-02-27", "2024-02-29", true),
    ] {
        let mut draft = complete_draft(PartnerRole::UseOrConsume);
        draft.poe_files[0].acknowledged_on = signed_on.into();
        let facts = Facts::default();
        let ctx = RuleContext::current(date(submitted_on), &facts);
        let found = verdict(&ctx, &draft, Stage::Submit);
        assert_eq!(
            found.violations.iter().any(|v| v.rule == RuleId::PoeNotTooOld),
            is_too_old,
            "{id}"
        );
        assert!(found.passes(), "{id}: the age only warns");
    }
}

#[test]
fn p13_newer_proof_is_added_to_an_approved_claim() {
    let before = complete_draft(PartnerRole::UseOrConsume);
    let mut after = before.clone();
    after.poe_files.push(cpor_rules::PoeFile { name: "renewal.pdf".into(), ..Default::default() });
    assert_eq!(Status::Approved.forbidden_changes(&before, &after), []);
    // It is a change of the claim and no transition, so the status stays.
    after.claim_name = "Another name".into();
    assert_eq!(Status::Approved.forbidden_changes(&before, &after), [Field::ClaimName]);
}

/// What is known of a claim in this status since Wednesday 1 May 2024.
fn situation(status: Option<Status>, holidays: &Holidays) -> Situation<'_> {
    Situation {
        edition: &CURRENT,
        status,
        since: date("2024-05-01"),
        today: date("2024-05-02"),
        holidays,
        was_disputed: false,
        reason: "",
        has_newer_proof: false,
    }
}

fn leads_to(result: Result<&Transition, Refusal>) -> Result<Option<Status>, Refusal> {
    result.map(|row| row.to)
}

#[test]
fn x01_add_customer_makes_a_draft() {
    let none = Holidays::default();
    let row = transition(&situation(None, &none), Action::AddCustomer, Actor::Partner);
    assert_eq!(leads_to(row), Ok(Some(Status::Draft)));
    assert!(UserRole::IncentivesUser.may(Action::AddCustomer));
    assert!(!UserRole::IncentivesUser.may(Action::Submit));
}

#[test]
fn x03_to_x09_what_may_be_edited_when() {
    for (id, status, field, is_allowed) in [
        ("a draft", Status::Draft, Field::TenantId, true),
        ("X03", Status::Submitted, Field::CustomerContactName, false),
        ("X05", Status::UnderReview, Field::Product(0), false),
        ("X07", Status::PartnerActionRequired, Field::Products, true),
        ("the Partner ID", Status::PartnerActionRequired, Field::PartnerId, true),
        ("X09, partner role", Status::PartnerActionRequired, Field::PartnerRole, false),
        ("X09, tenant", Status::PartnerActionRequired, Field::TenantId, false),
    ] {
        assert_eq!(status.editable().allows(field), is_allowed, "{id}");
    }
    // X07, the whole of it: one of two products is removed.
    let mut before = complete_draft(PartnerRole::PreSales);
    before.products.push(cpor_rules::ProductEntry {
        product: "finance".into(),
        subscription_id: "b0d3f4a2-6c1e-4f0b-9d57-2e8a7c915f36".into(),
    });
    let mut after = before.clone();
    after.products.pop();
    assert_eq!(Status::PartnerActionRequired.forbidden_changes(&before, &after), []);
    assert_eq!(Status::UnderReview.forbidden_changes(&before, &after), [Field::Products]);
}

#[test]
fn x11_an_answer_that_is_overdue_rejects_the_claim() {
    let none = Holidays::default();
    let par = situation(Some(Status::PartnerActionRequired), &none);
    let until = date("2024-05-21");
    for (today, expected) in [
        ("2024-05-21", Err(Refusal::TooEarly { until })),
        ("2024-05-22", Ok(Some(Status::Rejected))),
    ] {
        let par = Situation { today: date(today), ..par.clone() };
        assert_eq!(leads_to(transition(&par, Action::Expire, Actor::System)), expected);
    }
}

#[test]
fn x13_a_customer_can_decline_at_any_time() {
    let none = Holidays::default();
    for status in Status::ALL {
        let later = Situation { today: date("2024-11-17"), ..situation(Some(status), &none) };
        let expected = match status {
            Status::Draft | Status::RejectedFinal | Status::CustomerConsentDenied => {
                Err(Refusal::WrongStatus)
            }
            _ => Ok(Some(Status::CustomerConsentDenied)),
        };
        let found = leads_to(transition(&later, Action::Decline, Actor::Customer));
        assert_eq!(found, expected, "{status:?}");
    }
}

#[test]
fn x15_and_x17_only_an_approved_claim_is_disassociated_and_with_a_reason() {
    let none = Holidays::default();
    let act = |status, reason| {
        let situation = Situation { reason, ..situation(Some(status), &none) };
        leads_to(transition(&situation, Action::Disassociate, Actor::Partner))
    };
    assert_eq!(act(Status::Approved, "The contract ended"), Ok(Some(Status::RejectedFinal)));
    assert_eq!(act(Status::Approved, " \n"), Err(Refusal::ReasonMissing));
    assert_eq!(act(Status::Draft, "A mistake"), Err(Refusal::WrongStatus));
    assert_eq!(act(Status::Submitted, "A mistake"), Err(Refusal::WrongStatus));
}

#[test]
fn x19_to_x25_a_rejection_is_disputed_once_and_in_time() {
    let none = Holidays::default();
    let base = situation(Some(Status::Rejected), &none);
    let dispute =
        |situation: &Situation| leads_to(transition(situation, Action::Dispute, Actor::Partner));
    // X19: newer proof alone will do, and so will a justification.
    let with_proof = Situation { has_newer_proof: true, ..base.clone() };
    assert_eq!(dispute(&with_proof), Ok(Some(Status::Dispute)));
    let with_reason = Situation { reason: "The signature is on page 4", ..base.clone() };
    assert_eq!(dispute(&with_reason), Ok(Some(Status::Dispute)));
    assert_eq!(dispute(&base), Err(Refusal::JustificationMissing));
    // Thirty days, to the end of the last one.
    let last_day = Situation { today: date("2024-05-31"), ..with_proof.clone() };
    assert_eq!(dispute(&last_day), Ok(Some(Status::Dispute)));
    let too_late = Situation { today: date("2024-06-01"), ..with_proof.clone() };
    assert_eq!(dispute(&too_late), Err(Refusal::TooLate { until: date("2024-05-31") }));
    let again = Situation { was_disputed: true, ..with_proof.clone() };
    assert_eq!(dispute(&again), Err(Refusal::DisputedBefore));
    // X21: a lost dispute is final.
    let lost =
        Situation { reason: "Still no signature", ..situation(Some(Status::Dispute), &none) };
    let row = transition(&lost, Action::RejectFinally, Actor::Microsoft);
    assert_eq!(leads_to(row), Ok(Some(Status::RejectedFinal)), "X21");
    // What is final is not disputed.
    for (id, status) in [("X23", Status::RejectedFinal), ("X25", Status::CustomerConsentDenied)] {
        let ended = Situation { status: Some(status), ..with_proof.clone() };
        assert_eq!(dispute(&ended), Err(Refusal::WrongStatus), "{id}");
    }
}

#[test]
fn x27_no_way_leads_back_to_a_draft() {
    let to_draft: Vec<_> = cpor_rules::life_cycle::TRANSITIONS
        .iter()
        .filter(|row| row.to == Some(Status::Draft))
        .map(|row| row.from)
        .collect();
    assert_eq!(to_draft, [None]);
}

#[test]
fn x29_an_approval_is_no_payment() {
    // What a claim can earn depends on its role and opt-out, never on its status.
    for status in Status::ALL {
        assert!(!status.code().contains("paid") && !status.code().contains("payment"));
    }
    assert_eq!(Status::Approved.waits_for(), None);
    assert!(!Status::Approved.is_terminal());
}

#[test]
fn d01_to_d13_deadlines_of_the_present_edition() {
    use DeadlineKind::{ConsentWindow, DisputeAnswer, DisputeRight, PartnerAction, ReviewStart};
    for (id, status, since, kind, due_on) in [
        ("D01", Status::PartnerActionRequired, "2024-05-01", PartnerAction, "2024-05-21"),
        ("D03", Status::PartnerActionRequired, "2024-05-04", PartnerAction, "2024-05-23"),
        ("D05", Status::PartnerActionRequired, "2024-02-23", PartnerAction, "2024-03-14"),
        ("D09", Status::Approved, "2020-09-28", ConsentWindow, "2020-10-05"),
        ("D11", Status::Approved, "2024-02-28", ConsentWindow, "2024-03-06"),
        ("D13", Status::Rejected, "2023-01-31", DisputeRight, "2023-03-02"),
        (
            "five business days to the review",
            Status::Submitted,
            "2024-05-03",
            ReviewStart,
            "2024-05-10",
        ),
        (
            "five working days to an answer",
            Status::Dispute,
            "2024-05-03",
            DisputeAnswer,
            "2024-05-10",
        ),
    ] {
        let found = deadline::deadline(&CURRENT, status, date(since), false, &Holidays::default());
        assert_eq!(found, Some(Deadline { due_on: date(due_on), kind }), "{id}");
    }
    let second = deadline::deadline(
        &CURRENT,
        Status::Rejected,
        date("2023-01-31"),
        true,
        &Holidays::default(),
    );
    assert_eq!(second, None, "a second rejection cannot be disputed");
}

#[test]
fn d07_and_d15_limits_of_earlier_editions_are_counted_by_the_same_calendar() {
    for (id, start, days, due_on) in
        [("D07", "2020-02-14", 30, "2020-03-15"), ("D15", "2019-03-14", 90, "2019-06-12")]
    {
        let found = Holidays::default().due_on(date(start), Days::Calendar(days));
        assert_eq!(found, date(due_on), "{id}");
    }
}

#[test]
fn d17_a_long_review_is_no_error() {
    let none = Holidays::default();
    let long =
        Situation { today: date("2024-05-29"), ..situation(Some(Status::UnderReview), &none) };
    // Nothing ends a review by time, and its deadline binds nobody.
    assert_eq!(transition(&long, Action::Expire, Actor::System), Err(Refusal::WrongStatus));
    assert!(!DeadlineKind::Review.is_binding());
    let row = transition(&long, Action::Approve, Actor::Microsoft);
    assert_eq!(leads_to(row), Ok(Some(Status::Approved)));
}

#[test]
fn limits_hold_to_the_last_unit() {
    use cpor_rules::book::{MAX_CLAIM_NAME, MAX_COMMENT, MAX_NAME};
    use cpor_rules::poe::{MAX_FILE_BYTES, MAX_FILES};
    // Characters are counted, not bytes.
    for (field, max) in [
        (Field::ClaimName, MAX_CLAIM_NAME),
        (Field::CustomerContactName, MAX_NAME),
        (Field::CustomerContactTitle, MAX_NAME),
        (Field::PartnerContactName, MAX_NAME),
        (Field::IsvSolution, MAX_NAME),
        (Field::Comment, MAX_COMMENT),
        (Field::PoeFileComment(0), MAX_COMMENT),
    ] {
        for (length, expected) in [(max, None), (max + 1, Some(Problem::TooLong { max }))] {
            let mut draft = complete_draft(PartnerRole::RevenueAssociation);
            if let Some(text) = draft.text_mut(field) {
                *text = "名".repeat(length);
            }
            let facts = Facts::default();
            let found = verdict(&RuleContext::current(today(), &facts), &draft, Stage::Submit);
            assert_eq!(found.at(field).map(|v| v.problem.clone()), expected, "{field}: {length}");
        }
    }
    let file = |number: usize, size_bytes| cpor_rules::PoeFile {
        sha256: number.to_string(),
        name: "proof.PDF".into(),
        size_bytes,
        ..Default::default()
    };
    let found_at = |field, files: Vec<cpor_rules::PoeFile>| {
        let draft = Draft { poe_files: files, ..complete_draft(PartnerRole::RevenueAssociation) };
        let facts = Facts::default();
        let found = verdict(&RuleContext::current(today(), &facts), &draft, Stage::Submit);
        found.at(field).map(|violation| violation.problem.clone())
    };
    let files = |count| (0..count).map(|number| file(number, 1)).collect::<Vec<_>>();
    assert_eq!(found_at(Field::PoeFiles, files(MAX_FILES)), None);
    let too_many = Some(Problem::TooMany { max: MAX_FILES });
    assert_eq!(found_at(Field::PoeFiles, files(MAX_FILES + 1)), too_many);
    let one = |size_bytes| found_at(Field::PoeFile(0), vec![file(0, size_bytes)]);
    assert_eq!(one(MAX_FILE_BYTES), None);
    let too_large = Some(Problem::FileTooLarge { max_bytes: MAX_FILE_BYTES });
    assert_eq!(one(MAX_FILE_BYTES + 1), too_large);
    assert_eq!(one(0), Some(Problem::FileEmpty));
    let twice = vec![file(7, 1), file(8, 1), file(7, 1)];
    assert_eq!(found_at(Field::PoeFile(2), twice), Some(Problem::Repeated { first: 1 }));
}

#[test]
fn an_item_is_claimed_once_however_it_is_written() {
    let mut draft = complete_draft(PartnerRole::UseOrConsume);
    draft.workloads = vec!["other:Loop".into(), "teams".into(), " other: Loop ".into()];
    draft.poe_names_items.clone_from(&draft.workloads);
    let facts = Facts::default();
    let found = verdict(&RuleContext::current(today(), &facts), &draft, Stage::Submit);
    let found: Vec<_> = found.violations.into_iter().map(|v| (v.field, v.problem)).collect();
    assert_eq!(found, [(Field::Workload(2), Problem::Repeated { first: 1 })]);
    // The same product with another subscription is another item.
    let mut draft = complete_draft(PartnerRole::PreSales);
    let mut second = draft.products[0].clone();
    second.subscription_id = "b0d3f4a2-6c1e-4f0b-9d57-2e8a7c915f36".into();
    draft.products.push(second);
    let found = verdict(&RuleContext::current(today(), &facts), &draft, Stage::Submit);
    assert_eq!(found.violations, []);
}
