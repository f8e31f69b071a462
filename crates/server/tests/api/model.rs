//! The simulator's model of the server against the server: the same requests,
//! from seeds, get the same answers.

use crate::support::{
    ADMIN, Person, REVIEWER, TestAnswer, TestServer, fresh_draft, new_id, pdf, poe_file, sha256,
};
use cpor_protocol::{Change, ChangesPage, ClaimRecord};
use cpor_rules::digest::ruleset_digest;
use cpor_rules::{Action, Draft, PartnerRole, UserRole};
use cpor_simulator::Random;
use cpor_simulator::server::{Account, Answer, Body, Condition, Request, Server, What};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use std::collections::BTreeMap;

const SEEDS: u64 = 5;
const REQUESTS: u32 = 120;

/// Both servers, and what is known of them.
struct Both {
    model: Server,
    now_ms: u64,
    people: BTreeMap<&'static str, Person>,
    /// Cursors by person: the server's, the model's.
    cursors: BTreeMap<&'static str, (String, Option<String>)>,
    claims: Vec<ClaimRecord>,
    contents: BTreeMap<String, Vec<u8>>,
    last: Option<(&'static str, Request)>,
    requests: u32,
}

/// What of a claim both must agree on: the rest is times, names and numbers.
fn gist(claim: &ClaimRecord) -> serde_json::Value {
    json!({
        "id": claim.id, "revision": claim.revision, "status": claim.status,
        "draft": claim.draft, "disputed": claim.was_disputed,
        "reason": claim.status_reason, "grounds": claim.status_grounds,
        "submitted": claim.submitted_at.is_some(),
    })
}

fn gist_of_page(page: &ChangesPage) -> serde_json::Value {
    let changes = page.changes.iter().map(|change| match change {
        Change::Upsert { claim } => gist(claim),
        Change::Tombstone { id } => json!({ "gone": id }),
    });
    json!({ "changes": changes.collect::<Vec<_>>(), "more": page.more })
}

impl Both {
    async fn start() -> (TestServer, Self) {
        let server = TestServer::start().await;
        let account = |id: &str, organisation: &str, role| Account {
            id: id.into(),
            organisation: organisation.into(),
            role,
        };
        let accounts = vec![
            account(ADMIN, "fabrikam", UserRole::IncentivesAdmin),
            account(REVIEWER, "review", UserRole::Reviewer),
        ];
        let mut both = Self {
            model: Server::new(accounts, &ruleset_digest(), None),
            now_ms: server.clock.now().timestamp_millis().try_into().unwrap(),
            people: BTreeMap::new(),
            cursors: BTreeMap::new(),
            claims: Vec::new(),
            contents: BTreeMap::new(),
            last: None,
            requests: 0,
        };
        for email in [ADMIN, REVIEWER] {
            let person = server.sign_in(email).await;
            // The demonstration's claims are known to the server alone.
            let all = person.get("/v1/changes?limit=200").await;
            let page: ChangesPage = serde_json::from_slice(&all.bytes).unwrap();
            assert!(!page.more);
            both.cursors.insert(email, (page.next, None));
            both.people.insert(email, person);
        }
        // A cursor of the model from before its first change.
        for email in [ADMIN, REVIEWER] {
            let since = both.ask_model(
                email,
                &Request {
                    account: String::new(),
                    key: String::new(),
                    what: What::Changes { since: None, etag: None, limit: 200 },
                },
            );
            let Body::Page(page, _) = since.body else { panic!("no page") };
            both.cursors.get_mut(email).unwrap().1 = Some(page.next);
        }
        (server, both)
    }

    fn ask_model(&mut self, who: &str, request: &Request) -> Answer {
        self.model.handle(Some(who), request, self.now_ms)
    }

    /// The same request for the server.
    fn real(&self, who: &str, request: &Request) -> RequestBuilder {
        let person = &self.people[who];
        let change = |method: Method, path: String, condition: &Condition| {
            let request = person
                .bare(method, &path)
                .header("x-cpor", "1")
                .header("idempotency-key", &request.key);
            match condition {
                Condition::IsNew => request.header("if-none-match", "*"),
                Condition::HasRevision(revision) => {
                    request.header("if-match", format!("\"{revision}\""))
                }
                Condition::Missing => request,
            }
        };
        let act = |id: &str, deed: &str, condition: &Condition| {
            change(Method::POST, format!("/v1/claims/{id}/{deed}"), condition)
        };
        match &request.what {
            What::Put(id, condition, draft, _) => {
                change(Method::PUT, format!("/v1/claims/{id}"), condition)
                    .json(&json!({ "draft": draft }))
            }
            What::Submit(id, condition, ruleset, manifest) => act(id, "submit", condition)
                .json(&json!({ "ruleset": ruleset, "manifest": manifest })),
            What::Delete(id, condition) => {
                change(Method::DELETE, format!("/v1/claims/{id}"), condition)
            }
            What::Comment(id, text) => {
                act(id, "comments", &Condition::Missing).json(&json!({ "text": text }))
            }
            What::Dispute(id, condition, justification, files) => act(id, "dispute", condition)
                .json(&json!({ "justification": justification, "files": files })),
            What::Disassociate(id, condition, reason) => {
                act(id, "disassociate", condition).json(&json!({ "reason": reason }))
            }
            What::Review(id, condition, action, reason, grounds) => act(id, "review", condition)
                .json(&json!({ "action": action, "reason": reason, "grounds": grounds })),
            What::Session
            | What::Changes { .. }
            | What::BeginUpload(..)
            | What::UploadOffset(_)
            | What::Append(..) => panic!("{:?} is asked elsewhere", request.what),
        }
    }

    /// Sends a change to both and compares the answers.
    async fn change(&mut self, who: &'static str, request: Request) {
        let model = self.ask_model(who, &request);
        let real = self.people[who].send(self.real(who, &request)).await;
        self.compare(&request, &model, &real);
        self.last = Some((who, request));
    }

    fn compare(&mut self, request: &Request, model: &Answer, real: &TestAnswer) {
        self.requests += 1;
        assert_eq!(real.status.as_u16(), model.status, "{request:?}: {model:?} {real:?}");
        if let Some(code) = model.code() {
            assert_eq!(real.json()["code"], json!(code), "{request:?}");
        }
        match &model.body {
            Body::Claim(claim) => {
                assert_eq!(gist(&real.claim()), gist(claim), "{request:?}");
                self.claims.retain(|known| known.id != claim.id);
                self.claims.push((**claim).clone());
            }
            Body::Problem(problem) => {
                let current = real.json()["current"].clone();
                let current: Option<ClaimRecord> = serde_json::from_value(current).unwrap();
                let expected = problem.current.as_deref().map(gist);
                assert_eq!(current.as_ref().map(gist), expected, "{request:?}");
            }
            _ => {}
        }
    }

    /// Fetches what is new from both, page by page.
    async fn pull(&mut self, who: &'static str, limit: u32) {
        let (real_cursor, model_cursor) = self.cursors[who].clone();
        let what = What::Changes { since: model_cursor, etag: None, limit };
        let request = Request { account: String::new(), key: String::new(), what };
        let model = self.ask_model(who, &request);
        let path = format!("/v1/changes?limit={limit}&since={real_cursor}");
        let real = self.people[who].get(&path).await;
        let Body::Page(expected, _) = model.body else { panic!("{model:?}") };
        let page: ChangesPage = serde_json::from_slice(&real.bytes).unwrap();
        let (found, expected_gist) = (gist_of_page(&page), gist_of_page(&expected));
        assert_eq!(found, expected_gist, "{who}, {limit} entries, after {:?}", self.last);
        self.requests += 1;
        self.cursors.insert(who, (page.next, Some(expected.next)));
    }

    /// Uploads a file to both, in two pieces.
    async fn upload(&mut self, hash: &str) {
        let content = self.contents[hash].clone();
        let person = self.people[ADMIN].clone();
        let begun = person.begin_upload("statement-of-work.pdf", &content).await;
        let (middle, size) = (content.len() / 2, content.len() as u64);
        let mut ask = |what| {
            let request = Request { account: String::new(), key: String::new(), what };
            self.model.handle(Some(ADMIN), &request, self.now_ms)
        };
        let model = ask(What::BeginUpload(hash.to_owned(), size));
        let Body::Upload(location, offset) = &model.body else { panic!("{model:?}") };
        assert_eq!(begun.status.as_u16(), model.status);
        assert_eq!(begun.header("upload-offset"), offset.to_string());
        if *offset == size {
            return;
        }
        for (from, to) in [(0, middle), (middle, content.len())] {
            // The first piece comes twice: the second time it does not fit.
            for _ in 0..2 {
                let real = person.append(begun.header("location"), from, &content[from..to]).await;
                let bytes = (to - from) as u64;
                let model = ask(What::Append(location.clone(), from as u64, bytes));
                assert_eq!(real.status.as_u16(), model.status, "{from} {to}");
                if to == content.len() {
                    break;
                }
            }
        }
    }

    fn draft(&mut self, random: &mut Random) -> Draft {
        // Of others the customer is told by mail, which changes the claim once more,
        // at a time of the server's own.
        let roles: Vec<PartnerRole> =
            PartnerRole::ALL.into_iter().filter(|role| !role.sends_consent_email()).collect();
        let mut draft = fresh_draft(random.pick(&roles).unwrap());
        let content = pdf(&new_id());
        draft.poe_files = vec![poe_file("statement-of-work.pdf", &content)];
        self.contents.insert(sha256(&content), content);
        draft
    }

    async fn step(&mut self, random: &mut Random) {
        let keyed = |what| Request { account: String::new(), key: new_id(), what };
        let some =
            (!self.claims.is_empty()).then(|| self.claims[random.index(self.claims.len())].clone());
        let Some(claim) = some.filter(|_| !random.permille(120)) else {
            let draft = Box::new(self.draft(random));
            let what = What::Put(new_id(), Condition::IsNew, draft, Vec::new());
            return self.change(ADMIN, keyed(what)).await;
        };
        let id = claim.id.clone();
        // Now and then a revision that was, or is not, or none at all.
        let condition = match random.below(12) {
            0 => Condition::HasRevision(claim.revision.saturating_sub(1)),
            1 => Condition::HasRevision(claim.revision + 7),
            2 => Condition::Missing,
            _ => Condition::HasRevision(claim.revision),
        };
        let hashes = || claim.draft.poe_files.iter().map(|file| file.sha256.clone()).collect();
        let actions = [
            Action::StartReview,
            Action::Approve,
            Action::RequestAction,
            Action::Reject,
            Action::RejectFinally,
            Action::Reopen,
            Action::Submit,
        ];
        match random.below(20) {
            0..=4 => {
                let mut draft = claim.draft.clone();
                match random.below(4) {
                    0 => draft.claim_name = format!("Name {}", random.below(1_000)),
                    1 => draft.comment = format!("Comment {}", random.below(1_000)),
                    2 => draft.customer_contact.name = format!("Ana {}", random.below(1_000)),
                    _ => {}
                }
                let what = What::Put(id, condition, Box::new(draft), Vec::new());
                self.change(ADMIN, keyed(what)).await;
            }
            5..=7 => {
                if random.permille(700) {
                    let hash = claim.draft.poe_files[0].sha256.clone();
                    self.upload(&hash).await;
                }
                let manifest = if random.permille(100) { Vec::new() } else { hashes() };
                let rules = if random.permille(80) { "old".into() } else { ruleset_digest() };
                self.change(ADMIN, keyed(What::Submit(id, condition, rules, manifest))).await;
            }
            8 => self.change(ADMIN, keyed(What::Delete(id, condition))).await,
            9 => {
                let text = if random.permille(150) { " " } else { "A word" };
                self.change(ADMIN, keyed(What::Comment(id, text.into()))).await;
            }
            10..=12 => {
                let action = random.pick(&actions).unwrap();
                let reason = if random.permille(200) { "" } else { "Why" };
                let what = What::Review(id, condition, action, reason.into(), Vec::new());
                let who = if random.permille(150) { ADMIN } else { REVIEWER };
                self.change(who, keyed(what)).await;
            }
            13 => {
                let reason = if random.permille(300) { "" } else { "Because" };
                let what = What::Dispute(id, condition, reason.into(), Vec::new());
                self.change(ADMIN, keyed(what)).await;
            }
            14 => {
                let reason = if random.permille(300) { "" } else { "Ended" };
                self.change(ADMIN, keyed(What::Disassociate(id, condition, reason.into()))).await;
            }
            15..=16 => {
                // The same once more: the same key, perhaps with something else.
                if let Some((who, mut request)) = self.last.take() {
                    if let What::Put(_, _, draft, _) = &mut request.what
                        && random.permille(400)
                    {
                        draft.comment.push('!');
                    }
                    self.change(who, request).await;
                }
            }
            _ => {
                let who = if random.permille(300) { REVIEWER } else { ADMIN };
                let limit = random.pick(&[1, 2, 5, 200]).unwrap();
                self.pull(who, limit).await;
            }
        }
    }
}

#[tokio::test]
async fn the_model_of_the_simulator_answers_as_the_server_does() {
    let (_server, mut both) = Both::start().await;
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        for _ in 0..REQUESTS {
            both.step(&mut random).await;
        }
        both.claims.clear();
    }
    for who in [ADMIN, REVIEWER] {
        both.pull(who, 200).await;
    }
    assert!(both.requests > 400, "{} requests", both.requests);
}
