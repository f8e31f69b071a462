//! What people type does not reach the log.

use crate::openapi::operations_for;
use crate::support::{
    ADMIN, Folder, PASSWORD, Process, assert_problem, fresh_draft, link_of, new_id, pdf, poe_file,
};
use cpor_rules::PartnerRole;
use serde_json::json;

/// How a line of the log is written.
const FORMS: [&str; 2] = ["text", "json"];

#[tokio::test]
async fn the_log_holds_no_personal_data_and_no_secrets() {
    for form in FORMS {
        no_personal_data_and_no_secrets(form).await;
    }
}

async fn no_personal_data_and_no_secrets(form: &str) {
    let folder = Folder::new();
    let server = Process::start_with(folder.path(), &["--log-format", form]);
    let nobody = server.anonymous();
    let body = json!({"email": "canary-mail@example.com", "password": "canary-password"});
    assert_eq!(nobody.send(nobody.post("/v1/session").json(&body)).await.status, 401);
    let admin = server.anonymous().signed_in(ADMIN).await;
    let content = pdf("canary-content");
    admin.upload("canary-file.pdf", &content).await;
    let mut draft = fresh_draft(PartnerRole::RevenueAssociation);
    draft.claim_name = "canary-claim".into();
    draft.customer_contact.name = "canary-contact".into();
    draft.customer_contact.email = "canary-contact@example.com".into();
    draft.comment = "canary-comment".into();
    draft.poe_files = vec![poe_file("canary-file.pdf", &content)];
    let claim = admin.create(&new_id(), &draft).await.claim();
    let claim = admin.submit(&claim).await.claim();
    admin.comment(&claim.id, "canary-remark").await;
    // Refusals and nonsense as well.
    assert_problem(&admin.edit(&claim, &draft).await, 409, "wrong-state");
    admin.get("/v1/associations?tenant_id=canary-tenant").await;
    admin.get("/v1/canary-path").await;
    draft.tenant_id = "canary-tenant".into();
    assert_problem(&admin.create(&new_id(), &draft).await, 422, "rules-broken");
    let token = admin.cookie.split_once('=').unwrap().1.to_owned();

    let log = server.stop();
    assert!(log.contains("answered") && log.contains("/v1/claims/{id}/submit"));
    for secret in ["canary", PASSWORD, ADMIN, "Wei Chen", &claim.draft.tenant_id, &token] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

/// Every route is told things that are not for the log, wherever a request can hold them.
#[tokio::test]
async fn no_route_writes_into_the_log_what_it_is_told() {
    for form in FORMS {
        nothing_of_what_it_is_told(form).await;
    }
}

async fn nothing_of_what_it_is_told(form: &str) {
    let folder = Folder::new();
    let server = Process::start_with(folder.path(), &["--log-format", form]);
    let (nobody, admin) =
        (server.anonymous(), server.anonymous().signed_in("admin@northwind.example").await);
    let mut asked = 0;
    for (method, path, _) in operations_for(&nobody).await {
        // It would move the clock of all that follows, or end the session.
        if path == "/v1/session" || path == "/v1/demo/clock" {
            continue;
        }
        let path = path.replace("{id}", "canary-id").replace("{token}", "canary-token");
        let bodies = ["", r#"{"canary": "canary@example.com"}"#, r#"{"text": "canary"#];
        for (person, body) in bodies.iter().flat_map(|body| [(&admin, body), (&nobody, body)]) {
            let request = person
                .request(method.clone(), &format!("{path}?since=canary&limit=canary&canary=1"))
                .header("content-type", "application/json")
                .header("tus-resumable", "1.0.0")
                .header("upload-length", "12")
                .header("upload-metadata", "filename Y2FuYXJ5LnBkZg==,canary Y2FuYXJ5")
                .header("if-match", "\"canary\"")
                .header("user-agent", "canary-agent")
                .header("referer", "http://canary.example/")
                .header("x-forwarded-for", "203.0.113.77")
                .header("x-request-id", "canary-request")
                .body(*body);
            // Nothing is that broken that it is our fault.
            assert!(person.send(request).await.status.as_u16() < 500, "{method} {path}");
            asked += 1;
        }
    }
    assert!(asked > 150, "{asked}");
    let token = admin.cookie.split_once('=').unwrap().1.to_owned();
    let log = server.stop();
    assert!(log.lines().filter(|line| line.contains("answered")).count() >= asked);
    for secret in ["canary", "203.0.113.77", "127.0.0.1:", "northwind", "Y2FuYXJ5", &token] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log holds {secret}");
    }
}

#[tokio::test]
async fn the_log_holds_nothing_of_a_mail() {
    for form in FORMS {
        nothing_of_a_mail(form).await;
    }
}

async fn nothing_of_a_mail(form: &str) {
    let folder = Folder::new();
    let server = Process::start_with(folder.path(), &["--log-format", form]);
    let admin = server.anonymous().signed_in(ADMIN).await;
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.customer_contact.name = "canary-contact".into();
    draft.customer_contact.email = "canary-contact@example.com".into();
    let claim = admin.submitted(draft).await;
    let link = link_of(&admin, &claim.id).await;
    let customer = server.anonymous();
    assert_eq!(customer.get(&link).await.status, 200);
    assert_eq!(customer.send(customer.post(&link)).await.status, 200);
    assert_eq!(customer.get("/v1/consent/canary-token").await.status, 404);
    let log = server.stop();
    assert!(log.contains("/v1/consent/{token}"));
    let token = link.rsplit('/').next().unwrap();
    for secret in ["canary", token, "Fabrikam"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

#[tokio::test]
async fn neither_the_password_nor_the_token_is_stored() {
    let server = crate::support::TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let database = server.database().await;
    for hash in database.texts("SELECT password_hash FROM account").await {
        assert!(hash.starts_with("$argon2id$"));
    }
    let bytes = server.stored().await;
    let token = admin.cookie.split_once('=').unwrap().1.to_owned();
    for secret in [PASSWORD, &token] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
