//! What every handler can reach.

use crate::auth::SignInThrottle;
use crate::auth::oidc::Provider;
use crate::clock::Clock;
use crate::config::{RateLimits, SessionLimits};
use crate::database::Database;
use crate::files::FileStore;
use crate::idempotency::Running;
use crate::mail::Post;
use crate::news::News;
use crate::rates::Rates;
use crate::scan::Scans;
use crate::web::Reach;
use std::sync::Arc;

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Parts>);

/// The parts of [`AppState`].
pub(crate) struct Parts {
    pub(crate) database: Database,
    pub(crate) files: FileStore,
    pub(crate) clock: Clock,
    /// Behind TLS: cookies get `Secure` and the `__Host-` prefix, answers HSTS.
    pub(crate) is_secure: bool,
    /// Whether one-click accounts are offered.
    pub(crate) is_demo: bool,
    /// Where people sign in besides, or instead.
    pub(crate) provider: Option<Arc<Provider>>,
    /// Whether people sign in with a password of this server.
    pub(crate) has_local_accounts: bool,
    /// When sessions end.
    pub(crate) session: SessionLimits,
    pub(crate) throttle: SignInThrottle,
    /// How many requests were sent, by whom.
    pub(crate) rates: Rates,
    /// How many each may send, as it is told.
    pub(crate) rate_limits: RateLimits,
    /// How requests get here.
    pub(crate) reach: Reach,
    pub(crate) running: Running,
    pub(crate) news: News,
    pub(crate) post: Post,
    /// What has files scanned.
    pub(crate) scans: Scans,
}

impl AppState {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
