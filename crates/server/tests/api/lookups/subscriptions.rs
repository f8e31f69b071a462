//! `POST /v1/subscriptions/check`.

use crate::support::{ADMIN, Person, TestServer, assert_problem, fresh_draft, new_id};
use cpor_rules::{EditionId, PartnerRole, ProductEntry};
use serde_json::{Value, json};

#[tokio::test]
async fn the_table_decides_and_what_it_does_not_hold_passes() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let page = admin.get("/v1/changes?limit=200").await.json();
    let known = page["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["upsert"]["claim"]["draft"])
        .find(|draft| draft["products"][0]["product"] == "sales")
        .unwrap()
        .clone();
    let (tenant, subscription) = (&known["tenant_id"], &known["products"][0]["subscription_id"]);
    let usable = json!({"state": "usable"});
    let refused = |reason: &str| json!({"state": {"refused": {"reason": reason}}});
    let fresh = json!(new_id());
    let csp = json!("d3300000-0000-4000-8000-000000000003");
    for (tenant, product, subscription, expected) in [
        (tenant, "sales", subscription, &usable),
        (tenant, "sales", &fresh, &usable),
        (tenant, "finance", subscription, &refused("product-not-on-tenant")),
        (&fresh, "sales", subscription, &refused("product-not-on-tenant")),
        (tenant, "sales", tenant, &refused("not-a-subscription")),
        (tenant, "sales", &json!("12"), &refused("not-a-subscription")),
        (tenant, "sales", &csp, &refused("csp")),
    ] {
        let question: Value =
            json!({"tenant_id": tenant, "product": product, "subscription_id": subscription});
        let answer = admin.send(admin.post("/v1/subscriptions/check").json(&question)).await;
        assert_eq!(answer.json()["state"], expected["state"], "{question}");
    }
}

/// The tenant that the demonstration's refused subscriptions belong to.
async fn contoso(admin: &Person) -> Value {
    let page = admin.get("/v1/changes?limit=200").await.json();
    let claims = page["changes"].as_array().unwrap();
    let drafts = claims.iter().map(|change| &change["upsert"]["claim"]["draft"]);
    drafts.clone().find(|draft| draft["domain"] == "contoso.com").unwrap()["tenant_id"].clone()
}

async fn asked(admin: &Person, tenant: &Value, product: &str, subscription: &str) -> Value {
    let question =
        json!({"tenant_id": tenant, "product": product, "subscription_id": subscription});
    admin.send(admin.post("/v1/subscriptions/check").json(&question)).await.json()
}

#[tokio::test]
async fn the_demonstration_has_a_subscription_for_each_reason() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let tenant = contoso(&admin).await;
    for (number, product, reason) in [
        (1, "guides", "product-not-on-tenant"),
        (2, "power-bi", "not-dynamics"),
        (3, "sales", "csp"),
        (4, "finance", "not-provisioned"),
        (5, "sales", "not-a-subscription"),
        (6, "sales", "already-claimed"),
    ] {
        let id = format!("d3300000-0000-4000-8000-{number:012}");
        let answer = asked(&admin, &tenant, product, &id).await;
        assert_eq!(answer["state"], json!({"refused": {"reason": reason}}), "{id}");
    }
}

#[tokio::test]
async fn it_is_told_how_many_subscriptions_of_a_product_there_are() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let tenant = contoso(&admin).await;
    // Without a subscription as well, and nothing of a tenant that is not known.
    assert!(asked(&admin, &tenant, "sales", "").await["of_product"].as_u64().unwrap() >= 2);
    assert_eq!(asked(&admin, &json!(new_id()), "sales", "").await.get("of_product"), None);
    // What is no subscription of the product does not count as one.
    assert_eq!(asked(&admin, &tenant, "power-bi", "").await.get("of_product"), None);
}

#[tokio::test]
async fn the_older_editions_want_the_id_where_there_are_several() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.edition = EditionId::Fy20;
    draft.technical_contact = draft.customer_contact.clone();
    draft.domain = "example.com".into();
    draft.customer_contact.email = "ana@example.com".into();
    draft.products = vec![ProductEntry { product: "sales".into(), subscription_id: String::new() }];
    let id = new_id();
    let answer = admin.create(&id, &draft).await;
    assert_eq!(answer.status, 201, "nothing is known of this tenant: {answer:?}");

    draft.tenant_id = contoso(&admin).await.as_str().unwrap().to_owned();
    draft.domain = "contoso.com".into();
    draft.customer_contact.email = "ana@contoso.com".into();
    let answer = admin.create(&new_id(), &draft).await;
    assert_problem(&answer, 422, "rules-broken");
    let broken = answer.json();
    let blocking: Vec<_> = broken["violations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|violation| violation["severity"] == "blocks")
        .map(|violation| {
            (violation["rule"].as_str().unwrap(), violation["field"].as_str().unwrap())
        })
        .collect();
    assert_eq!(blocking, [("subscription-told-apart", "products.0.subscription_id")]);
}
