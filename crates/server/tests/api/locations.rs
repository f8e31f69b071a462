//! Who works for some locations of an organisation sees and writes their claims alone.

use crate::support::{
    ADMIN, Person, REVIEWER, TestServer, assert_problem, fresh_draft, mails, new_id, sha256,
};
use cpor_protocol::{Change, ChangesPage, ClaimRecord};
use cpor_rules::PartnerRole;
use std::collections::BTreeSet;

const BRANCH: &str = "admin@branch.example";
/// The location for which this person works.
const HERE: &str = "4391507";
/// One of the same organisation for which it does not.
const THERE: &str = "4391508";

async fn made(person: &Person, partner_id: &str) -> ClaimRecord {
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.partner_id = partner_id.into();
    person.create(&new_id(), &draft).await.claim()
}

/// What is told since a cursor: claims, claims that are gone, and the next cursor.
async fn told(person: &Person, since: &str) -> (BTreeSet<String>, BTreeSet<String>, String) {
    let answer = person.get(&format!("/v1/changes?limit=200&since={since}")).await;
    let page: ChangesPage = serde_json::from_slice(&answer.bytes).unwrap();
    assert!(!page.more);
    let (mut here, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for change in page.changes {
        match change {
            Change::Upsert { claim } => {
                assert_eq!(claim.draft.partner_id, HERE);
                here.insert(claim.id)
            }
            Change::Tombstone { id } => gone.insert(id),
        };
    }
    (here, gone, page.next)
}

#[tokio::test]
async fn claims_of_other_locations_do_not_exist() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let branch = server.added_for(BRANCH, &[HERE]).await;
    let (ours, theirs) = (made(&admin, HERE).await, made(&admin, THERE).await);
    let (here, gone, _) = told(&branch, "").await;
    assert!(here.contains(&ours.id) && !here.contains(&theirs.id) && gone.is_empty());
    let path = |claim: &ClaimRecord| format!("/v1/claims/{}", claim.id);
    assert_eq!(branch.get(&path(&ours)).await.claim(), ours);
    assert_problem(&branch.get(&path(&theirs)).await, 404, "not-found");
    // Nor can their ids be taken.
    let mut draft = theirs.draft.clone();
    draft.partner_id = HERE.into();
    assert_problem(&branch.create(&theirs.id, &draft).await, 404, "not-found");
    assert_problem(&branch.edit(&theirs, &draft).await, 404, "not-found");
}

#[tokio::test]
async fn nothing_is_written_for_another_location() {
    let server = TestServer::start().await;
    let branch = server.added_for(BRANCH, &[HERE]).await;
    let mut claim = made(&branch, HERE).await;
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.partner_id = THERE.into();
    assert_problem(&branch.create(&new_id(), &draft).await, 403, "not-allowed");
    THERE.clone_into(&mut claim.draft.partner_id);
    assert_problem(&branch.edit(&claim, &claim.draft).await, 403, "not-allowed");
    let (here, _, _) = told(&branch, "").await;
    assert!(here.contains(&claim.id));
}

#[tokio::test]
async fn a_claim_that_goes_to_another_location_is_gone_and_may_come_back() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let branch = server.added_for(BRANCH, &[HERE]).await;
    let mut claim = made(&admin, HERE).await;
    let (_, _, cursor) = told(&branch, "").await;
    for (partner_id, is_here) in [(THERE, false), (HERE, true)] {
        let mut draft = claim.draft.clone();
        draft.partner_id = partner_id.into();
        claim = admin.edit(&claim, &draft).await.claim();
        let (here, gone, _) = told(&branch, &cursor).await;
        assert_eq!((here.contains(&claim.id), gone.contains(&claim.id)), (is_here, !is_here));
    }
}

#[tokio::test]
async fn who_comes_to_work_for_another_location_reads_anew() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let branch = server.added_for(BRANCH, &[HERE]).await;
    let theirs = made(&admin, THERE).await;
    let (_, _, cursor) = told(&branch, "").await;
    let also = format!(
        "INSERT INTO account_location (account_id, partner_id) \
         SELECT id, '{THERE}' FROM account WHERE email = '{BRANCH}'"
    );
    assert_eq!(server.database().await.execute(&also).await.unwrap(), 1);
    // Without it the claims of before would never be told.
    let answer = branch.get(&format!("/v1/changes?since={cursor}")).await;
    assert_problem(&answer, 410, "cursor-gone");
    let all = String::from_utf8(branch.get("/v1/changes?limit=200").await.bytes).unwrap();
    assert!(all.contains(&theirs.id));
}

#[tokio::test]
async fn news_mails_and_files_are_those_of_the_location() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let branch = server.added_for(BRANCH, &[HERE]).await;
    for (partner_id, is_told) in [(HERE, true), (THERE, false)] {
        let mut draft = fresh_draft(PartnerRole::PreSales);
        draft.partner_id = partner_id.into();
        let claim = admin.submitted(draft).await;
        reviewer.comment(&claim.id, "Soon").await;
        let news = String::from_utf8(branch.get("/v1/notifications").await.bytes).unwrap();
        assert_eq!(news.contains(&claim.id), is_told, "{partner_id}");
        mails(&admin).await;
        let seen = mails(&branch).await.iter().any(|mail| mail.claim_id == claim.id);
        assert_eq!(seen, is_told, "{partner_id}");
        let file = format!("/v1/files/{}", claim.draft.poe_files[0].sha256);
        assert_eq!(branch.get(&file).await.status, if is_told { 200 } else { 404 });
    }
    // One's own, before a claim names it.
    let content = crate::support::pdf(&new_id());
    branch.upload("a.pdf", &content).await;
    let own = branch.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(own.bytes, content);
}

#[tokio::test]
async fn only_ones_own_locations_are_offered() {
    let server = TestServer::start().await;
    let branch = server.added_for(BRANCH, &[HERE]).await;
    let offered = branch.get("/v1/partner-locations").await.json();
    let ids: Vec<_> = offered.as_array().unwrap().iter().map(|one| &one["partner_id"]).collect();
    assert_eq!(ids, [HERE]);
    let all = server.sign_in(ADMIN).await.get("/v1/partner-locations").await.json();
    assert!(all.as_array().unwrap().len() > 2);
}
