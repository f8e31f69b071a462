//! Each change once, however often it is sent.

use crate::check::{COMMENTS, FILES, Group, HISTORY, OTHER, SUBMIT, USER, check};
use crate::exchange::{Failure, Outcome};
use crate::person::new_id;
use crate::target::On;
use futures_util::future::join_all;

pub(crate) const GROUP: Group = Group {
    name: "once",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(
            a_change_needs_a_key,
            "Every change of a claim carries `Idempotency-Key`: the id of the operation, made by the client, the same for all attempts (1 to 200 characters)."
        ),
        check!(
            a_key_has_200_characters_at_most,
            "Every change of a claim carries `Idempotency-Key`: the id of the operation, made by the client, the same for all attempts (1 to 200 characters)."
        ),
        check!(a_new_key_makes_the_change, "| new | | the change is made |"),
        check!(
            creating_again_gets_the_first_answer,
            "| known | the same | the first answer again, even if the claim has moved on |"
        ),
        check!(
            the_first_answer_stays_when_the_claim_moves_on,
            "| known | the same | the first answer again, even if the claim has moved on |"
        ),
        check!(
            editing_again_changes_nothing_more,
            "| known | the same | the first answer again, even if the claim has moved on |"
        ),
        check!(
            deleting_again_gets_the_first_answer,
            "| known | the same | the first answer again, even if the claim has moved on |"
        ),
        check!(if_match_is_not_compared, "`If-Match` is no part of the comparison."),
        check!(a_key_for_another_body_is_refused, "| known | other | 422 `key-reused` |"),
        check!(a_key_for_another_path_is_refused, "| known | other | 422 `key-reused` |"),
        check!(
            what_was_refused_is_not_kept,
            "A request that was *refused* changed nothing and is not kept: it may be repeated with the same key once its cause is gone."
        ),
        check!(
            a_stale_change_may_come_again,
            "A request that was *refused* changed nothing and is not kept: it may be repeated with the same key once its cause is gone."
        ),
        check!(
            keys_belong_to_one_person,
            "Keys are kept for at least 30 days (the reference server: 60) and belong to one person.",
            USER
        ),
        check!(
            a_strangers_key_tells_nothing,
            "Keys are kept for at least 30 days (the reference server: 60) and belong to one person.",
            OTHER
        ),
        check!(
            the_same_at_once_is_done_once,
            "| running | | 409 `key-in-flight`, `Retry-After: 1` |"
        ),
        check!(
            commenting_again_adds_nothing,
            "| known | the same | the first answer again, even if the claim has moved on |",
            COMMENTS,
            HISTORY
        ),
        check!(
            submitting_again_gets_the_first_answer,
            "| known | the same | the first answer again, even if the claim has moved on |",
            SUBMIT,
            FILES
        ),
    ],
};

async fn a_change_needs_a_key(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let draft = claim.with("claim_name", "without a key");
    let requests =
        [admin.create(&new_id(), &draft), admin.edit(&claim, &draft), admin.delete(&claim)];
    for request in requests {
        request.without("Idempotency-Key").send().await?.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn a_key_has_200_characters_at_most(on: &On) -> Outcome {
    let admin = on.admin()?;
    let key = format!("{}{}", new_id(), "k".repeat(164));
    let long = admin.create(&new_id(), &admin.draft()).header("Idempotency-Key", format!("{key}k"));
    long.send().await?.problem(400, "bad-request")?;
    let fits = admin.create(&new_id(), &admin.draft()).header("Idempotency-Key", key);
    fits.send().await?.is(201)?;
    Ok(())
}

async fn a_new_key_makes_the_change(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let renamed = admin.renamed(&claim, "once").await?;
    let after = admin.fetch(&claim).await?;
    let is_made =
        after.0["draft"]["claim_name"] == "once" && after.revision() == renamed.revision();
    if is_made { Ok(()) } else { Err(Failure::of(after.0.to_string(), "the new name")) }
}

async fn creating_again_gets_the_first_answer(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.create(&new_id(), &admin.draft());
    let first = request.clone().send().await?.is(201)?;
    let again = request.send().await?.is(201)?;
    again.must(again.header("etag") == first.header("etag"), "the first `ETag`")?;
    again.must(again.body == first.body, "the first answer, byte for byte")
}

async fn the_first_answer_stays_when_the_claim_moves_on(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.create(&new_id(), &admin.draft());
    let first = request.clone().send().await?.is(201)?;
    let moved = admin.renamed(&first.claim()?, "moved on").await?;
    let again = request.send().await?.is(201)?;
    again.must(again.json()? == first.json()?, "the claim as it was created")?;
    let after = admin.fetch(&moved).await?;
    again.must(after.revision() == moved.revision(), "a claim that stayed as it was edited")
}

async fn editing_again_changes_nothing_more(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.edit(&claim, &claim.with("claim_name", "edited once"));
    let first = request.clone().send().await?.is(200)?;
    let again = request.send().await?.is(200)?;
    again.must(again.json()? == first.json()?, "the first answer")?;
    let after = admin.fetch(&claim).await?;
    again.must(after.revision() == first.claim()?.revision(), "a revision raised once")
}

async fn deleting_again_gets_the_first_answer(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.delete(&admin.created().await?);
    request.clone().send().await?.is(204)?;
    request.send().await?.is(204)?;
    Ok(())
}

async fn if_match_is_not_compared(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.edit(&claim, &claim.with("claim_name", "edited"));
    let first = request.clone().send().await?.is(200)?;
    let again = request.header("If-Match", first.header("etag")).send().await?.is(200)?;
    again.must(again.json()? == first.json()?, "the first answer")
}

async fn a_key_for_another_body_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (claim, key) = (admin.created().await?, new_id());
    let named = |name: &str| {
        admin.edit(&claim, &claim.with("claim_name", name)).header("Idempotency-Key", &key)
    };
    let first = named("first").send().await?.is(200)?;
    named("second").send().await?.problem(422, "key-reused")?;
    let after = admin.fetch(&claim).await?;
    first.must(after.0 == first.json()?, "a claim that the second request left alone")
}

async fn a_key_for_another_path_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (draft, key) = (admin.draft(), new_id());
    let create = || admin.create(&new_id(), &draft).header("Idempotency-Key", &key);
    create().send().await?.is(201)?;
    create().send().await?.problem(422, "key-reused")?;
    Ok(())
}

async fn what_was_refused_is_not_kept(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (id, key) = (new_id(), new_id());
    let mut draft = admin.draft();
    draft["tenant_id"] = "".into();
    let refused = admin.create(&id, &draft).header("Idempotency-Key", &key).send().await?;
    refused.problem(422, "rules-broken")?;
    let mended = admin.create(&id, &admin.draft()).header("Idempotency-Key", &key);
    mended.send().await?.is(201)?;
    Ok(())
}

async fn a_stale_change_may_come_again(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let newer = admin.renamed(&claim, "newer").await?;
    let request = admin.edit(&claim, &claim.with("comment", "later"));
    request.clone().send().await?.problem(412, "stale")?;
    request.header("If-Match", newer.etag()).send().await?.is(200)?;
    Ok(())
}

async fn keys_belong_to_one_person(on: &On) -> Outcome {
    let (admin, user, key) = (on.admin()?, on.user()?, new_id());
    let by_admin = admin.create(&new_id(), &admin.draft()).header("Idempotency-Key", &key);
    let by_user = user.create(&new_id(), &user.draft()).header("Idempotency-Key", &key);
    let (first, second) = (by_admin.send().await?.is(201)?, by_user.send().await?.is(201)?);
    second.must(first.claim()?.id() != second.claim()?.id(), "a claim of its own")
}

async fn a_strangers_key_tells_nothing(on: &On) -> Outcome {
    let (admin, other, key, id) = (on.admin()?, on.other()?, new_id(), new_id());
    let draft = admin.draft();
    admin.create(&id, &draft).header("Idempotency-Key", &key).send().await?.is(201)?;
    let answer = other.create(&id, &draft).header("Idempotency-Key", &key).send().await?;
    let tells = String::from_utf8_lossy(&answer.body).contains("\"draft\"");
    answer.must((400..500).contains(&answer.status) && !tells, "a refusal without the claim")
}

async fn the_same_at_once_is_done_once(on: &On) -> Outcome {
    let admin = on.admin()?;
    let id = new_id();
    let request = admin.create(&id, &admin.draft());
    let mut done = Vec::new();
    for answer in join_all((0..6).map(|_| request.clone().send())).await {
        let answer = answer?;
        if answer.status == 201 {
            done.push(answer.claim()?.revision());
            answer.must(done[0] == done[done.len() - 1], "the first answer")?;
        } else {
            answer.problem(409, "key-in-flight")?;
            answer.must(!answer.header("retry-after").is_empty(), "`Retry-After`")?;
        }
    }
    let after = admin.get(&format!("/v1/claims/{id}")).send().await?.is(200)?;
    after.must(done.first() == Some(&after.claim()?.revision()), "a claim that was created once")
}

async fn commenting_again_adds_nothing(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.comment(&claim, "said once");
    let first = request.clone().send().await?.is(201)?;
    let again = request.send().await?.is(201)?;
    again.must(again.json()? == first.json()?, "the first answer")?;
    let history = admin.history(&claim).await?;
    let said = history.iter().filter(|line| line["event"]["comment"]["text"] == "said once");
    again.must(said.count() == 1, "one line of history")
}

async fn submitting_again_gets_the_first_answer(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.submit(&admin.ready().await?);
    let first = request.clone().send().await?.is(200)?;
    let again = request.send().await?.is(200)?;
    again.must(again.json()? == first.json()?, "the first answer")
}
