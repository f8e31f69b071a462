//! What any route may answer: written once, so that none leaves it out.

use super::{is_change, parameters};
use cpor_protocol::headers::PROBLEM_JSON;
use serde_json::{Value, json};

/// Adds to an operation the refusals that it shares with others, and the headers of
/// every answer.
pub(super) fn complete(method: &str, path: &str, operation: &mut Value) {
    let shared = refusals(method, path, operation);
    let Some(answers) = operation["responses"].as_object_mut() else { return };
    for (status, description) in shared {
        // What a route says itself goes before.
        answers.entry(status).or_insert_with(|| problem(description));
    }
    for (status, answer) in answers.iter_mut() {
        if method == "head"
            && let Some(answer) = answer.as_object_mut()
        {
            // The type is told, and nothing of that type follows.
            answer.remove("content");
        }
        let headers = &mut answer["headers"];
        headers["X-Request-Id"] = json!({
            "description": "Id of the request, which stands in the log",
            "required": true,
            "schema": { "type": "string" },
        });
        if matches!(status.as_str(), "429" | "503") {
            headers["Retry-After"] = json!({
                "description": "Seconds after which the same request may go well",
                "required": true,
                "schema": { "type": "integer", "minimum": 1 },
            });
        }
        if path.starts_with("/v1/files") {
            headers["Tus-Resumable"] = json!({
                "description": "The version of tus that is spoken",
                // Who is refused before anything is read is not told.
                "required": status.starts_with('2'),
                "schema": { "type": "string" },
            });
        }
    }
}

/// Statuses that follow from what an operation takes, and what they mean.
fn refusals(method: &str, path: &str, operation: &Value) -> Vec<(&'static str, &'static str)> {
    let takes = |place: &str| parameters(operation).any(|parameter| parameter["in"] == place);
    let has_key = parameters(operation).any(|parameter| parameter["name"] == "Idempotency-Key");
    let has_body = !operation["requestBody"].is_null();
    let mut found = vec![
        ("429", "Too many requests; see Retry-After"),
        ("500", "The backend's fault: repeat later, with the same key"),
        ("503", "Not now; see Retry-After"),
    ];
    if takes("query") || takes("path") || has_body || has_key {
        found.push(("400", "The request cannot be read"));
    }
    if !operation["security"].is_array() {
        found.push(("401", "Nobody is signed in"));
    }
    if is_change(method) {
        found.push(("403", "The role does not allow it, or the request is not the app's"));
        found.push(("415", "This type of body is not taken"));
    }
    if has_body || has_key {
        found.push(("413", "The body is too large"));
    }
    if has_key {
        found.push(("409", "The first request with this key is running"));
        found.push(("422", "The key was used for another request"));
    }
    if path.starts_with("/v1/files") && is_change(method) {
        found.push(("412", "Another version of tus"));
    }
    found
}

fn problem(description: &str) -> Value {
    let schema = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    json!({ "description": description, "content": { PROBLEM_JSON: schema } })
}
