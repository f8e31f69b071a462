//! `GET /v1/claims/{id}/history`.

use crate::support::{ADMIN, REVIEWER, TestServer, mails, pdf, poe_file};
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
