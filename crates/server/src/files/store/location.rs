//! Where a bucket is, and with which keys it is used.

use std::fmt;

/// A bucket, and where in it our objects are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketLocation {
    /// Name of the bucket.
    pub name: String,
    /// Before the name of each object; empty, or without a slash at its ends.
    pub prefix: String,
    /// URL of the store; that of AWS where it is not told.
    pub endpoint: Option<String>,
    /// Region of the bucket.
    pub region: String,
    /// Whether the store may be reached without TLS, as in tests.
    pub is_plain_http: bool,
    /// With which the bucket is used.
    pub keys: BucketKeys,
}

/// Keys of a bucket.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BucketKeys {
    /// Which key it is.
    pub id: String,
    /// The key itself.
    pub secret: String,
}

/// A log must not tell the secret.
impl fmt::Debug for BucketKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BucketKeys").field("id", &self.id).finish_non_exhaustive()
    }
}

impl BucketLocation {
    /// The region that stores without regions take for granted.
    pub const DEFAULT_REGION: &str = "us-east-1";

    /// Reads `s3://name/prefix`; region, endpoint and keys are told elsewhere.
    ///
    /// # Errors
    /// It is no such URL. The message says what is.
    pub fn read(url: &str) -> Result<Self, &'static str> {
        const FORM: &str = "a bucket is s3://name or s3://name/prefix";
        let rest = url.strip_prefix("s3://").ok_or(FORM)?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_matches('/');
        let is_plain = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        };
        if !(3..=63).contains(&name.len()) || !is_plain(name) {
            return Err(FORM);
        }
        let is_path = prefix.is_empty()
            || prefix.split('/').all(|part| !matches!(part, "" | "." | "..") && is_plain(part));
        if !is_path {
            return Err("the prefix in a bucket consists of letters, digits, - . _ and /");
        }
        Ok(Self {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: None,
            region: Self::DEFAULT_REGION.to_owned(),
            is_plain_http: false,
            keys: BucketKeys::default(),
        })
    }

    /// Whether it can be used as it is told.
    ///
    /// # Errors
    /// Keys are missing, or the endpoint is not what it has to be.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.keys.id.is_empty() || self.keys.secret.is_empty() {
            return Err("--bucket needs its keys: give the variables CPOR_BUCKET_KEY_ID and \
                 CPOR_BUCKET_SECRET_KEY");
        }
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let is_plain = endpoint.starts_with("http://");
        if is_plain && !self.is_plain_http {
            return Err("--bucket-endpoint begins with https://, or add --bucket-http for a test");
        }
        if !is_plain && !endpoint.starts_with("https://") {
            return Err("--bucket-endpoint is the URL of a store, such as https://s3.example.com");
        }
        if endpoint.contains('@') {
            return Err("--bucket-endpoint holds no password: use the variables for the keys");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> BucketKeys {
        BucketKeys { id: "id".into(), secret: "very-secret".into() }
    }

    #[test]
    fn a_bucket_is_a_name_and_a_prefix() {
        let read = |url| BucketLocation::read(url).map(|bucket| (bucket.name, bucket.prefix));
        assert_eq!(read("s3://claims"), Ok(("claims".into(), String::new())));
        assert_eq!(read("s3://claims/a/b/"), Ok(("claims".into(), "a/b".into())));
        for wrong in
            ["", "claims", "s3://", "s3://ab", "s3://a b c", "s3://claims/../x", "s3://claims/a//b"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn plain_http_is_asked_for() {
        let bucket = |endpoint: &str, is_plain_http| BucketLocation {
            endpoint: Some(endpoint.into()),
            is_plain_http,
            keys: keys(),
            ..BucketLocation::read("s3://claims").unwrap()
        };
        assert!(bucket("https://s3.example.com", false).check().is_ok());
        assert!(bucket("http://s3.example.com", false).check().is_err());
        assert!(bucket("http://127.0.0.1:9000", true).check().is_ok());
        assert!(bucket("s3.example.com", false).check().is_err());
        assert!(bucket("https://id:secret@s3.example.com", false).check().is_err());
        assert!(BucketLocation::read("s3://claims").unwrap().check().is_err());
    }

    #[test]
    fn the_secret_is_not_told() {
        let bucket =
            BucketLocation { keys: keys(), ..BucketLocation::read("s3://claims").unwrap() };
        assert!(!format!("{bucket:?}").contains("very-secret"));
    }
}
