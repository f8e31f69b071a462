//! What a program reads in the log.

use crate::support::{ADMIN, Folder, Process};
use serde_json::Value;

#[tokio::test]
async fn each_request_is_one_line_with_the_id_of_its_answer() {
    let folder = Folder::new();
    let server = Process::start_with(folder.path(), &["--log-format", "json"]);
    let admin = server.anonymous().signed_in(ADMIN).await;
    let missing = admin.get("/v1/claims/2c8a8f2e-0000-4000-8000-000000000000").await;
    let nowhere = admin.get("/v1/nowhere").await;
    let log = server.stop();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (answer, route) in [(missing, "/v1/claims/{id}"), (nowhere, "/v1/{*rest}")] {
        let id = answer.header("x-request-id");
        let mut of_it = lines.iter().filter(|line| line["request_id"] == id);
        let line = of_it.next().unwrap();
        assert_eq!((line["message"].as_str(), of_it.next()), (Some("answered"), None));
        assert_eq!((line["level"].as_str(), line["method"].as_str()), (Some("INFO"), Some("GET")));
        assert_eq!((line["route"].as_str(), line["status"].as_u64()), (Some(route), Some(404)));
        assert!(line["milliseconds"].is_u64() && line["timestamp"].is_string());
    }
}
