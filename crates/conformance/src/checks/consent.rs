//! The customer's page. Reached by the link in a mail, which a demonstration shows.

use crate::check::{FILES, Group, HISTORY, Need, REVIEW, REVIEWER, SUBMIT, check};
use crate::exchange::{Answer, Claim, Failure, Outcome};
use crate::target::On;
use cpor_rules::Status;
use reqwest::Method;
use serde_json::{Value, json};

const DEMO: Need = Need::Feature("demo");

pub(crate) const GROUP: Group = Group {
    name: "consent",
    needs: &[Need::Feature("consent"), SUBMIT, FILES],
    is_alone: false,
    checks: &[
        check!(
            the_link_tells_what_is_asked,
            "| `GET /v1/consent/{token}` | 200: `language`, `partner`, `contact_name`, `contact_email`, `items`, `customer`, `state` |",
            DEMO
        ),
        check!(
            the_link_needs_no_session,
            "The mail's link leads to the app's page `/consent/{token}`, which asks these two, without a session:",
            DEMO
        ),
        check!(
            the_customer_can_decline,
            "| `POST /v1/consent/{token}` | 200, the same with `state` *declined*; no body, no key; done twice it answers the same |",
            DEMO
        ),
        check!(
            what_is_over_is_not_declined,
            "or `ended` where the claim is over by itself; then `POST` is answered by 409 `wrong-state`.",
            DEMO,
            REVIEW,
            REVIEWER,
            Need::Feature("disassociate")
        ),
        check!(
            the_history_holds_the_mail,
            "Once the mail was handed over, the history holds `consent-email-sent`",
            DEMO,
            HISTORY
        ),
        check!(
            a_wrong_link_leads_nowhere,
            "after 30 of them within ten minutes an address gets 429 for further ones."
        ),
        check!(a_right_link_opens_all_the_while, "Right links open all the while.", DEMO),
    ],
};

/// The endpoint behind the link of the mail about a claim.
async fn link(on: &On, claim: &Claim) -> Result<String, Failure> {
    let answer = on.admin()?.get("/v1/demo/mails").send().await?.is(200)?;
    let mails = answer.list()?;
    let mail = mails.iter().find(|mail| mail["claim_id"] == claim.id());
    let link = mail.and_then(|mail| mail["link"].as_str()).unwrap_or_default();
    let token = link.split("/consent/").nth(1).and_then(|rest| rest.split(['?', '#']).next());
    let token = token.ok_or_else(|| answer.fails("a mail about the claim, with its link"))?;
    Ok(format!("/v1/consent/{token}"))
}

async fn the_link_tells_what_is_asked(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let answer = on.nobody.get(&link(on, &claim).await?).send().await?.is(200)?;
    let told = answer.json()?;
    for key in ["language", "partner", "contact_name", "contact_email", "customer"] {
        answer.must(told[key].is_string(), &format!("`{key}`"))?;
    }
    let items = told["items"].as_array().map_or(0, Vec::len);
    let claimed = claim.0["draft"]["workloads"].as_array().map_or(0, Vec::len);
    answer.must(items == claimed, &format!("{claimed} `items`"))?;
    answer.must(told["state"] == "open", "`state` open")
}

async fn the_link_needs_no_session(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let answer = on.nobody.get(&link(on, &claim).await?).send().await?.is(200)?;
    let tells = String::from_utf8_lossy(&answer.body).contains(claim.id());
    answer.must(!tells, "what the customer is told, and no more")
}

async fn the_customer_can_decline(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let path = link(on, &claim).await?;
    let decline = on.nobody.app(Method::POST, &path);
    let first = decline.clone().send().await?.is(200)?;
    first.must(first.json()?["state"] == "declined", "`state` declined")?;
    let second = decline.send().await?.is(200)?;
    second.must(second.json()? == first.json()?, "the same again")?;
    let after = on.admin()?.fetch(&claim).await?;
    let is_denied = after.status() == "customer-consent-denied";
    second.must(is_denied, "a claim in `customer-consent-denied`")
}

async fn what_is_over_is_not_declined(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let path = link(on, &claim).await?;
    let claim = on.lead(claim, Status::Approved).await?;
    let body = json!({ "reason": "The contract has ended." });
    on.admin()?.act(&claim, "disassociate", &body).send().await?.is(200)?;
    let answer = on.nobody.get(&path).send().await?.is(200)?;
    answer.must(answer.json()?["state"] == "ended", "`state` ended")?;
    on.nobody.app(Method::POST, &path).send().await?.problem(409, "wrong-state")?;
    Ok(())
}

async fn the_history_holds_the_mail(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    link(on, &claim).await?;
    let answer = on.admin()?.get(&claim.path("/history")).send().await?.is(200)?;
    let is_it = |line: &Value| line["event"] == "consent-email-sent";
    answer.must(answer.list()?.iter().any(is_it), "a line `consent-email-sent`")
}

/// One of the two answers that a wrong link gets, by how many came before.
fn is_nowhere(answer: &Answer) -> Outcome {
    if answer.status == 429 {
        answer.problem(429, "slow-down")
    } else {
        answer.problem(404, "not-found")
    }
    .map(|_| ())
}

async fn a_wrong_link_leads_nowhere(on: &On) -> Outcome {
    let mut last = None;
    for number in 0..31 {
        let path = format!("/v1/consent/{number:A>43}");
        let answer = on.nobody.get(&path).send().await?;
        is_nowhere(&answer)?;
        last = Some(answer);
    }
    match last {
        Some(answer) => answer.problem(429, "slow-down").map(|_| ()),
        None => Ok(()),
    }
}

async fn a_right_link_opens_all_the_while(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let path = link(on, &claim).await?;
    for number in 0..31 {
        let wrong = format!("/v1/consent/{number:B>43}");
        is_nowhere(&on.nobody.get(&wrong).send().await?)?;
    }
    on.nobody.get(&path).send().await?.is(200)?;
    Ok(())
}
