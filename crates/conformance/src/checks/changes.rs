//! What is new, in one order.

use crate::check::{FILES, Group, Need, OTHER, REVIEWER, SUBMIT, check};
use crate::exchange::{Failure, Outcome};
use crate::person::changed_id;
use crate::target::On;
use futures_util::future::join_all;
use std::collections::HashSet;

pub(crate) const GROUP: Group = Group {
    name: "changes",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(
            a_page_has_its_form,
            "`?since=<cursor>&limit=<1…200>` → `{\"changes\": […], \"next\": \"<cursor>\", \"more\": false}`"
        ),
        check!(
            a_page_has_200_entries_at_most,
            "`?since=<cursor>&limit=<1…200>` → `{\"changes\": […], \"next\": \"<cursor>\", \"more\": false}`"
        ),
        check!(
            a_limit_is_kept,
            "Begin without `since`; go on with `next` while `more` is true; keep the last `next` and poll with it."
        ),
        check!(
            a_created_claim_is_told,
            "with its present state (`{\"upsert\": {\"claim\": {…}}}`)"
        ),
        check!(
            a_claim_is_told_once,
            "Changes stand in one order; a claim stands in a page once, with its present state"
        ),
        check!(a_deleted_claim_is_told, "or as gone (`{\"tombstone\": {\"id\": \"…\"}}`)."),
        check!(what_was_told_is_not_told_again, "keep the last `next` and poll with it."),
        check!(
            pages_leave_nothing_out,
            "Begin without `since`; go on with `next` while `more` is true"
        ),
        check!(changes_stand_in_their_order, "Changes stand in one order"),
        check!(
            from_the_beginning_everything_is_there,
            "Begin without `since`; go on with `next` while `more` is true; keep the last `next` and poll with it."
        ),
        check!(
            writers_at_once_are_all_seen,
            "A plain sequence lets a later number commit first, and a reader skips the earlier one for ever."
        ),
        check!(
            an_invented_cursor_is_gone,
            "| 410 | `cursor-gone` | read all changes from the beginning; unsent work stays |"
        ),
        check!(
            a_bent_cursor_is_gone,
            "One that the backend cannot serve (another database, a restored backup, another reader) answers 410."
        ),
        check!(
            another_readers_cursor_is_gone,
            "One that the backend cannot serve (another database, a restored backup, another reader) answers 410.",
            OTHER
        ),
        check!(
            there_is_an_etag,
            "The answer has an `ETag`; with `If-None-Match` and nothing new: 304."
        ),
        check!(
            news_are_told_to_who_has_an_etag,
            "The answer has an `ETag`; with `If-None-Match` and nothing new: 304."
        ),
        check!(
            reviewers_read_what_was_submitted,
            "A reviewer reads the claims of **all** organisations from their submission on, never drafts.",
            SUBMIT,
            FILES,
            REVIEWER
        ),
        check!(
            reviewers_read_no_drafts,
            "A reviewer reads the claims of **all** organisations from their submission on, never drafts.",
            REVIEWER
        ),
        check!(
            reviewers_read_all_organisations,
            "A reviewer reads the claims of **all** organisations from their submission on, never drafts.",
            SUBMIT,
            FILES,
            REVIEWER,
            OTHER
        ),
        check!(others_read_their_own, "Other readers get their own organisation's.", OTHER),
        check!(
            colleagues_read_the_same,
            "Other readers get their own organisation's.",
            Need::Account(crate::check::Who::User)
        ),
    ],
};

/// Checks for which nobody else may write.
pub(crate) const QUIET: Group = Group {
    name: "changes-quiet",
    needs: &[],
    is_alone: true,
    checks: &[
        check!(
            nothing_new_answers_304,
            "The answer has an `ETag`; with `If-None-Match` and nothing new: 304."
        ),
        check!(nothing_new_is_an_empty_page, "keep the last `next` and poll with it."),
    ],
};

async fn a_page_has_its_form(on: &On) -> Outcome {
    let page = on.admin()?.page("", 5).await?;
    page.answer.must(!page.next.is_empty(), "a cursor in `next`")?;
    let is_change = |change: &serde_json::Value| !changed_id(change).is_empty();
    page.answer.must(page.changes.iter().all(is_change), "upserts and tombstones")
}

async fn a_page_has_200_entries_at_most(on: &On) -> Outcome {
    let admin = on.admin()?;
    admin.page("", 200).await?;
    for limit in [0, 201] {
        admin.changes("", limit).send().await?.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn a_limit_is_kept(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    for _ in 0..3 {
        admin.created().await?;
    }
    let page = admin.page(&since, 2).await?;
    page.answer.must(page.changes.len() == 2 && page.more, "two entries, and `more`")
}

async fn a_created_claim_is_told(on: &On) -> Outcome {
    let admin = on.admin()?;
    let since = admin.cursor().await?;
    let claim = admin.created().await?;
    let told = admin.told(since, &claim).await?;
    match told.as_slice() {
        [only] if only["upsert"]["claim"] == claim.0 => Ok(()),
        _ => Err(Failure::of(format!("{told:?}"), "the created claim, once")),
    }
}

async fn a_claim_is_told_once(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let claim = admin.created().await?;
    let claim = admin.renamed(&claim, "second").await?;
    let claim = admin.renamed(&claim, "third").await?;
    let told = admin.told(&since, &claim).await?;
    match told.as_slice() {
        [only] if only["upsert"]["claim"] == claim.0 => Ok(()),
        _ => Err(Failure::of(format!("{told:?}"), "the claim as it is now, once")),
    }
}

async fn a_deleted_claim_is_told(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    admin.delete(&claim).send().await?.is(204)?;
    let told = admin.told(&since, &claim).await?;
    match told.as_slice() {
        [only] if only["tombstone"]["id"] == claim.id() => Ok(()),
        _ => Err(Failure::of(format!("{told:?}"), "a tombstone")),
    }
}

async fn what_was_told_is_not_told_again(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let (_, next) = admin.follow(admin.cursor().await?, 200).await?;
    let again = admin.told(&next, &claim).await?;
    let is_new = again.is_empty();
    if is_new { Ok(()) } else { Err(Failure::of(format!("{again:?}"), "the claim not again")) }
}

async fn pages_leave_nothing_out(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let mut wanted = HashSet::new();
    for _ in 0..7 {
        wanted.insert(admin.created().await?.id().to_owned());
    }
    let (told, _) = admin.follow(&since, 2).await?;
    let count = told.iter().filter(|change| wanted.contains(changed_id(change))).count();
    let seen: HashSet<String> = told.iter().map(|change| changed_id(change).to_owned()).collect();
    if wanted.is_subset(&seen) && count == wanted.len() {
        return Ok(());
    }
    let missing = wanted.difference(&seen).count();
    let came = format!("{missing} of 7 claims were left out of pages of 2, {count} entries came");
    Err(Failure::of(came, "each of the 7 once"))
}

async fn changes_stand_in_their_order(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let (first, second) = (admin.created().await?, admin.created().await?);
    let order = async |since: &str| {
        let (told, _) = admin.follow(since, 200).await?;
        let ids = [first.id(), second.id()];
        let of_ours = |id: &&str| ids.contains(id);
        let found: Vec<String> =
            told.iter().map(changed_id).filter(of_ours).map(str::to_owned).collect();
        Ok::<_, Failure>(found)
    };
    let before = order(&since).await?;
    admin.renamed(&first, "later than the second").await?;
    let after = order(&since).await?;
    let expected = before == [first.id(), second.id()] && after == [second.id(), first.id()];
    let came = format!("{before:?}, and after an edit of the first {after:?}");
    if expected { Ok(()) } else { Err(Failure::of(came, "the order of the changes")) }
}

async fn from_the_beginning_everything_is_there(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (kept, deleted) = (admin.created().await?, admin.created().await?);
    admin.delete(&deleted).send().await?.is(204)?;
    let (told, _) = admin.follow("", 200).await?;
    let has = |id: &str| told.iter().any(|change| change["upsert"]["claim"]["id"] == id);
    let came = format!("{} entries", told.len());
    if has(kept.id()) && !has(deleted.id()) {
        return Ok(());
    }
    Err(Failure::of(came, "the claim that is there, and not the one that was deleted"))
}

async fn writers_at_once_are_all_seen(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, mut since) = admin.follow(admin.cursor().await?, 200).await?;
    let mut seen = HashSet::new();
    let mut wanted = HashSet::new();
    for _ in 0..3 {
        let writes = join_all((0..6).map(|_| admin.created()));
        let reads = async {
            let mut read = Vec::new();
            for _ in 0..6 {
                let page = admin.page(&since, 3).await?;
                since = page.next;
                read.extend(page.changes);
            }
            Ok::<_, Failure>(read)
        };
        let (written, read) = tokio::join!(writes, reads);
        for claim in written {
            wanted.insert(claim?.id().to_owned());
        }
        seen.extend(read?.iter().map(|change| changed_id(change).to_owned()));
    }
    let (rest, _) = admin.follow(&since, 200).await?;
    seen.extend(rest.iter().map(|change| changed_id(change).to_owned()));
    let missing = wanted.difference(&seen).count();
    let came = format!("{missing} of {} claims were never told", wanted.len());
    if missing == 0 { Ok(()) } else { Err(Failure::of(came, "each of them")) }
}

async fn an_invented_cursor_is_gone(on: &On) -> Outcome {
    let admin = on.admin()?;
    for cursor in ["0", "1", "garbage", "AAAAAAAA", "-1", "e30", "%00"] {
        admin.changes(cursor, 10).send().await?.problem(410, "cursor-gone")?;
    }
    Ok(())
}

async fn a_bent_cursor_is_gone(on: &On) -> Outcome {
    let admin = on.admin()?;
    let cursor = admin.cursor().await?;
    for bent in [format!("x{cursor}"), cursor.chars().rev().collect(), "Z".repeat(cursor.len())] {
        admin.changes(&bent, 10).send().await?.problem(410, "cursor-gone")?;
    }
    Ok(())
}

async fn another_readers_cursor_is_gone(on: &On) -> Outcome {
    let cursor = on.admin()?.cursor().await?;
    on.other()?.changes(cursor, 10).send().await?.problem(410, "cursor-gone")?;
    Ok(())
}

async fn there_is_an_etag(on: &On) -> Outcome {
    let page = on.admin()?.page("", 1).await?;
    page.answer.must(!page.answer.header("etag").is_empty(), "an `ETag`")
}

async fn news_are_told_to_who_has_an_etag(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let etag = admin.page(&since, 50).await?.answer.header("etag").to_owned();
    admin.created().await?;
    let request = admin.changes(&since, 50).header("If-None-Match", etag);
    request.send().await?.is(200)?;
    Ok(())
}

async fn nothing_new_answers_304(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let page = admin.page(&since, 50).await?;
    let etag = page.answer.header("etag").to_owned();
    let same = admin.changes(&since, 50).header("If-None-Match", etag).send().await?.is(304)?;
    same.must(same.body.is_empty(), "no body")
}

async fn nothing_new_is_an_empty_page(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let page = admin.page(&since, 50).await?;
    page.answer.must(page.changes.is_empty() && !page.more, "no changes, and no `more`")
}

async fn reviewers_read_what_was_submitted(on: &On) -> Outcome {
    let reviewer = on.reviewer()?;
    let since = reviewer.cursor().await?;
    let claim = on.admin()?.submitted().await?;
    let told = reviewer.told(since, &claim).await?;
    match told.as_slice() {
        [only] if only["upsert"]["claim"]["status"] == "submitted" => Ok(()),
        _ => Err(Failure::of(format!("{told:?}"), "the submitted claim, once")),
    }
}

async fn reviewers_read_no_drafts(on: &On) -> Outcome {
    let reviewer = on.reviewer()?;
    let since = reviewer.cursor().await?;
    let claim = on.admin()?.created().await?;
    let gone = on.admin()?.created().await?;
    on.admin()?.delete(&gone).send().await?.is(204)?;
    let told = [reviewer.told(since, &claim).await?, reviewer.told(since, &gone).await?].concat();
    let is_silent = told.is_empty();
    if is_silent { Ok(()) } else { Err(Failure::of(format!("{told:?}"), "nothing of a draft")) }
}

async fn reviewers_read_all_organisations(on: &On) -> Outcome {
    let reviewer = on.reviewer()?;
    let since = reviewer.cursor().await?;
    for partner in [on.admin()?, on.other()?] {
        let claim = partner.submitted().await?;
        let told = reviewer.told(since, &claim).await?;
        if told.is_empty() {
            return Err(Failure::of("nothing", "the submitted claim of each organisation"));
        }
    }
    Ok(())
}

async fn others_read_their_own(on: &On) -> Outcome {
    let (admin, other) = (on.admin()?, on.other()?);
    let since = other.cursor().await?;
    let (ours, theirs) = (admin.created().await?, other.created().await?);
    let (told, _) = other.follow(since, 200).await?;
    let has = |id: &str| told.iter().any(|change| changed_id(change) == id);
    let came = format!("theirs: {}, ours: {}", has(theirs.id()), has(ours.id()));
    let is_right = has(theirs.id()) && !has(ours.id());
    if is_right { Ok(()) } else { Err(Failure::of(came, "their own claim and no other")) }
}

async fn colleagues_read_the_same(on: &On) -> Outcome {
    let user = on.user()?;
    let since = user.cursor().await?;
    let claim = on.admin()?.created().await?;
    let told = user.told(since, &claim).await?;
    let is_told = told.len() == 1;
    if is_told { Ok(()) } else { Err(Failure::of(format!("{told:?}"), "the colleague's claim")) }
}
