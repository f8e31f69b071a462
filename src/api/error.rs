//! Failures, sorted by what can be done.

use super::transport::{ApiResponse, TransportError};
use cpor_protocol::{ClaimRecord, Problem, ProblemCode};

/// Why a request brought nothing, by what can be done about it.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// No connection. Try again when there is one.
    Offline,
    /// Try again later by itself.
    Retry {
        /// How long the backend asks to wait.
        after_seconds: Option<u64>,
    },
    /// Try again later by itself: a virus scanner has not seen the files yet.
    Scanning {
        /// How long the backend asks to wait.
        after_seconds: Option<u64>,
    },
    /// Sign in, then try again.
    SignIn,
    /// The claim changed meanwhile.
    Conflict {
        /// The claim as it is now, where the backend said so.
        current: Option<Box<ClaimRecord>>,
    },
    /// The backend will not do it; the problem says why.
    Refused(Box<Problem>),
    /// The cursor is not known any more: start over.
    Gone,
    /// The backend does not speak the protocol. Nothing that a person did.
    Bug(String),
}

impl From<TransportError> for ApiError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unreachable => Self::Offline,
            TransportError::TimedOut => Self::Retry { after_seconds: None },
        }
    }
}

/// The meaning of an answer that is no success.
pub(super) fn of_answer(answer: &ApiResponse) -> ApiError {
    let after_seconds = answer.header("retry-after").and_then(seconds);
    let retry = || ApiError::Retry { after_seconds };
    let problem = problem_of(answer);
    let code = problem.as_ref().map(|problem| problem.code);
    match answer.status {
        // A wrong password is an answer, not a reason to sign in again.
        401 if code != Some(ProblemCode::WrongCredentials) => ApiError::SignIn,
        503 if code == Some(ProblemCode::FilesWaiting) => ApiError::Scanning { after_seconds },
        // A redirect or an unknown success comes from something in between.
        // So does a piece that is not what its checksum says (460, by tus).
        100..=399 | 408 | 425 | 429 | 460 | 500..=599 => retry(),
        409 if matches!(code, Some(ProblemCode::KeyInFlight | ProblemCode::UploadConflict)) => {
            retry()
        }
        412 => ApiError::Conflict { current: problem.and_then(|problem| problem.current) },
        409 if matches!(code, None | Some(ProblemCode::Stale | ProblemCode::Exists)) => {
            ApiError::Conflict { current: problem.and_then(|problem| problem.current) }
        }
        410 => ApiError::Gone,
        _ => refused(problem, answer.status),
    }
}

fn refused(problem: Option<Problem>, status: u16) -> ApiError {
    let problem = problem.unwrap_or_else(|| {
        Problem::new(status, ProblemCode::Other, "The answer has no problem details")
    });
    ApiError::Refused(Box::new(problem))
}

fn problem_of(answer: &ApiResponse) -> Option<Problem> {
    serde_json::from_str(std::str::from_utf8(&answer.body).ok()?).ok()
}

/// Seconds of a `Retry-After`; the form with a date is left to the backoff.
fn seconds(value: &str) -> Option<u64> {
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: Option<ProblemCode>) -> ApiResponse {
        let body = code.map(|code| serde_json::to_vec(&Problem::new(status, code, "")).unwrap());
        ApiResponse { status, body: body.unwrap_or_default(), ..ApiResponse::default() }
    }

    #[test]
    fn failures_are_sorted_by_what_can_be_done() {
        assert_eq!(of_answer(&answer(401, None)), ApiError::SignIn);
        assert_eq!(of_answer(&answer(410, None)), ApiError::Gone);
        assert_eq!(of_answer(&answer(412, None)), ApiError::Conflict { current: None });
        for status in [408, 425, 429, 460, 500, 502, 503, 504, 302] {
            let retry = ApiError::Retry { after_seconds: None };
            assert_eq!(of_answer(&answer(status, None)), retry, "{status}");
        }
        for status in [400, 403, 404, 413, 415, 422, 428] {
            assert!(matches!(of_answer(&answer(status, None)), ApiError::Refused(_)), "{status}");
        }
        let wrong_password = answer(401, Some(ProblemCode::WrongCredentials));
        assert!(matches!(of_answer(&wrong_password), ApiError::Refused(_)));
        let in_flight = answer(409, Some(ProblemCode::KeyInFlight));
        assert!(matches!(of_answer(&in_flight), ApiError::Retry { .. }));
        let unseen = answer(503, Some(ProblemCode::FilesWaiting));
        assert_eq!(of_answer(&unseen), ApiError::Scanning { after_seconds: None });
        let infected = answer(409, Some(ProblemCode::FilesRefused));
        assert!(matches!(of_answer(&infected), ApiError::Refused(_)));
    }

    #[test]
    fn the_backend_says_how_long_to_wait() {
        let mut busy = answer(429, None);
        busy.headers.push(("retry-after", "17".into()));
        assert_eq!(of_answer(&busy), ApiError::Retry { after_seconds: Some(17) });
    }
}
