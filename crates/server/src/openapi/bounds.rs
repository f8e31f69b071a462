//! The limits of texts, numbers and lists, taken from where the code keeps them.

use cpor_protocol::demo::MAX_CLOCK_DAYS;
use cpor_protocol::limits::{MAX_PAGE, MAX_SET_ASIDE, MAX_WORDS};
use cpor_rules::Field;
use cpor_rules::bounds::{
    MAX_ENTRIES, MAX_FILE_NAME, MAX_LINE, MAX_LINES, MAX_SAID_BYTES, has_lines,
};
use cpor_rules::poe::{FILE_KINDS, MAX_FILES};
use serde_json::{Value, json};

/// The parts of a draft: what any of their texts holds is bounded alike.
const PARTS_OF_A_DRAFT: [&str; 5] =
    ["Draft", "ProductEntry", "Contact", "PartnerContact", "PoeFile"];

/// Texts without characters that nobody sees, as `cpor_rules::bounds` has it. Tabs and
/// new lines may stand anywhere.
const SEEN: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\
                    \\u202a-\\u202e\\u2066-\\u2069\\ufeff]*$";

/// Sets the limits in the schemas of the description.
pub(super) fn set(api: &mut Value) {
    let schemas = &mut api["components"]["schemas"];
    for part in PARTS_OF_A_DRAFT {
        for (name, schema) in schemas[part]["properties"].as_object_mut().into_iter().flatten() {
            bound_text(part, name, schema);
        }
    }
    let draft = &mut schemas["Draft"]["properties"];
    for list in ["workloads", "products", "poe_names_items"] {
        draft[list]["maxItems"] = json!(MAX_ENTRIES);
    }
    draft["poe_files"]["maxItems"] = json!(2 * MAX_FILES);
    let file = &mut schemas["PoeFile"]["properties"];
    file["size_bytes"]["maximum"] = json!(MAX_SAID_BYTES);
    let taken = FILE_KINDS.iter().map(|kind| kind.media_type).chain([""]);
    file["media_type"]["enum"] = taken.collect();

    bounded(schemas, "ClaimInput", "set_aside", &[("maxItems", json!(MAX_SET_ASIDE))]);
    let words = json!(MAX_WORDS);
    let comment = [("minLength", json!(1)), ("maxLength", words.clone())];
    bounded(schemas, "CommentInput", "text", &comment);
    for (input, text) in [
        ("ReviewInput", "reason"),
        ("DisputeInput", "justification"),
        ("DisassociateInput", "reason"),
    ] {
        bounded(schemas, input, text, &[("maxLength", words.clone())]);
    }
    bounded(schemas, "ReviewInput", "grounds", &[("uniqueItems", json!(true))]);
    bounded(schemas, "DisputeInput", "files", &[("maxItems", json!(MAX_FILES))]);
    let days = [("minimum", json!(1)), ("maximum", json!(MAX_CLOCK_DAYS))];
    bounded(schemas, "ClockInput", "days", &days);
    schemas["ReadInput"] = read_input(&schemas["ReadInput"]["description"]);
    for (schema, name) in [("ClaimRecord", "id"), ("Notification", "claim_id")] {
        bounded(schemas, schema, name, &[("format", json!("uuid"))]);
    }
    exact_numbers(api);
}

/// One of the two, and not both.
fn read_input(description: &Value) -> Value {
    let id = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    let ids = |more: Value| {
        let mut ids = json!({ "type": "array", "items": id });
        if let Some((ids, more)) = ids.as_object_mut().zip(more.as_object()) {
            ids.extend(more.clone());
        }
        ids
    };
    json!({
        "description": description,
        "oneOf": [
            {
                "type": "object", "required": ["up_to"], "additionalProperties": false,
                "description": "This one and all before it.",
                "properties": { "up_to": id, "ids": ids(json!({ "maxItems": 0 })) },
            },
            {
                "type": "object", "required": ["ids"], "additionalProperties": false,
                "description": "These; ids of others' notifications are passed over.",
                "properties": {
                    "up_to": { "type": "null" },
                    "ids": ids(json!({ "minItems": 1, "maxItems": MAX_PAGE })),
                },
            },
        ],
    })
}

/// Says of each number without a sign how large it may be: the formats that there are
/// stand for numbers with one.
fn exact_numbers(value: &mut Value) {
    let largest = match (value["type"].as_str(), value["format"].as_str()) {
        (Some("integer"), Some("int32")) if value["minimum"] == 0 => Some(json!(u32::MAX)),
        (Some("integer"), Some("int64")) if value["minimum"] == 0 => Some(json!(u64::MAX)),
        _ => None,
    };
    if let (Some(largest), Some(number)) = (largest, value.as_object_mut()) {
        number.remove("format");
        number.entry("maximum").or_insert(largest);
    }
    match value {
        Value::Object(parts) => parts.values_mut().for_each(exact_numbers),
        Value::Array(parts) => parts.iter_mut().for_each(exact_numbers),
        _ => {}
    }
}

fn bounded(schemas: &mut Value, schema: &str, name: &str, limits: &[(&str, Value)]) {
    let property = &mut schemas[schema]["properties"][name];
    for (limit, value) in limits {
        property[limit] = value.clone();
    }
}

/// Bounds a text, or each text of a list.
fn bound_text(part: &str, name: &str, schema: &mut Value) {
    let text = if schema["items"]["type"] == "string" { &mut schema["items"] } else { schema };
    if text["type"] != "string" {
        return;
    }
    let is_long = name == "comment" && has_lines(Field::Comment);
    let most = match (part, name) {
        _ if is_long => MAX_LINES,
        ("PoeFile", "name" | "sha256") => MAX_FILE_NAME,
        _ => MAX_LINE,
    };
    text["maxLength"] = json!(most);
    text["pattern"] = json!(SEEN);
}
