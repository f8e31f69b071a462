//! Who asks: passwords, a provider of identities, sessions, and the brake on guessing.

mod cookie;
pub(crate) mod oidc;
mod password;
mod session;
mod strength;
mod throttle;

pub(crate) use cookie::Cookie;
pub(crate) use password::{hash_password, hashed_password, is_right_password, prepare};
pub(crate) use session::{End, SignedIn, Token, idle_limit, is_session_alive};
pub(crate) use strength::refuse_weak;
pub(crate) use throttle::SignInThrottle;
