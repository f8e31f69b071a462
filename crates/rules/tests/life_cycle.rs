//! The life of a claim in every edition: each transition with its actor and
//! guard, what nobody can do, and what may be edited when.

use chrono::{Days as Shift, NaiveDate};
use cpor_rules::deadline::deadline;
use cpor_rules::life_cycle::{
    Editable, Guard, Refusal, Situation, TRANSITIONS, Transition, transition,
};
use cpor_rules::testing::{complete_draft_of, today};
use cpor_rules::{
    Action, Actor, DeadlineKind, Draft, EditionId, Field, Holidays, MailLanguage, PartnerRole,
    PoeFile, ProductEntry, PublicSector, PurchaseChannel, Region, SolutionArea, Stage, Status,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const ACTORS: [Actor; 4] = [Actor::Partner, Actor::Microsoft, Actor::Customer, Actor::System];

fn situation(edition: EditionId, status: Option<Status>, holidays: &Holidays) -> Situation<'_> {
    Situation {
        edition: edition.get(),
        status,
        since: today(),
        today: today(),
        holidays,
        was_disputed: false,
        reason: "Because",
        has_newer_proof: false,
    }
}

#[test]
fn t1_to_t18_are_the_documented_transitions() {
    use Action::{
        AddCustomer, Approve, Decline, Delete, Disassociate, Dispute, Expire, Reject,
        RejectFinally, Reopen, RequestAction, StartReview, Submit,
    };
    use Actor::{Customer, Microsoft, Partner, System};
    use Status as S;
    let none = Guard::None;
    let passes = Guard::RulesPass;
    let expected = [
        ("T1", None, Some(S::Draft), AddCustomer, Partner, passes(Stage::AddCustomer)),
        ("T2", Some(S::Draft), Some(S::Submitted), Submit, Partner, passes(Stage::Submit)),
        ("T3", Some(S::Submitted), Some(S::UnderReview), StartReview, Microsoft, none),
        ("T3b", Some(S::Submitted), Some(S::Approved), Approve, Microsoft, none),
        ("T4", Some(S::UnderReview), Some(S::Approved), Approve, Microsoft, none),
        (
            "T5",
            Some(S::UnderReview),
            Some(S::PartnerActionRequired),
            RequestAction,
            Microsoft,
            Guard::Reason,
        ),
        ("T6", Some(S::UnderReview), Some(S::Rejected), Reject, Microsoft, Guard::Reason),
        (
            "T7",
            Some(S::PartnerActionRequired),
            Some(S::Submitted),
            Submit,
            Partner,
            Guard::AnswerInTime(Stage::Submit),
        ),
        ("T8", Some(S::PartnerActionRequired), Some(S::Rejected), Expire, System, Guard::Overdue),
        ("T9", Some(S::Approved), Some(S::CustomerConsentDenied), Decline, Customer, none),
        ("T9b", Some(S::Submitted), Some(S::CustomerConsentDenied), Decline, Customer, none),
        ("T9c", Some(S::UnderReview), Some(S::CustomerConsentDenied), Decline, Customer, none),
        (
            "T9d",
            Some(S::PartnerActionRequired),
            Some(S::CustomerConsentDenied),
            Decline,
            Customer,
            none,
        ),
        ("T9e", Some(S::Dispute), Some(S::CustomerConsentDenied), Decline, Customer, none),
        ("T9f", Some(S::Rejected), Some(S::CustomerConsentDenied), Decline, Customer, none),
        ("T10", Some(S::Approved), Some(S::RejectedFinal), Disassociate, Partner, Guard::Reason),
        ("T11", Some(S::Rejected), Some(S::Dispute), Dispute, Partner, Guard::DisputeOpen),
        ("T12", Some(S::Dispute), Some(S::Approved), Approve, Microsoft, none),
        ("T13", Some(S::Dispute), Some(S::RejectedFinal), RejectFinally, Microsoft, Guard::Reason),
        ("T14", Some(S::Dispute), Some(S::UnderReview), Reopen, Microsoft, none),
        (
            "T14b",
            Some(S::Dispute),
            Some(S::PartnerActionRequired),
            RequestAction,
            Microsoft,
            Guard::Reason,
        ),
        ("T15", Some(S::Submitted), Some(S::Rejected), Reject, Microsoft, Guard::Reason),
        (
            "T15b",
            Some(S::PartnerActionRequired),
            Some(S::Rejected),
            Reject,
            Microsoft,
            Guard::Reason,
        ),
        ("T16", Some(S::Draft), None, Delete, Partner, none),
        ("T17", Some(S::Approved), Some(S::Rejected), Reject, Microsoft, Guard::Reason),
    ];
    let found: Vec<_> = TRANSITIONS
        .iter()
        .map(|row| (row.id, row.from, row.to, row.action, row.by, row.guard))
        .collect();
    assert_eq!(found, expected);
    // T18: "claim again" is a claim of its own, so it is T1, whatever became of
    // the old one, and nothing leaves a status that is terminal.
    for edition in EditionId::ALL {
        let holidays = Holidays::default();
        let anew = transition(&situation(edition, None, &holidays), AddCustomer, Partner);
        assert_eq!(anew.map(|row| row.id), Ok("T1"));
    }
}

#[test]
fn nobody_else_can_do_what_a_row_gives_to_one() {
    let holidays = Holidays::default();
    for edition in EditionId::ALL {
        for status in Status::ALL.map(Some).into_iter().chain([None]) {
            for action in Action::ALL {
                let row = TRANSITIONS.iter().find(|row| row.from == status && row.action == action);
                for actor in ACTORS {
                    let late = Situation {
                        today: today() + Shift::new(29),
                        ..situation(edition, status, &holidays)
                    };
                    let found = transition(&late, action, actor);
                    let expected = match row {
                        None => Err(Refusal::WrongStatus),
                        Some(row) if row.by != actor => Err(Refusal::WrongActor { who: row.by }),
                        Some(_) if !edition.get().knows(action) => Err(Refusal::NotInEdition),
                        // 30 days of FY20 are not over after 29.
                        Some(row) if row.guard == Guard::Overdue && edition == EditionId::Fy20 => {
                            Err(Refusal::TooEarly { until: today() + Shift::new(30) })
                        }
                        Some(Transition { guard: Guard::AnswerInTime(_), .. })
                            if edition != EditionId::Fy20 =>
                        {
                            let limit = DeadlineKind::PartnerAction.limit(edition.get()).unwrap();
                            Err(Refusal::TooLate { until: holidays.due_on(today(), limit) })
                        }
                        Some(row) => Ok(row),
                    };
                    assert_eq!(found, expected, "{edition:?}, {status:?}, {action:?}, {actor:?}");
                }
            }
        }
    }
}

#[test]
fn an_answer_is_taken_to_the_end_of_its_last_day_and_no_longer() {
    let holidays = Holidays::default();
    for edition in EditionId::ALL {
        let limit = DeadlineKind::PartnerAction.limit(edition.get()).unwrap();
        let until = holidays.due_on(today(), limit);
        let asked = situation(edition, Some(Status::PartnerActionRequired), &holidays);
        let answered = |today| {
            let now = Situation { today, ..asked.clone() };
            transition(&now, Action::Submit, Actor::Partner).map(|row| row.id)
        };
        assert_eq!(answered(until), Ok("T7"), "{edition:?}");
        let late = answered(until + Shift::new(1));
        assert_eq!(late, Err(Refusal::TooLate { until }), "{edition:?}");
    }
}

#[test]
fn a_blank_reason_is_none() {
    let holidays = Holidays::default();
    for row in TRANSITIONS.iter().filter(|row| row.guard == Guard::Reason) {
        let blank =
            Situation { reason: " \n\t", ..situation(EditionId::Current, row.from, &holidays) };
        assert_eq!(
            transition(&blank, row.action, row.by),
            Err(Refusal::ReasonMissing),
            "{}",
            row.id
        );
    }
}

/// Changes what stands in a field, and nothing else.
fn change(draft: &mut Draft, field: Field) {
    let flip = |tick: Option<&mut bool>| {
        if let Some(tick) = tick {
            *tick = !*tick;
        }
    };
    match field {
        Field::SolutionArea => {
            draft.solution_area =
                SolutionArea::ALL.into_iter().find(|area| Some(*area) != draft.solution_area);
        }
        Field::PartnerRole => {
            draft.partner_role =
                PartnerRole::ALL.into_iter().find(|role| Some(*role) != draft.partner_role);
        }
        Field::AlsoPreSales
        | Field::OptOut
        | Field::ProofIsGenuine
        | Field::CustomerIsInformed
        | Field::EditingEnds => flip(draft.tick_mut(field)),
        Field::Workloads => draft.workloads.push("other:Loop".into()),
        Field::Workload(_) => draft.workloads[0] = "other:Loop".into(),
        Field::Products => draft.products.push(ProductEntry::default()),
        Field::Product(_) => draft.products[0].product = "other:Loop".into(),
        Field::SubscriptionId(_) => draft.products[0].subscription_id = "none".into(),
        Field::PurchaseChannel => {
            draft.purchase_channel = Some(PurchaseChannel::CloudSolutionProvider);
        }
        Field::MailLanguage => draft.mail_language = MailLanguage::TraditionalChinese,
        Field::PublicSector => draft.public_sector = Some(PublicSector::YesNotDisclosed),
        Field::PoeFiles => draft.poe_files.push(PoeFile::default()),
        Field::PoeFile(_) => draft.poe_files[0].sha256 = "other".into(),
        Field::PoeFileComment(_) => draft.poe_files[0].comment = "other".into(),
        Field::PoeAcknowledgedOn(_) => draft.poe_files[0].acknowledged_on = "2026-01-01".into(),
        Field::PoeNamesItems => draft.poe_names_items.push("other:Loop".into()),
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
            if let Some(place) = draft.text_mut(field) {
                place.push_str("x.example");
            }
        }
    }
}

/// The list in which an entry stands; a change to an entry is one to its list.
fn named_by(field: Field) -> Field {
    match field {
        Field::Workload(_) => Field::Workloads,
        Field::Product(_) | Field::SubscriptionId(_) => Field::Products,
        Field::PoeFile(_) | Field::PoeFileComment(_) | Field::PoeAcknowledgedOn(_) => {
            Field::PoeFiles
        }
        plain => plain,
    }
}

#[test]
fn a_change_is_forbidden_exactly_where_the_field_cannot_be_edited() {
    let mut changed = 0;
    for edition in EditionId::ALL {
        for status in Status::ALL {
            let editable = status.editable_in(edition.get());
            for field in Field::KINDS.iter().copied() {
                // One area has workloads, the other has products.
                for role in [PartnerRole::UseOrConsume, PartnerRole::PreSales] {
                    let before = complete_draft_of(edition, role);
                    let is_empty = match named_by(field) {
                        Field::Workloads => before.workloads.is_empty(),
                        Field::Products => before.products.is_empty(),
                        _ => false,
                    };
                    if is_empty {
                        continue;
                    }
                    let mut after = before.clone();
                    change(&mut after, field);
                    assert_ne!(after.normalised(), before.normalised(), "{field} was not changed");
                    let found = status.forbidden_changes(&before, &after);
                    let list = named_by(field);
                    // Files that were handed in stay as they were; more can come.
                    let alters_proof = list == Field::PoeFiles && field != Field::PoeFiles;
                    let adds_only = matches!(status, Status::Submitted | Status::Approved);
                    let is_allowed = editable.allows(list) && !(adds_only && alters_proof);
                    let expected = if is_allowed { vec![] } else { vec![list] };
                    assert_eq!(found, expected, "{edition:?}, {status:?}, {field}");
                    changed += 1;
                }
                // A list and its entries are open or closed together.
                assert_eq!(
                    editable.allows(field),
                    editable.allows(named_by(field)),
                    "{edition:?}, {status:?}, {field}"
                );
            }
        }
    }
    assert!(changed > 1_500, "{changed} changes were tried");
}

#[test]
fn what_is_open_when() {
    for edition in EditionId::ALL {
        for status in Status::ALL {
            let editable = status.editable_in(edition.get());
            let (everything, something) = match status {
                Status::Draft => (true, true),
                Status::Submitted => (false, edition == EditionId::Fy21),
                Status::PartnerActionRequired | Status::Approved => (false, true),
                Status::UnderReview
                | Status::Rejected
                | Status::Dispute
                | Status::RejectedFinal
                | Status::CustomerConsentDenied => (false, false),
            };
            assert_eq!(editable == Editable::Everything, everything, "{edition:?}, {status:?}");
            assert_eq!(editable != Editable::Nothing, something, "{edition:?}, {status:?}");
            // What makes the claim what it is stays once it was submitted.
            if status != Status::Draft {
                for field in [
                    Field::SolutionArea,
                    Field::PartnerRole,
                    Field::AlsoPreSales,
                    Field::TenantId,
                    Field::Domain,
                    Field::ClaimName,
                    Field::OptOut,
                ] {
                    assert!(!editable.allows(field), "{edition:?}, {status:?}, {field}");
                }
            }
        }
    }
}

/// What happens to a claim: who does what, with a reason or without, after so many days.
type Event = (Action, Actor, bool, bool, u64);

fn events() -> impl Strategy<Value = Vec<Event>> {
    // Any event at all is refused mostly; those of the table lead far into it.
    let chance = (select(&Action::ALL), select(&ACTORS), any::<bool>(), any::<bool>(), 0..40_u64);
    let likely = (
        select(TRANSITIONS.iter().map(|row| (row.action, row.by)).collect::<Vec<_>>()),
        any::<bool>(),
        0..40_u64,
    )
        .prop_map(|((action, by), has_proof, days)| (action, by, true, has_proof, days));
    vec(prop_oneof![1 => chance, 3 => likely], 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_events_lead_where_an_edition_does_not_go(
        edition in select(&EditionId::ALL),
        region in select(&Region::ALL),
        events in events(),
    ) {
        let rules = edition.get();
        let holidays = region.holidays();
        let (mut status, mut since, mut now) = (None, today(), today());
        let mut disputes = 0;
        for (action, by, has_reason, has_newer_proof, days) in events {
            now = now + Shift::new(days);
            let situation = Situation {
                edition: rules,
                status,
                since,
                today: now,
                holidays: &holidays,
                was_disputed: disputes > 0,
                reason: if has_reason { "because" } else { "" },
                has_newer_proof,
            };
            let found = transition(&situation, action, by);
            if status.is_some_and(Status::is_terminal) {
                prop_assert_eq!(found, Err(Refusal::WrongStatus), "terminal means terminal");
                continue;
            }
            let Ok(row) = found else { continue };
            prop_assert_eq!((row.from, row.action, row.by), (status, action, by));
            prop_assert!(rules.knows(action));
            let due_on = |kind: DeadlineKind| -> Option<NaiveDate> {
                kind.limit(rules).map(|limit| holidays.due_on(since, limit))
            };
            match row.guard {
                Guard::Reason => prop_assert!(has_reason),
                Guard::Overdue => {
                    prop_assert!(due_on(DeadlineKind::PartnerAction).is_some_and(|day| now > day));
                }
                Guard::AnswerInTime(_) => {
                    prop_assert!(due_on(DeadlineKind::PartnerAction).is_some_and(|day| now <= day));
                }
                Guard::DisputeOpen => {
                    prop_assert!(has_reason || has_newer_proof);
                    prop_assert!(due_on(DeadlineKind::DisputeRight).is_some_and(|day| now <= day));
                }
                Guard::None | Guard::RulesPass(_) => {}
            }
            disputes += usize::from(action == Action::Dispute);
            prop_assert!(disputes <= 1, "a claim is disputed once");
            prop_assert!(edition != EditionId::Fy20 || disputes == 0, "there was no dispute yet");
            if row.to.is_none() {
                // Deleted before it was ever handed in.
                prop_assert_eq!(status, Some(Status::Draft));
                break;
            }
            (status, since) = (row.to, now);
            let runs = status.and_then(|status| {
                deadline(rules, status, since, disputes > 0, &holidays)
            });
            // A deadline is never over when it begins, and waits for somebody.
            prop_assert!(runs.is_none_or(|runs| runs.due_on > now));
            prop_assert!(!status.is_some_and(Status::is_terminal) || runs.is_none());
            // Back to a draft there is no way.
            prop_assert!(status != Some(Status::Draft) || action == Action::AddCustomer);
        }
    }
}

/// Ids of the worked examples, by family.
const EXAMPLES: [(char, &[u8]); 4] = [
    ('F', &[1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41]),
    ('P', &[1, 3, 5, 7, 9, 11, 13]),
    ('X', &[1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29]),
    ('D', &[1, 3, 5, 7, 9, 11, 13, 15, 17]),
];

#[test]
fn every_worked_example_has_its_case() {
    let tests = [include_str!("examples.rs"), include_str!("editions.rs")].concat();
    let names: Vec<&str> = tests
        .lines()
        .filter_map(|line| line.strip_prefix("fn ")?.split_once('('))
        .map(|(name, _)| name)
        .collect();
    let missing: Vec<String> = EXAMPLES
        .iter()
        .flat_map(|(family, numbers)| numbers.iter().map(move |number| (family, number)))
        .map(|(family, number)| format!("{family}{number:02}"))
        .filter(|id| {
            let in_a_table = tests.contains(&format!("\"{id}"));
            let word = id.to_lowercase();
            !in_a_table && !names.iter().any(|name| name.split('_').any(|part| part == word))
        })
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
