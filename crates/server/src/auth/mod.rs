//! Who asks: passwords, sessions, and the brake on guessing.

mod password;
mod session;
mod strength;
mod throttle;

pub(crate) use password::{hash_password, hashed_password, is_right_password, prepare};
pub(crate) use session::{
    End, SignedIn, Token, end_cookie, idle_limit, is_session_alive, session_cookie, token_of,
};
pub(crate) use strength::refuse_weak;
pub(crate) use throttle::SignInThrottle;
