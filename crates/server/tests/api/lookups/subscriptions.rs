//! `POST /v1/subscriptions/check`.

use crate::support::{ADMIN, TestServer, new_id};
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
        assert_eq!(&answer.json(), expected, "{question}");
    }
}
