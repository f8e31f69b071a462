//! What a backend says of itself.

use crate::check::{Group, check};
use crate::exchange::Outcome;
use crate::target::On;
use cpor_rules::EditionId;

pub(crate) const GROUP: Group = Group {
    name: "backend",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(is_public, "Public are `GET /v1/backend`"),
        check!(
            says_what_it_is,
            "Name, API version, editions, fingerprints of known rule sets (its own first), features, limits, ways to sign in."
        ),
        check!(speaks_version_1, "# The protocol, version 1"),
        check!(
            knows_an_edition,
            "Name, API version, editions, fingerprints of known rule sets (its own first), features, limits, ways to sign in."
        ),
        check!(
            lists_each_feature_once,
            "Everything else is a *feature*: a backend lists what it has, and the app does without the rest."
        ),
        check!(can_be_read_by_the_types, "The types are in `crates/protocol`"),
        check!(
            the_smallest_backend_is_there,
            "The smallest useful backend serves [`backend`](#get-v1backend), [`changes`](#get-v1changes) and [`claims`](#claims)."
        ),
    ],
};

async fn is_public(on: &On) -> Outcome {
    on.nobody.get("/v1/backend").send().await?.is(200)?.json()?;
    Ok(())
}

async fn says_what_it_is(on: &On) -> Outcome {
    let answer = on.nobody.get("/v1/backend").send().await?.is(200)?;
    let said = answer.json()?;
    answer.must(said["name"].as_str().is_some_and(|name| !name.is_empty()), "a `name`")?;
    for list in ["editions", "rulesets", "features"] {
        let texts = said[list].as_array();
        let is_list = texts.is_some_and(|texts| texts.iter().all(serde_json::Value::is_string));
        answer.must(is_list, &format!("`{list}` as a list of texts"))?;
    }
    let limits = &said["limits"];
    let has_limits = limits["max_file_bytes"].is_u64() && limits["max_files"].is_u64();
    answer.must(has_limits, "`limits` with `max_file_bytes` and `max_files`")?;
    answer.must(!said["sign_in"].is_null(), "`sign_in`")
}

async fn speaks_version_1(on: &On) -> Outcome {
    let answer = on.nobody.get("/v1/backend").send().await?.is(200)?;
    answer.must(answer.json()?["api_version"] == 1, "`api_version` 1")
}

async fn knows_an_edition(on: &On) -> Outcome {
    let answer = on.nobody.get("/v1/backend").send().await?.is(200)?;
    let said = answer.json()?;
    let known = |code: &serde_json::Value| EditionId::ALL.iter().any(|id| code == id.code());
    let editions = said["editions"].as_array().is_some_and(|codes| codes.iter().any(known));
    answer.must(editions, "an edition that the rules have")?;
    // Only a submission names the rules by which it was judged.
    let is_known = said["rulesets"][0].is_string() || !on.info.has("submit");
    answer.must(is_known, "the fingerprint of its own rules")
}

async fn lists_each_feature_once(on: &On) -> Outcome {
    let answer = on.nobody.get("/v1/backend").send().await?.is(200)?;
    let said = answer.json()?;
    let listed = said["features"].as_array().cloned().unwrap_or_default();
    let is_twice = |at: usize| listed[..at].contains(&listed[at]);
    answer.must(!(0..listed.len()).any(is_twice), "each feature once")
}

async fn can_be_read_by_the_types(on: &On) -> Outcome {
    let answer = on.nobody.get("/v1/backend").send().await?.is(200)?;
    match serde_json::from_slice::<cpor_protocol::Backend>(&answer.body) {
        Ok(_) => Ok(()),
        Err(error) => Err(answer.fails(format!("the form that the app reads ({error})"))),
    }
}

async fn the_smallest_backend_is_there(on: &On) -> Outcome {
    let admin = on.admin()?;
    admin.page("", 1).await?;
    let claim = admin.created().await?;
    admin.fetch(&claim).await?;
    Ok(())
}
