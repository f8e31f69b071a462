//! Uploads by tus, and downloads.

use crate::check::{FILES, Group, OTHER, REVIEWER, SUBMIT, USER, check};
use crate::exchange::Outcome;
use crate::person::{new_pdf, sha256};
use crate::target::On;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

pub(crate) const GROUP: Group = Group {
    name: "files",
    needs: &[FILES],
    is_alone: false,
    checks: &[
        check!(
            it_says_what_of_tus_is_offered,
            "Offered of tus are creation, checksum, expiration and termination."
        ),
        check!(
            requests_name_the_version,
            "Requests other than `GET`, `HEAD` and `OPTIONS` carry `Tus-Resumable: 1.0.0`."
        ),
        check!(
            an_upload_begins_at_0,
            "→ 201                                 Location: /v1/files/<upload>   Upload-Offset: 0"
        ),
        check!(bytes_come_in_pieces, "→ 204                                 Upload-Offset: 65536"),
        check!(
            it_says_how_far_it_is,
            "HEAD /v1/files/<upload>               → Upload-Offset, Upload-Length"
        ),
        check!(what_was_sent_comes_back, "GET /v1/files/<sha256>                → the content"),
        check!(
            a_wrong_offset_is_refused,
            "| 409 | `upload-conflict` | ask for the offset with `HEAD` and go on from there |"
        ),
        check!(an_upload_is_given_up, "DELETE /v1/files/<upload>             → 204"),
        check!(both_metadata_are_needed, "`filename` and `sha256` are both needed."),
        check!(
            the_same_post_finds_the_upload,
            "The same `POST` again finds the upload that was begun (same person, name, size and content) and tells its offset, so no key is needed."
        ),
        check!(
            a_known_content_is_not_sent_again,
            "A content that the organisation has sent before is answered with its offset at the end: nothing is left to send."
        ),
        check!(
            a_colleagues_content_is_known,
            "A content that the organisation has sent before is answered with its offset at the end: nothing is left to send.",
            USER
        ),
        check!(
            a_right_checksum_passes,
            "`Upload-Checksum: sha256 <Base64>` (or `sha1`) covers the bytes of one `PATCH`"
        ),
        check!(
            a_wrong_checksum_keeps_nothing,
            "ones that do not fit, or broke off, are answered 460 and not kept."
        ),
        check!(
            it_says_until_when_it_is_kept,
            "`Upload-Expires` says until when an unfinished upload is there; later it answers 404 and is begun anew."
        ),
        check!(
            strangers_read_nothing,
            "The backend may keep a content once for all organisations, but must not tell: who has not sent it can neither read nor name it.",
            OTHER
        ),
        check!(
            strangers_learn_nothing_by_sending,
            "The backend may keep a content once for all organisations, but must not tell: who has not sent it can neither read nor name it.",
            OTHER
        ),
        check!(
            strangers_submit_nothing,
            "The backend may keep a content once for all organisations, but must not tell: who has not sent it can neither read nor name it.",
            OTHER,
            SUBMIT
        ),
        check!(
            a_lie_about_the_content_ends_the_upload,
            "With the last byte the content is checked against the hash and against the kind that its name promises."
        ),
        check!(
            a_lie_about_the_kind_ends_the_upload,
            "If it lies, the upload is gone (409 or 415)."
        ),
        check!(
            other_kinds_are_not_taken,
            "Taken are the kinds of `crates/rules/src/poe.rs`: PDF, Word, Excel, PowerPoint, Outlook messages, PNG, JPEG, TIFF."
        ),
        check!(pictures_are_taken, "PNG, JPEG, TIFF."),
        check!(a_file_has_25_mb_at_most, "At most 25 MB a file"),
        check!(
            reading_is_always_a_download,
            "`GET` always answers a download: `Content-Disposition: attachment`, `nosniff`, `Content-Security-Policy: sandbox`."
        ),
        check!(
            reviewers_read_submitted_files,
            "A reviewer reads files of submitted claims.",
            REVIEWER,
            SUBMIT
        ),
        check!(
            reviewers_read_no_files_of_drafts,
            "A reviewer reads files of submitted claims.",
            REVIEWER
        ),
    ],
};

async fn it_says_what_of_tus_is_offered(on: &On) -> Outcome {
    let answer = on.nobody.bare(Method::OPTIONS, "/v1/files").send().await?;
    answer.must((200..300).contains(&answer.status), "a successful answer")?;
    answer.must(answer.header("tus-version").contains("1.0.0"), "`Tus-Version` with 1.0.0")?;
    let offered: Vec<&str> = answer.header("tus-extension").split(',').map(str::trim).collect();
    for extension in ["creation", "checksum", "expiration", "termination"] {
        answer.must(offered.contains(&extension), &format!("`Tus-Extension` with {extension}"))?;
    }
    Ok(())
}

async fn requests_name_the_version(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let without = admin.begin_upload("a.pdf", &content).without("Tus-Resumable");
    without.send().await?.is(412)?;
    let old = admin.begin_upload("a.pdf", &content).header("Tus-Resumable", "0.2.2");
    old.send().await?.is(412)?;
    let upload = admin.begun("a.pdf", &content).await?;
    let append = admin.append(&upload, 0, &content).without("Tus-Resumable");
    append.send().await?.is(412)?;
    Ok(())
}

async fn an_upload_begins_at_0(on: &On) -> Outcome {
    let admin = on.admin()?;
    let answer = admin.begin_upload("a.pdf", &new_pdf()).send().await?.is(201)?;
    answer.must(answer.header("upload-offset") == "0", "`Upload-Offset: 0`")?;
    answer.must(answer.header("location").contains("/v1/files/"), "`Location`")
}

async fn bytes_come_in_pieces(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = [new_pdf(), vec![b' '; 3_000]].concat();
    let upload = admin.begun("pieces.pdf", &content).await?;
    let mut offset = 0;
    for piece in content.chunks(1_000) {
        let answer = admin.append(&upload, offset, piece).send().await?.is(204)?;
        offset += piece.len();
        let is_there = answer.header("upload-offset") == offset.to_string();
        answer.must(is_there, &format!("`Upload-Offset: {offset}`"))?;
    }
    let read = admin.get(&format!("/v1/files/{}", sha256(&content))).send().await?.is(200)?;
    read.must(read.body == content, "the content, byte for byte")
}

async fn it_says_how_far_it_is(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let upload = admin.begun("a.pdf", &content).await?;
    admin.append(&upload, 0, &content[..7]).send().await?.is(204)?;
    let answer = admin.head(&upload).send().await?.is(200)?;
    answer.must(answer.header("upload-offset") == "7", "`Upload-Offset: 7`")?;
    let length = content.len().to_string();
    answer.must(answer.header("upload-length") == length, &format!("`Upload-Length: {length}`"))
}

async fn what_was_sent_comes_back(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    admin.upload("a.pdf", &content).await?.is(204)?;
    let read = admin.get(&format!("/v1/files/{}", sha256(&content))).send().await?.is(200)?;
    read.must(read.body == content, "the content, byte for byte")
}

async fn a_wrong_offset_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let upload = admin.begun("a.pdf", &content).await?;
    admin.append(&upload, 0, &content[..4]).send().await?.is(204)?;
    for offset in [0, 3, 5] {
        let answer = admin.append(&upload, offset, &content[4..]).send().await?;
        answer.problem(409, "upload-conflict")?;
    }
    admin.append(&upload, 4, &content[4..]).send().await?.is(204)?;
    Ok(())
}

async fn an_upload_is_given_up(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let upload = admin.begun("a.pdf", &content).await?;
    admin.tus(Method::DELETE, &upload).send().await?.is(204)?;
    admin.head(&upload).send().await?.is(404)?;
    admin.append(&upload, 0, &content).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn both_metadata_are_needed(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let (name, hash) = (STANDARD.encode("a.pdf"), STANDARD.encode(sha256(&content)));
    for metadata in [format!("filename {name}"), format!("sha256 {hash}"), "filename,sha256".into()]
    {
        let request = admin.begin_upload("a.pdf", &content).header("Upload-Metadata", metadata);
        let answer = request.send().await?;
        answer.must((400..500).contains(&answer.status), "a refusal")?;
    }
    Ok(())
}

async fn the_same_post_finds_the_upload(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let upload = admin.begun("a.pdf", &content).await?;
    admin.append(&upload, 0, &content[..5]).send().await?.is(204)?;
    let again = admin.begin_upload("a.pdf", &content).send().await?.is(201)?;
    again.must(again.header("location").ends_with(&upload), "the `Location` of before")?;
    again.must(again.header("upload-offset") == "5", "`Upload-Offset: 5`")
}

async fn a_known_content_is_not_sent_again(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    admin.upload("a.pdf", &content).await?.is(204)?;
    let again = admin.begin_upload("another name.pdf", &content).send().await?.is(201)?;
    let end = content.len().to_string();
    again.must(again.header("upload-offset") == end, &format!("`Upload-Offset: {end}`"))
}

async fn a_colleagues_content_is_known(on: &On) -> Outcome {
    let content = new_pdf();
    on.user()?.upload("a.pdf", &content).await?.is(204)?;
    let again = on.admin()?.begin_upload("a.pdf", &content).send().await?.is(201)?;
    let end = content.len().to_string();
    again.must(again.header("upload-offset") == end, &format!("`Upload-Offset: {end}`"))
}

async fn a_right_checksum_passes(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let upload = admin.begun("a.pdf", &content).await?;
    let (first, rest) = content.split_at(6);
    let hash = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)));
    let request = admin.append(&upload, 0, first).header("Upload-Checksum", hash(first));
    request.send().await?.is(204)?;
    let request = admin.append(&upload, 6, rest).header("Upload-Checksum", hash(rest));
    request.send().await?.is(204)?;
    Ok(())
}

async fn a_wrong_checksum_keeps_nothing(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    let upload = admin.begun("a.pdf", &content).await?;
    let of_others = format!("sha256 {}", STANDARD.encode(Sha256::digest(b"something else")));
    let request = admin.append(&upload, 0, &content[..9]).header("Upload-Checksum", of_others);
    request.send().await?.is(460)?;
    let answer = admin.head(&upload).send().await?.is(200)?;
    answer.must(answer.header("upload-offset") == "0", "`Upload-Offset: 0`")
}

async fn it_says_until_when_it_is_kept(on: &On) -> Outcome {
    let admin = on.admin()?;
    let answer = admin.begin_upload("a.pdf", &new_pdf()).send().await?.is(201)?;
    let until = answer.header("upload-expires");
    let is_date = chrono::DateTime::parse_from_rfc2822(until).is_ok();
    answer.must(is_date, "a date in `Upload-Expires`")
}

async fn strangers_read_nothing(on: &On) -> Outcome {
    let (admin, other, content) = (on.admin()?, on.other()?, new_pdf());
    let upload = admin.begun("a.pdf", &content).await?;
    other.head(&upload).send().await?.is(404)?;
    other.append(&upload, 0, &content).send().await?.problem(404, "not-found")?;
    other.tus(Method::DELETE, &upload).send().await?.problem(404, "not-found")?;
    admin.append(&upload, 0, &content).send().await?.is(204)?;
    let path = format!("/v1/files/{}", sha256(&content));
    other.get(&path).send().await?.problem(404, "not-found")?;
    other.head(&path).send().await?.is(404)?;
    Ok(())
}

async fn strangers_learn_nothing_by_sending(on: &On) -> Outcome {
    let (other, content) = (on.other()?, new_pdf());
    on.admin()?.upload("a.pdf", &content).await?.is(204)?;
    let answer = other.begin_upload("a.pdf", &content).send().await?.is(201)?;
    answer.must(answer.header("upload-offset") == "0", "`Upload-Offset: 0`, as for any content")
}

async fn strangers_submit_nothing(on: &On) -> Outcome {
    let (other, content) = (on.other()?, new_pdf());
    on.admin()?.upload("a.pdf", &content).await?.is(204)?;
    let mut draft = other.draft();
    draft["poe_files"] = json!([other.file_entry("a.pdf", &content)]);
    let claim = other.created_with(&draft).await?;
    other.submit(&claim).send().await?.problem(409, "files-missing")?;
    Ok(())
}

async fn a_lie_about_the_content_ends_the_upload(on: &On) -> Outcome {
    let admin = on.admin()?;
    let announced = new_pdf();
    let upload = admin.begun("a.pdf", &announced).await?;
    let other_bytes = new_pdf();
    let answer = admin.append(&upload, 0, &other_bytes).send().await?;
    answer.problem(409, "upload-conflict")?;
    admin.head(&upload).send().await?.is(404)?;
    for content in [&announced, &other_bytes] {
        let path = format!("/v1/files/{}", sha256(content));
        admin.get(&path).send().await?.problem(404, "not-found")?;
    }
    Ok(())
}

async fn a_lie_about_the_kind_ends_the_upload(on: &On) -> Outcome {
    let admin = on.admin()?;
    let page =
        format!("<!doctype html><!-- {} --><script>alert(1)</script>", crate::person::new_id());
    for name in ["a.pdf", "a.png", "a.docx"] {
        let upload = admin.begun(name, page.as_bytes()).await?;
        let answer = admin.append(&upload, 0, page.as_bytes()).send().await?;
        answer.must([409, 415].contains(&answer.status), "409 or 415")?;
        admin.head(&upload).send().await?.is(404)?;
    }
    let path = format!("/v1/files/{}", sha256(page.as_bytes()));
    admin.get(&path).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn other_kinds_are_not_taken(on: &On) -> Outcome {
    let admin = on.admin()?;
    for name in ["page.html", "picture.svg", "program.exe", "a.pdf.exe", "macro.docm", "noname"] {
        admin.begin_upload(name, &new_pdf()).send().await?.problem(415, "wrong-type")?;
    }
    Ok(())
}

async fn pictures_are_taken(on: &On) -> Outcome {
    let admin = on.admin()?;
    let unique = crate::person::new_id();
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), unique.as_bytes()].concat();
    admin.upload("a.png", &png).await?.is(204)?;
    let read = admin.get(&format!("/v1/files/{}", sha256(&png))).send().await?.is(200)?;
    read.must(read.header("content-type") == "image/png", "`Content-Type: image/png`")
}

async fn a_file_has_25_mb_at_most(on: &On) -> Outcome {
    let admin = on.admin()?;
    let most = on.info.backend["limits"]["max_file_bytes"].as_u64().unwrap_or_default();
    let request = admin.begin_upload("a.pdf", &new_pdf()).header("Upload-Length", most + 1);
    request.send().await?.problem(413, "too-large")?;
    Ok(())
}

async fn reading_is_always_a_download(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    admin.upload("a.pdf", &content).await?.is(204)?;
    let read = admin.get(&format!("/v1/files/{}", sha256(&content))).send().await?.is(200)?;
    let is_download = read.header("content-disposition").starts_with("attachment");
    read.must(is_download, "`Content-Disposition: attachment`")?;
    read.must(read.header("x-content-type-options") == "nosniff", "`nosniff`")?;
    let policy = read.header("content-security-policy");
    read.must(policy.split(';').any(|part| part.trim() == "sandbox"), "a policy with `sandbox`")
}

async fn reviewers_read_submitted_files(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let hash = claim.0["draft"]["poe_files"][0]["sha256"].as_str().unwrap_or_default();
    let read = on.reviewer()?.get(&format!("/v1/files/{hash}")).send().await?.is(200)?;
    read.must(sha256(&read.body) == hash, "the content with this hash")
}

async fn reviewers_read_no_files_of_drafts(on: &On) -> Outcome {
    let claim = on.admin()?.ready().await?;
    let hash = claim.0["draft"]["poe_files"][0]["sha256"].as_str().unwrap_or_default();
    let read = on.reviewer()?.get(&format!("/v1/files/{hash}")).send().await?;
    read.problem(404, "not-found")?;
    Ok(())
}
