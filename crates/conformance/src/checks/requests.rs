//! What holds for every request: headers, limits, errors.

use crate::check::{FILES, Group, Need, check};
use crate::exchange::Outcome;
use crate::person::{new_id, new_pdf};
use crate::target::On;
use reqwest::Method;
use serde_json::json;

pub(crate) const HEADERS: Group = Group {
    name: "headers",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(
            a_change_carries_x_cpor,
            "Everything but `GET`, `HEAD` and `OPTIONS` carries `X-CPOR: 1`"
        ),
        check!(
            another_x_cpor_is_refused,
            "Everything but `GET`, `HEAD` and `OPTIONS` carries `X-CPOR: 1`"
        ),
        check!(
            signing_in_carries_x_cpor,
            "Everything but `GET`, `HEAD` and `OPTIONS` carries `X-CPOR: 1`",
            Need::Session
        ),
        check!(
            uploads_carry_x_cpor,
            "Everything but `GET`, `HEAD` and `OPTIONS` carries `X-CPOR: 1`",
            FILES
        ),
        check!(
            foreign_pages_are_refused,
            "A `Sec-Fetch-Site` other than `same-origin` or `none` is refused."
        ),
        check!(
            the_own_page_passes,
            "A `Sec-Fetch-Site` other than `same-origin` or `none` is refused."
        ),
        check!(
            foreign_origins_are_refused,
            "An `Origin` other than the backend's own is refused: 403 `not-allowed`."
        ),
        check!(
            the_own_origin_passes,
            "An `Origin` other than the backend's own is refused: 403 `not-allowed`."
        ),
        check!(
            bodies_are_said_to_be_json,
            "and JSON bodies `Content-Type: application/json`: a form on a foreign page can send neither."
        ),
        check!(there_is_no_cors, "There is no CORS."),
        check!(
            answers_carry_an_id,
            "Answers carry `X-Request-Id`; the same id stands in problems and in the log."
        ),
        check!(nothing_is_stored, "`Cache-Control` is `no-store`."),
        check!(answers_are_json, "JSON in UTF-8"),
    ],
};

pub(crate) const LIMITS: Group = Group {
    name: "limits",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(
            a_body_has_1_mb_at_most,
            "bodies have at most 1 MB (files are not JSON and have their own limit)."
        ),
        check!(a_large_body_passes, "bodies have at most 1 MB"),
        check!(
            files_have_their_own_limit,
            "bodies have at most 1 MB (files are not JSON and have their own limit).",
            FILES
        ),
    ],
};

pub(crate) const ERRORS: Group = Group {
    name: "errors",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(
            a_problem_has_its_form,
            "`application/problem+json` (RFC 9457). Programs read `code`; `title` and `detail` are English for developers."
        ),
        check!(
            a_problem_holds_the_requests_id,
            "Answers carry `X-Request-Id`; the same id stands in problems and in the log."
        ),
        check!(
            an_unknown_address_is_not_there,
            "| 404 | `not-found` | not there, or none of your business |"
        ),
        check!(
            another_method_is_not_offered,
            "| 405 | `bad-request` | this method is not offered; see `Allow` |"
        ),
        check!(
            broken_json_is_refused,
            "| 400 | `bad-request` | cannot be read: a bug of the client |"
        ),
        check!(
            other_json_is_refused,
            "| 400 | `bad-request` | cannot be read: a bug of the client |"
        ),
        check!(
            another_type_of_body_is_refused,
            "| 415 | `wrong-type` | another type of body, or a kind of file that is not taken |"
        ),
        check!(
            unreadable_parameters_are_refused,
            "| 400 | `bad-request` | cannot be read: a bug of the client |"
        ),
        check!(a_problem_tells_no_secrets, "`title` and `detail` are English for developers."),
    ],
};

async fn a_change_carries_x_cpor(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let draft = claim.with("claim_name", "from a form");
    let mut requests =
        vec![admin.create(&new_id(), &draft), admin.edit(&claim, &draft), admin.delete(&claim)];
    if on.info.has("submit") {
        requests.push(admin.submit(&claim));
    }
    for request in requests {
        request.without("X-CPOR").send().await?.problem(403, "not-allowed")?;
    }
    admin.fetch(&claim).await?;
    Ok(())
}

async fn another_x_cpor_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.create(&new_id(), &admin.draft()).header("X-CPOR", "0");
    request.send().await?.problem(403, "not-allowed")?;
    Ok(())
}

async fn signing_in_carries_x_cpor(on: &On) -> Outcome {
    let sign_in = on.nobody.sign_in("nobody@nowhere.example", "x").without("X-CPOR");
    sign_in.send().await?.problem(403, "not-allowed")?;
    let sign_out = on.admin()?.bare(Method::DELETE, "/v1/session");
    sign_out.send().await?.problem(403, "not-allowed")?;
    on.admin()?.get("/v1/session").send().await?.is(200)?;
    Ok(())
}

async fn uploads_carry_x_cpor(on: &On) -> Outcome {
    let request = on.admin()?.begin_upload("a.pdf", &new_pdf()).without("X-CPOR");
    request.send().await?.problem(403, "not-allowed")?;
    Ok(())
}

async fn foreign_pages_are_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    for site in ["cross-site", "same-site"] {
        let request = admin.create(&new_id(), &admin.draft()).header("Sec-Fetch-Site", site);
        request.send().await?.problem(403, "not-allowed")?;
    }
    Ok(())
}

async fn the_own_page_passes(on: &On) -> Outcome {
    let admin = on.admin()?;
    for site in ["same-origin", "none"] {
        let request = admin.create(&new_id(), &admin.draft()).header("Sec-Fetch-Site", site);
        request.send().await?.is(201)?;
    }
    Ok(())
}

/// An older browser says the origin and nothing of the site.
async fn foreign_origins_are_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let beside = format!("{}.evil.example", on.info.url);
    for origin in ["https://evil.example", "null", &beside] {
        let id = new_id();
        let request = admin.create(&id, &admin.draft()).header("Origin", origin);
        request.send().await?.problem(403, "not-allowed")?;
        admin.get(&format!("/v1/claims/{id}")).send().await?.is(404)?;
    }
    Ok(())
}

async fn the_own_origin_passes(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.create(&new_id(), &admin.draft()).header("Origin", &on.info.url);
    request.send().await?.is(201)?;
    Ok(())
}

async fn bodies_are_said_to_be_json(on: &On) -> Outcome {
    let admin = on.admin()?;
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = admin.create(&new_id(), &admin.draft()).header("Content-Type", kind);
        request.send().await?.problem(415, "wrong-type")?;
    }
    let charset = "application/json; charset=utf-8";
    let request = admin.create(&new_id(), &admin.draft()).header("Content-Type", charset);
    request.send().await?.is(201)?;
    Ok(())
}

async fn there_is_no_cors(on: &On) -> Outcome {
    let foreign = "https://elsewhere.example";
    let read = on.admin()?.get("/v1/changes?limit=1").header("Origin", foreign).send().await?;
    let ask = on.nobody.bare(Method::OPTIONS, "/v1/changes").header("Origin", foreign);
    let ask = ask.header("Access-Control-Request-Method", "GET").send().await?;
    for answer in [read, ask] {
        let allows = answer.header("access-control-allow-origin");
        answer.must(allows.is_empty(), "no Access-Control-Allow-Origin")?;
    }
    Ok(())
}

async fn answers_carry_an_id(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (first, second) = (
        admin.get("/v1/changes?limit=1").send().await?,
        admin.get("/v1/changes?limit=1").send().await?,
    );
    let (one, two) = (first.header("x-request-id"), second.header("x-request-id"));
    second.must(!one.is_empty() && !two.is_empty() && one != two, "an id for each answer")
}

async fn nothing_is_stored(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    for path in [claim.path(""), "/v1/changes?limit=1".into(), "/v1/backend".into()] {
        let answer = admin.get(&path).send().await?.is(200)?;
        let kept = answer.header("cache-control");
        answer.must(kept.contains("no-store"), "`Cache-Control: no-store`")?;
    }
    Ok(())
}

async fn answers_are_json(on: &On) -> Outcome {
    let admin = on.admin()?;
    let name = "客戶 — Größe ✓";
    let mut draft = admin.draft();
    draft["claim_name"] = name.into();
    let answer = admin.create(&new_id(), &draft).send().await?.is(201)?;
    let kind = answer.header("content-type");
    answer.must(kind.starts_with("application/json"), "`Content-Type: application/json`")?;
    answer.must(answer.claim()?.0["draft"]["claim_name"] == name, "the name in UTF-8")
}

async fn a_body_has_1_mb_at_most(on: &On) -> Outcome {
    let admin = on.admin()?;
    let blanks = " ".repeat(1_000_001);
    let body = format!("{}{blanks}", json!({ "draft": admin.draft() }));
    let request = admin.create(&new_id(), &admin.draft()).bytes(body);
    request.send().await?.problem(413, "too-large")?;
    Ok(())
}

async fn a_large_body_passes(on: &On) -> Outcome {
    let admin = on.admin()?;
    let blanks = " ".repeat(900_000);
    let body = format!("{}{blanks}", json!({ "draft": admin.draft() }));
    let request = admin.create(&new_id(), &admin.draft()).bytes(body);
    request.send().await?.is(201)?;
    Ok(())
}

async fn files_have_their_own_limit(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = [new_pdf(), vec![b' '; 1_500_000]].concat();
    admin.upload("large.pdf", &content).await?.is(204)?;
    Ok(())
}

async fn a_problem_has_its_form(on: &On) -> Outcome {
    let path = format!("/v1/claims/{}", new_id());
    let answer = on.admin()?.get(&path).send().await?;
    let problem = answer.problem(404, "not-found")?;
    answer.must(problem["status"] == 404, "`status` 404")?;
    answer.must(problem["type"].is_string() && problem["title"].is_string(), "`type` and `title`")
}

async fn a_problem_holds_the_requests_id(on: &On) -> Outcome {
    let path = format!("/v1/claims/{}", new_id());
    let answer = on.admin()?.get(&path).send().await?;
    let problem = answer.problem(404, "not-found")?;
    let id = answer.header("x-request-id");
    answer.must(problem["request_id"] == id && !id.is_empty(), "`request_id` as in the header")
}

async fn an_unknown_address_is_not_there(on: &On) -> Outcome {
    for path in ["/v1/nothing", "/v1/claims"] {
        on.admin()?.get(path).send().await?.problem(404, "not-found")?;
    }
    Ok(())
}

async fn another_method_is_not_offered(on: &On) -> Outcome {
    let answer = on.admin()?.app(Method::DELETE, "/v1/changes").send().await?;
    answer.problem(405, "bad-request")?;
    answer.must(answer.header("allow").contains("GET"), "`Allow` with GET")
}

async fn broken_json_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let bodies: [&[u8]; 4] = [b"{", b"", b"{\"draft\":}", b"{\"draft\":{\"claim_name\":\"\xff\"}}"];
    for body in bodies {
        let request = admin.create(&new_id(), &admin.draft()).bytes(body);
        request.send().await?.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn other_json_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    for body in [json!([]), json!(null), json!({}), json!({ "draft": 7 })] {
        let request = admin.create(&new_id(), &body).json(&body);
        request.send().await?.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn another_type_of_body_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.create(&new_id(), &admin.draft()).header("Content-Type", "application/xml");
    request.send().await?.problem(415, "wrong-type")?;
    Ok(())
}

async fn unreadable_parameters_are_refused(on: &On) -> Outcome {
    for query in ["limit=many", "limit=-1", "limit=1&limit=2"] {
        let answer = on.admin()?.get(&format!("/v1/changes?{query}")).send().await?;
        answer.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn a_problem_tells_no_secrets(on: &On) -> Outcome {
    let admin = on.admin()?;
    let secret = format!("secret-{}", new_id());
    let mut draft = admin.draft();
    draft["tenant_id"] = secret.as_str().into();
    let answer = admin.create(&new_id(), &draft).send().await?;
    let problem = answer.problem(422, "rules-broken")?;
    let tells = |key: &str| problem[key].as_str().is_some_and(|text| text.contains(&secret));
    answer.must(!tells("title") && !tells("detail"), "no words of a person in `title` or `detail`")
}
