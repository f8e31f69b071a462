//! `GET /v1/claims/{id}/history`.

use crate::support::{
    ADMIN, Person, REVIEWER, TestAnswer, TestServer, assert_problem, mails, pdf, poe_file,
};
use cpor_protocol::{ClaimRecord, HistoryEntry, HistoryEvent};
use cpor_rules::{Actor, Draft, Field, PartnerRole, Status};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn everything_that_happened_is_told_in_order() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let content = pdf("second file");
    admin.upload("annex.pdf", &content).await;
    let mut draft = claim.draft.clone();
    draft.poe_files.push(poe_file("annex.pdf", &content));
    draft.claim_name = "Renamed".into();
    let claim = admin.edit(&claim, &draft).await.claim();
    let claim = admin.submit(&claim).await.claim();
    // Looking at the mails sends what waits.
    mails(&admin).await;
    reviewer.review(&claim, "start-review", "").await;

    let answer = reviewer.get(&format!("/v1/claims/{}/history", claim.id)).await;
    let history: Vec<HistoryEntry> = serde_json::from_slice(&answer.bytes).unwrap();
    let events: Vec<_> = history.iter().map(|entry| entry.event.clone()).collect();
    let moved = |from, to| HistoryEvent::StatusChanged {
        from,
        to,
        reason: String::new(),
        grounds: Vec::new(),
    };
    assert_eq!(
        events,
        [
            HistoryEvent::Created,
            HistoryEvent::Changed { fields: vec![Field::ClaimName, Field::PoeFiles] },
            HistoryEvent::FileAdded { name: "annex.pdf".into() },
            moved(Status::Draft, Status::Submitted),
            HistoryEvent::ConsentEmailSent,
            moved(Status::Submitted, Status::UnderReview),
        ]
    );
    assert_eq!((history[0].actor, history[0].by.as_str()), (Actor::Partner, "Wei Chen"));
    assert_eq!((history[4].actor, history[4].by.as_str()), (Actor::System, ""));
    assert_eq!((history[5].actor, history[5].by.as_str()), (Actor::Microsoft, "Robin Counts"));
}

#[tokio::test]
async fn what_a_merge_gave_up_is_kept_for_the_partner_alone() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let before = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let typed = Draft { claim_name: "Mine".into(), ..before.draft.clone() };
    let chosen = Draft { comment: "Decided".into(), ..before.draft.clone() };
    let send = |claim: &ClaimRecord, draft: &Draft, versions: usize| {
        let body = json!({"draft": draft, "set_aside": vec![&typed; versions]});
        admin
            .request(Method::PUT, &format!("/v1/claims/{}", claim.id))
            .header("if-match", claim.etag())
            .json(&body)
    };
    let claim = admin.send(send(&before, &chosen, 1)).await.claim();
    // Whoever takes all of the other version changes nothing, and gives up as much.
    let same = admin.send(send(&claim, &chosen, 1)).await.claim();
    assert_eq!(same.revision, claim.revision);
    let refused = admin.send(send(&claim, &chosen, 9)).await;
    assert_eq!(refused.problem(), (400, "bad-request".to_owned()));

    let merged = |answer: &[u8]| -> Vec<HistoryEvent> {
        let history: Vec<HistoryEntry> = serde_json::from_slice(answer).unwrap();
        let events = history.into_iter().map(|entry| entry.event);
        events.filter(|event| matches!(event, HistoryEvent::Merged { .. })).collect()
    };
    let path = format!("/v1/claims/{}/history", claim.id);
    let kept = |replaced: &Draft| HistoryEvent::Merged {
        set_aside: vec![typed.clone()],
        replaced: Box::new(replaced.clone()),
        result: Box::new(chosen.clone()),
    };
    assert_eq!(merged(&admin.get(&path).await.bytes), [kept(&before.draft), kept(&claim.draft)]);
    admin.submit(&claim).await.claim();
    assert_eq!(merged(&reviewer.get(&path).await.bytes), []);
}

/// Edits with versions set aside.
async fn set_aside(
    person: &Person,
    claim: &ClaimRecord,
    draft: &Draft,
    versions: &[Draft],
) -> TestAnswer {
    let body = json!({"draft": draft, "set_aside": versions});
    let path = format!("/v1/claims/{}", claim.id);
    person
        .send(person.request(Method::PUT, &path).header("if-match", claim.etag()).json(&body))
        .await
}

async fn versions_kept(person: &Person, id: &str) -> (Vec<Vec<Draft>>, usize) {
    let bytes = person.get(&format!("/v1/claims/{id}/history")).await.bytes;
    let history: Vec<HistoryEntry> = serde_json::from_slice(&bytes).unwrap();
    let kept = history.into_iter().filter_map(|entry| match entry.event {
        HistoryEvent::Merged { set_aside, .. } => Some(set_aside),
        _ => None,
    });
    (kept.collect(), bytes.len())
}

#[tokio::test]
async fn versions_that_are_set_aside_are_judged_as_drafts_are() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let named = |name: &str| Draft { claim_name: name.into(), ..claim.draft.clone() };
    for name in ["A".repeat(110_000).as_str(), "a\0b", "a\u{202e}gnp.exe"] {
        let answer = set_aside(&admin, &claim, &claim.draft, &[named("Mine"), named(name)]).await;
        assert_problem(&answer, 400, "bad-request");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains("claim_name"), "{detail}");
    }
    assert_eq!(versions_kept(&admin, &claim.id).await.0, Vec::<Vec<Draft>>::new());
    // The same version is kept once, in normal form.
    let versions = [named("Mine"), named(" Mine "), named("Mine")];
    for _ in 0..3 {
        assert_eq!(set_aside(&admin, &claim, &claim.draft, &versions).await.status, 200);
    }
    assert_eq!(versions_kept(&admin, &claim.id).await.0, [[named("Mine")]]);
}

#[tokio::test]
async fn what_a_history_keeps_of_versions_has_a_bound() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let version = |round: usize, number: usize| Draft {
        claim_name: format!("{round}-{number}"),
        comment: "y".repeat(9_000),
        ..claim.draft.clone()
    };
    for round in 0..20 {
        let versions: Vec<Draft> = (0..8).map(|number| version(round, number)).collect();
        let answer = set_aside(&admin, &claim, &claim.draft, &versions).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let (kept, bytes) = versions_kept(&admin, &claim.id).await;
    assert!((500_000..1_100_000).contains(&bytes), "{bytes}");
    assert!(kept.len() < 20, "{}", kept.len());
    assert_eq!(kept.last().unwrap()[7], version(19, 7), "the newest is kept");
}

#[tokio::test]
async fn a_long_history_comes_in_parts() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let pool = server.database().await;
    // Written as text, since the two databases make JSON by different names.
    let lines = format!(
        r#"WITH RECURSIVE line (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM line WHERE number < 520)
         INSERT INTO history (claim_id, at, actor, event)
         SELECT '{}', number, 'partner', '{{"comment":{{"text":"' || number || '"}}}}' FROM line"#,
        claim.id
    );
    pool.execute(&lines).await.unwrap();
    let lines = async |query: &str| -> Vec<HistoryEvent> {
        let answer = admin.get(&format!("/v1/claims/{}/history{query}", claim.id)).await;
        let history: Vec<HistoryEntry> = serde_json::from_slice(&answer.bytes).unwrap();
        history.into_iter().map(|entry| entry.event).collect()
    };
    let comment = |number: usize| HistoryEvent::Comment { text: number.to_string() };
    let newest = lines("").await;
    assert_eq!((newest.len(), &newest[0], &newest[499]), (500, &comment(21), &comment(520)));
    let before = lines("?skip=500").await;
    assert_eq!((before.len(), &before[0], &before[20]), (21, &HistoryEvent::Created, &comment(20)));
    assert_eq!(lines("?skip=521").await, []);
    let answer = admin.get(&format!("/v1/claims/{}/history?skip=x", claim.id)).await;
    assert_problem(&answer, 400, "bad-request");
}
