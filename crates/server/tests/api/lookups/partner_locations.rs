//! `GET /v1/partner-locations`.

use crate::support::{ADMIN, OTHER_ADMIN, TestServer};
use cpor_rules::facts::PartnerLocation;

#[tokio::test]
async fn each_organisation_sees_its_own() {
    let server = TestServer::start().await;
    let answer = server.sign_in(ADMIN).await.get("/v1/partner-locations").await;
    let ours: Vec<PartnerLocation> = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(ours.len(), 4);
    assert!(ours[0].is_global_account);
    assert!(ours.iter().any(|location| !location.is_enrolled && !location.is_global_account));
    let answer = server.sign_in(OTHER_ADMIN).await.get("/v1/partner-locations").await;
    let theirs: Vec<PartnerLocation> = serde_json::from_slice(&answer.bytes).unwrap();
    assert!(theirs.iter().all(|location| !ours.contains(location)));
}
