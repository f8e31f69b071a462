//! Names of headers.

/// Operation id; the same key with the same body gets the same answer again.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Present on every request of the app. A form of a foreign page cannot send it.
pub const APP_HEADER: &str = "X-CPOR";
/// Value of [`APP_HEADER`].
pub const APP_HEADER_VALUE: &str = "1";
/// Id of the account for which the client speaks. A backend answers 401 where
/// the session is another one's: a cookie belongs to all tabs of a browser, and
/// somebody else may have signed in at one of them a moment ago.
pub const ACCOUNT: &str = "X-CPOR-Account";
/// How many seconds ago a person last did something at the client. A request that
/// does not say so was not caused by anybody, and is no use of the session.
pub const IDLE: &str = "X-CPOR-Idle";
/// Fingerprint of the rules that the client judged by.
pub const RULESET: &str = "X-CPOR-Ruleset";
/// Content type of errors.
pub const PROBLEM_JSON: &str = "application/problem+json";
/// Protocol version of the upload protocol tus.
pub const TUS_RESUMABLE: &str = "Tus-Resumable";
/// The one version of tus that is spoken.
pub const TUS_VERSION: &str = "1.0.0";
