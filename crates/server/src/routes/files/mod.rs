//! `/v1/files`: resumable uploads by tus 1.0, and downloads.
//!
//! An upload is found again by its content: a client that lost the answer to
//! its `POST` sends it again and goes on where it was, so no key is needed.

pub(crate) mod append;
pub(crate) mod create;
pub(crate) mod download;
pub(crate) mod options;
pub(crate) mod remove;
pub(crate) mod status;

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::repositories::uploads::Upload;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use cpor_protocol::ProblemCode;
use cpor_protocol::headers::{TUS_RESUMABLE, TUS_VERSION};

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_SCAN: HeaderName = HeaderName::from_static("upload-scan");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// Every answer says which version of tus is spoken.
pub(crate) async fn say_version(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("tus-resumable"), HeaderValue::from_static(TUS_VERSION));
    if response.status() == StatusCode::PRECONDITION_FAILED {
        let version = HeaderName::from_static("tus-version");
        response.headers_mut().insert(version, HeaderValue::from_static(TUS_VERSION));
    }
    response
}

/// Refuses a request in another version of tus.
fn expect_version(headers: &HeaderMap) -> ApiResult<()> {
    if headers.get(TUS_RESUMABLE).is_some_and(|version| version == TUS_VERSION) {
        return Ok(());
    }
    let status = StatusCode::PRECONDITION_FAILED;
    Err(ApiError::new(status, ProblemCode::BadRequest, "Another version of tus")
        .detail("send Tus-Resumable: 1.0.0"))
}

/// How far an upload has come, and how long one that is not complete is kept.
fn upload_headers(upload: &Upload, offset: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(offset));
    let until = upload.expires_at().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if offset < upload.size_bytes
        && let Ok(until) = HeaderValue::from_str(&until)
    {
        headers.insert(UPLOAD_EXPIRES, until);
    }
    headers
}

/// A header that holds a number of bytes: digits alone.
fn number(headers: &HeaderMap, name: &HeaderName) -> ApiResult<u64> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| ApiError::bad_request(format!("{name} is a number of bytes")))
}

/// Reviewers read files and send none.
fn expect_partner(who: &SignedIn) -> ApiResult<()> {
    if who.is_reviewer() {
        return Err(ApiError::not_allowed("reviewers send no files"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::create::metadata_value;
    use super::*;
    use crate::files::{Checksum, safe_name};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn a_number_of_bytes_is_digits() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(UPLOAD_OFFSET, HeaderValue::from_static(text))]);
            number(&headers, &UPLOAD_OFFSET).ok()
        };
        assert_eq!(read("120000"), Some(120_000));
        for other in ["", "+5", "-1", "1.0", "0x1", "18446744073709551616"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn fuzz_tus_headers() {
        bolero::check!().with_type::<(Vec<u8>, u64, String)>().for_each(|(bytes, length, text)| {
            if let Ok(value) = HeaderValue::from_bytes(bytes) {
                let headers = HeaderMap::from_iter([(UPLOAD_LENGTH, value)]);
                if let Ok(number) = number(&headers, &UPLOAD_LENGTH) {
                    let text = String::from_utf8_lossy(bytes);
                    assert_eq!(
                        text.trim_start_matches('0'),
                        number.to_string().trim_start_matches('0')
                    );
                }
            }
            let headers = HeaderMap::from_iter([(UPLOAD_LENGTH, HeaderValue::from(*length))]);
            assert_eq!(number(&headers, &UPLOAD_LENGTH).ok(), Some(*length));

            // What is told in Base64 is what comes out, beside whatever else is there.
            let told = STANDARD.encode(text);
            let junk = String::from_utf8_lossy(bytes).replace([',', ' '], "");
            let metadata = format!("x{junk} {told},filename {told}");
            let told = (!text.is_empty()).then_some(text);
            assert_eq!(metadata_value(&metadata, "filename").as_ref(), told);
            let found = metadata_value(&String::from_utf8_lossy(bytes), "sha256");
            assert!(found.is_none_or(|found| found.len() <= bytes.len()));
            let name = safe_name(text);
            assert!(name.chars().count() <= 200 && !name.contains(['/', '\\', '\0']), "{name:?}");
            assert_eq!(safe_name(&name), name);

            // One algorithm has one length.
            for (algorithm, size) in [("sha1", 20), ("sha256", 32), ("md5", 16)] {
                let is_taken = Checksum::read(&format!("{algorithm} {}", STANDARD.encode(bytes)));
                assert_eq!(is_taken.is_some(), bytes.len() == size && algorithm != "md5");
            }
            assert!(Checksum::read(text).is_none_or(|_| text.contains(' ')));
        });
    }
}
