//! What a role may not do is refused, for every action and every role.

use crate::support::{
    ADMIN, Person, REVIEWER, TestAnswer, TestServer, USER, assert_problem, fresh_draft, new_id,
};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Action, PartnerRole, UserRole};
use reqwest::Method;
use serde_json::{Value, json};

/// Tries an action by the endpoint that does it.
async fn attempt(person: &Person, claim: &ClaimRecord, action: Action) -> TestAnswer {
    match action {
        Action::AddCustomer => person.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await,
        Action::Submit => person.submit(claim).await,
        Action::Delete => {
            let path = format!("/v1/claims/{}", claim.id);
            let request = person.request(Method::DELETE, &path).header("if-match", claim.etag());
            person.send(request).await
        }
        Action::Disassociate => {
            post(person, claim, "disassociate", &json!({"reason": "A reason"})).await
        }
        Action::Dispute => {
            let body = json!({"justification": "A reason", "files": []});
            post(person, claim, "dispute", &body).await
        }
        // What time and customers do has no endpoint for those who are signed in.
        Action::StartReview
        | Action::Approve
        | Action::RequestAction
        | Action::Reject
        | Action::RejectFinally
        | Action::Reopen
        | Action::Expire
        | Action::Decline => {
            let code = serde_json::to_value(action).unwrap();
            person.review(claim, code.as_str().unwrap(), "A reason").await
        }
    }
}

async fn post(person: &Person, claim: &ClaimRecord, what: &str, body: &Value) -> TestAnswer {
    let request = person
        .request(Method::POST, &format!("/v1/claims/{}/{what}", claim.id))
        .header("if-match", claim.etag())
        .json(body);
    person.send(request).await
}

/// Whether the backend has an endpoint for the action, by what it says of itself.
fn is_offered(action: Action, features: &Value) -> bool {
    let feature = match action {
        Action::Dispute => "dispute",
        Action::Disassociate => "disassociate",
        Action::AddCustomer
        | Action::Submit
        | Action::Delete
        | Action::StartReview
        | Action::Approve
        | Action::RequestAction
        | Action::Reject
        | Action::RejectFinally
        | Action::Reopen
        | Action::Expire
        | Action::Decline => return true,
    };
    features.as_array().unwrap().iter().any(|offered| offered == feature)
}

#[tokio::test]
async fn every_action_is_refused_to_every_role_that_may_not_do_it() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let features = server.anonymous().get("/v1/backend").await.json()["features"].clone();
    let people = [
        (UserRole::IncentivesAdmin, ADMIN),
        (UserRole::IncentivesUser, USER),
        (UserRole::Reviewer, REVIEWER),
    ];
    for (role, email) in people {
        let person = server.sign_in(email).await;
        for action in Action::ALL {
            if !is_offered(action, &features) {
                continue;
            }
            let claim = admin.submitted_claim(PartnerRole::PreSales).await;
            let answer = attempt(&person, &claim, action).await;
            if role.may(action) {
                // Whether the claim is in the right status is another question.
                assert_ne!(answer.status, 403, "{role:?} {action:?}");
            } else {
                assert_problem(&answer, 403, "not-allowed");
                let path = format!("/v1/claims/{}", claim.id);
                assert_eq!(admin.get(&path).await.claim(), claim, "{role:?} {action:?}");
            }
        }
    }
}
