//! What any request may or has to carry.

use super::{is_change, is_public};
use cpor_protocol::headers::{ACCOUNT, APP_HEADER, APP_HEADER_VALUE, IDLE, TUS_VERSION};
use cpor_protocol::limits::MAX_PAGE;
use cpor_rules::poe::MAX_FILE_BYTES;
use serde_json::{Value, json};

/// Adds to an operation the headers that it shares with others, and says of its own
/// parameters what they hold. None is null: an address and a header hold text.
pub(super) fn complete(method: &str, path: &str, operation: &mut Value) {
    let is_public = is_public(operation);
    let has_body = !operation["requestBody"].is_null();
    let parameters = &mut operation["parameters"];
    if parameters.is_null() {
        *parameters = json!([]);
    }
    let Some(parameters) = parameters.as_array_mut() else { return };
    for parameter in parameters.iter_mut() {
        let kind = &mut parameter["schema"]["type"];
        if let Some(kinds) = kind.as_array() {
            *kind = kinds.iter().find(|kind| *kind != "null").cloned().unwrap_or_default();
        }
        let of_header = parameter["name"].as_str().and_then(|name| form_of(name, path));
        if let Some(form) = of_header {
            parameter["schema"] = form;
        }
    }
    let mut shared = Vec::new();
    if is_change(method) {
        shared.push("App");
    }
    if !is_public {
        shared.extend(["Account", "Idle"]);
    }
    // What a route says itself goes before.
    let own: Vec<String> =
        parameters.iter().filter_map(|own| own["name"].as_str().map(str::to_owned)).collect();
    for name in shared {
        if !own.iter().any(|own| own == header_of(name)) {
            parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
        }
    }
    if has_body {
        operation["requestBody"]["required"] = Value::Bool(true);
    }
}

/// What a parameter of this name holds, where its type does not say it.
fn form_of(name: &str, path: &str) -> Option<Value> {
    Some(match name {
        "id" if path.starts_with("/v1/claims") => json!({ "type": "string", "format": "uuid" }),
        "tenant_id" => json!({ "type": "string", "format": "uuid" }),
        "limit" => json!({ "type": "integer", "minimum": 1, "maximum": MAX_PAGE }),
        "Idempotency-Key" => json!({
            // Blanks at the ends are no part of a header.
            "type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$",
            "minLength": 1, "maxLength": 200,
        }),
        "If-Match" => json!({ "type": "string", "pattern": r#"^(W/)?"[0-9]{1,18}"$"# }),
        // Of changes it may be any ETag.
        "If-None-Match" if path.starts_with("/v1/claims") => {
            json!({ "type": "string", "enum": ["*"] })
        }
        "Tus-Resumable" => json!({ "type": "string", "enum": [TUS_VERSION] }),
        "Upload-Length" => json!({ "type": "integer", "minimum": 1, "maximum": MAX_FILE_BYTES }),
        "Upload-Offset" => json!({ "type": "integer", "minimum": 0, "maximum": MAX_FILE_BYTES }),
        "Upload-Metadata" => {
            let pair = "[A-Za-z0-9+/]+={0,2}";
            json!({ "type": "string", "pattern": format!("^filename {pair},sha256 {pair}$") })
        }
        "Upload-Checksum" => {
            // The last letter before the padding holds four bits.
            let end = "[AEIMQUYcgkosw048]=";
            let (sha1, sha256) = ("[A-Za-z0-9+/]{26}", "[A-Za-z0-9+/]{42}");
            let pattern = format!("^(sha1 {sha1}{end}|sha256 {sha256}{end})$");
            json!({ "type": "string", "pattern": pattern, "minLength": 33 })
        }
        _ => return None,
    })
}

/// Adds what [`complete`] points to.
pub(super) fn add_shared(api: &mut Value) {
    let parameters = &mut api["components"]["parameters"];
    let mut add = |name: &str, required: bool, description: &str, schema: Value| {
        parameters[name] = json!({
            "name": header_of(name), "in": "header", "required": required,
            "description": description, "schema": schema,
        });
    };
    add(
        "App",
        true,
        "Says that no form of a foreign page made the request",
        json!({ "type": "string", "enum": [APP_HEADER_VALUE] }),
    );
    add(
        "Account",
        false,
        "Id of the account for which the client speaks; under the session of another one \
         the answer is 401",
        json!({ "type": "string" }),
    );
    add(
        "Idle",
        false,
        "How many seconds ago a person last did something; what is no number is passed over",
        json!({ "type": "string" }),
    );
}

/// The header of a shared parameter.
fn header_of(name: &str) -> &'static str {
    match name {
        "App" => APP_HEADER,
        "Account" => ACCOUNT,
        _ => IDLE,
    }
}
