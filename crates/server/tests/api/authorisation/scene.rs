//! Everybody of the table on one server, and for each route a request that is in order.

use super::table::Column;
use crate::support::{
    ADMIN, OTHER_ADMIN, PASSWORD, Person, REVIEWER, TestServer, USER, fresh_draft, link_of, new_id,
    pdf,
};
use chrono::TimeDelta;
use cpor_protocol::ClaimRecord;
use cpor_rules::{PartnerRole, UserRole};
use cpor_server::OidcSettings;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Somebody who works for one location alone.
const BRANCH: &str = "admin@branch.example";
/// The organisation of the claims.
const FABRIKAM: &str = "Fabrikam Partners";
/// That location: another one than that of the claims.
const LOCATION: &str = "4391507";

/// A server with everybody of the table.
pub struct Scene {
    pub server: TestServer,
    ended: Person,
    admin: Person,
    user: Person,
    reviewer: Person,
    elsewhere: Person,
    branch: Person,
}

/// A request that does something, and the claim that it is about.
pub struct Asked {
    pub request: RequestBuilder,
    pub claim: Option<ClaimRecord>,
}

impl From<RequestBuilder> for Asked {
    fn from(request: RequestBuilder) -> Self {
        Self { request, claim: None }
    }
}

impl Scene {
    pub async fn new() -> Self {
        // A provider that nobody reaches: browsers are sent back to the app.
        let unreachable = OidcSettings::of("http://127.0.0.1:1", "cpor");
        let server = TestServer::start_with(|config| config.oidc = Some(unreachable)).await;
        let ended = server.sign_in(ADMIN).await;
        server.clock.advance(TimeDelta::hours(9));
        Self {
            ended,
            admin: server.sign_in(ADMIN).await,
            user: server.sign_in(USER).await,
            reviewer: server.sign_in(REVIEWER).await,
            elsewhere: server.sign_in(OTHER_ADMIN).await,
            branch: server.added_for(BRANCH, &[LOCATION]).await,
            server,
        }
    }

    /// Somebody of the table.
    pub fn person(&self, column: Column) -> Person {
        match column {
            Column::Nobody => self.server.anonymous(),
            Column::Ended => self.ended.clone(),
            Column::Admin => self.admin.clone(),
            Column::User => self.user.clone(),
            Column::Reviewer => self.reviewer.clone(),
            Column::Elsewhere => self.elsewhere.clone(),
            Column::Branch => self.branch.clone(),
        }
    }

    /// As [`Self::person`], with a session that can be ended without harm.
    async fn with_another_session(&self, column: Column) -> Person {
        let email = match column {
            Column::Nobody | Column::Ended => return self.person(column),
            Column::Admin => ADMIN,
            Column::User => USER,
            Column::Reviewer => REVIEWER,
            Column::Elsewhere => OTHER_ADMIN,
            Column::Branch => BRANCH,
        };
        self.server.sign_in(email).await
    }

    /// As [`Self::person`], with an account of their own, whose sessions can all be ended.
    async fn somebody_else(&self, column: Column) -> Person {
        let (organisation, role, locations): (_, _, &[&str]) = match column {
            Column::Nobody | Column::Ended => return self.person(column),
            Column::Admin => (FABRIKAM, UserRole::IncentivesAdmin, &[]),
            Column::User => (FABRIKAM, UserRole::IncentivesUser, &[]),
            Column::Reviewer => ("Reviewers", UserRole::Reviewer, &[]),
            Column::Elsewhere => ("Elsewhere", UserRole::IncentivesAdmin, &[]),
            Column::Branch => (FABRIKAM, UserRole::IncentivesAdmin, &[LOCATION]),
        };
        let email = format!("{}@leaving.example", new_id());
        self.server.added_as(&email, organisation, role, locations).await
    }

    /// The claim as its own people see it now; nothing where it is gone.
    pub async fn now(&self, claim: &ClaimRecord) -> Option<ClaimRecord> {
        let answer = self.admin.get(&format!("/v1/claims/{}", claim.id)).await;
        (answer.status == 200).then(|| answer.claim())
    }

    /// A request for this route, about something new of the admin's organisation, that
    /// goes well for whoever may do it.
    pub async fn asks(&self, column: Column, route: &str) -> Asked {
        let person = &self.person(column);
        match route {
            "GET /v1/backend"
            | "GET /v1/openapi.json"
            | "GET /v1/session"
            | "GET /v1/session/oidc"
            | "GET /v1/session/oidc/callback"
            | "GET /v1/session/oidc/end"
            | "GET /v1/changes"
            | "GET /v1/notifications"
            | "GET /v1/partner-locations"
            | "GET /v1/demo/mails" => {
                person.bare(Method::GET, route.split_once(' ').unwrap().1).into()
            }
            "POST /v1/session"
            | "DELETE /v1/session"
            | "DELETE /v1/sessions"
            | "PUT /v1/session/password" => self.asks_of_sessions(column, route).await,
            "GET /v1/events" => {
                person.bare(Method::GET, "/v1/events").header("accept", "text/event-stream").into()
            }
            "POST /v1/notifications/read" => {
                person.post("/v1/notifications/read").json(&json!({"up_to": 1})).into()
            }
            "GET /v1/claims/{id}" => about(self.draft().await, |claim| {
                person.bare(Method::GET, &format!("/v1/claims/{}", claim.id))
            }),
            "PUT /v1/claims/{id}" => about(self.draft().await, |claim| {
                let mut draft = claim.draft.clone();
                draft.claim_name = "Another name".into();
                person.edit_request(claim, &draft)
            }),
            "DELETE /v1/claims/{id}" => about(self.draft().await, |claim| {
                person
                    .request(Method::DELETE, &format!("/v1/claims/{}", claim.id))
                    .header("if-match", claim.etag())
            }),
            "POST /v1/claims/{id}/submit" => {
                about(self.admin.ready_claim(PartnerRole::PreSales).await, |claim| {
                    person.submit_request(claim)
                })
            }
            "POST /v1/claims/{id}/review" => about(self.submitted().await, |claim| {
                post(person, claim, "review", &json!({"action": "approve", "reason": ""}))
            }),
            "POST /v1/claims/{id}/dispute" => about(self.decided("reject").await, |claim| {
                let body = json!({"justification": "See page 4", "files": []});
                post(person, claim, "dispute", &body)
            }),
            "POST /v1/claims/{id}/disassociate" => about(self.decided("approve").await, |claim| {
                post(person, claim, "disassociate", &json!({"reason": "It has ended"}))
            }),
            "POST /v1/claims/{id}/comments" => about(self.submitted().await, |claim| {
                post(person, claim, "comments", &json!({"text": "Soon"}))
            }),
            "GET /v1/claims/{id}/history" => about(self.draft().await, |claim| {
                person.bare(Method::GET, &format!("/v1/claims/{}/history", claim.id))
            }),
            "GET /v1/claims/{id}/usage" => about(self.decided("approve").await, |claim| {
                person.bare(Method::GET, &format!("/v1/claims/{}/usage", claim.id))
            }),
            "OPTIONS /v1/files" => person.bare(Method::OPTIONS, "/v1/files").into(),
            "POST /v1/files" => person.begin_upload_request("a.pdf", &pdf(&new_id())).into(),
            "HEAD /v1/files/{id}" => person.tus(Method::HEAD, &self.upload().await.0).into(),
            "PATCH /v1/files/{id}" => {
                let (location, content) = self.upload().await;
                let request = person.tus(Method::PATCH, &location).header("upload-offset", 0);
                let kind = "application/offset+octet-stream";
                request.header("content-type", kind).body(content).into()
            }
            "DELETE /v1/files/{id}" => person.tus(Method::DELETE, &self.upload().await.0).into(),
            "GET /v1/files/{id}" => {
                about(self.admin.ready_claim(PartnerRole::PreSales).await, |claim| {
                    let sha256 = &claim.draft.poe_files[0].sha256;
                    person.bare(Method::GET, &format!("/v1/files/{sha256}"))
                })
            }
            "GET /v1/associations" => {
                let path = format!("/v1/associations?tenant_id={}", new_id());
                person.bare(Method::GET, &path).into()
            }
            "POST /v1/subscriptions/check" => person
                .post("/v1/subscriptions/check")
                .json(&json!({"tenant_id": new_id(), "product": "sales", "subscription_id": ""}))
                .into(),
            "GET /v1/consent/{token}" => person.bare(Method::GET, &self.link().await).into(),
            "POST /v1/consent/{token}" => person.post(&self.link().await).into(),
            "POST /v1/demo/clock" => person.post("/v1/demo/clock").json(&json!({"days": 1})).into(),
            _ => panic!("no test knows how to ask {route}: add it here and in the document"),
        }
    }

    /// As [`Self::asks`], for what ends sessions.
    async fn asks_of_sessions(&self, column: Column, route: &str) -> Asked {
        match route {
            // Signing in ends the session of before.
            "POST /v1/session" => {
                let again = self.with_another_session(column).await;
                let body = json!({"email": USER, "password": PASSWORD});
                again.post("/v1/session").json(&body).into()
            }
            "DELETE /v1/session" => {
                let leaving = self.with_another_session(column).await;
                leaving.request(Method::DELETE, "/v1/session").into()
            }
            "DELETE /v1/sessions" => {
                let leaving = self.somebody_else(column).await;
                leaving.request(Method::DELETE, "/v1/sessions").into()
            }
            "PUT /v1/session/password" => {
                let changing = self.somebody_else(column).await;
                let body = json!({"current": PASSWORD, "new": "tidal marsh lantern oboe"});
                changing.request(Method::PUT, "/v1/session/password").json(&body).into()
            }
            _ => panic!("{route} ends no session"),
        }
    }

    async fn draft(&self) -> ClaimRecord {
        self.admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim()
    }

    async fn submitted(&self) -> ClaimRecord {
        self.admin.submitted_claim(PartnerRole::PreSales).await
    }

    async fn decided(&self, action: &str) -> ClaimRecord {
        let reason = if action == "reject" { "No signature" } else { "" };
        self.reviewer.review(&self.submitted().await, action, reason).await.claim()
    }

    /// Where an upload goes on that was begun, and its content.
    async fn upload(&self) -> (String, Vec<u8>) {
        let content = pdf(&new_id());
        let begun = self.admin.begin_upload("a.pdf", &content).await;
        (begun.header("location").to_owned(), content)
    }

    /// The endpoint behind the link that a customer got.
    async fn link(&self) -> String {
        link_of(&self.admin, &self.submitted().await.id).await
    }
}

fn about(claim: ClaimRecord, ask: impl FnOnce(&ClaimRecord) -> RequestBuilder) -> Asked {
    Asked { request: ask(&claim), claim: Some(claim) }
}

fn post(person: &Person, claim: &ClaimRecord, what: &str, body: &Value) -> RequestBuilder {
    person
        .request(Method::POST, &format!("/v1/claims/{}/{what}", claim.id))
        .header("if-match", claim.etag())
        .json(body)
}
