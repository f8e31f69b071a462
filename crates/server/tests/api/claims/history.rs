//! `GET /v1/claims/{id}/history`.

use crate::support::{ADMIN, REVIEWER, TestServer, mails, pdf, poe_file};
use cpor_protocol::{HistoryEntry, HistoryEvent};
use cpor_rules::{Actor, Field, PartnerRole, Status};

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
