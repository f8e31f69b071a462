//! Signing out on every device.

use crate::check::{Group, Need, USER, Who, check};
use crate::exchange::{Failure, Outcome};
use crate::person::Person;
use crate::target::On;
use reqwest::Method;

/// Ends the sessions of all other checks: nothing comes after it.
pub(crate) const GROUP: Group = Group {
    name: "sign-out-everywhere",
    needs: &[Need::Session, Need::Feature("sign-out-everywhere")],
    is_alone: true,
    checks: &[
        check!(
            it_leaves_colleagues_alone,
            "`DELETE /v1/sessions` → 204 ends all sessions of whoever asks, on every device, this one included.",
            USER
        ),
        check!(
            it_ends_every_session,
            "`DELETE /v1/sessions` → 204 ends all sessions of whoever asks, on every device, this one included."
        ),
        check!(it_needs_a_session, "Without a session: 401 `sign-in-needed`."),
    ],
};

async fn signed_in(on: &On, who: Who) -> Result<Person, Failure> {
    let none = || Failure::of("none", format!("an account for `{}`", who.word()));
    let (email, password) = on.accounts.get(&who).ok_or_else(none)?;
    on.nobody.signed_in(email, password).await
}

async fn it_leaves_colleagues_alone(on: &On) -> Outcome {
    let (admin, user) = (signed_in(on, Who::Admin).await?, signed_in(on, Who::User).await?);
    admin.app(Method::DELETE, "/v1/sessions").send().await?.is(204)?;
    user.get("/v1/changes?limit=1").send().await?.is(200)?;
    Ok(())
}

async fn it_ends_every_session(on: &On) -> Outcome {
    let devices = [signed_in(on, Who::Admin).await?, signed_in(on, Who::Admin).await?];
    let here = signed_in(on, Who::Admin).await?;
    here.app(Method::DELETE, "/v1/sessions").send().await?.is(204)?;
    for device in devices.iter().chain([&here]) {
        device.get("/v1/changes?limit=1").send().await?.problem(401, "sign-in-needed")?;
        device.get("/v1/session").send().await?.is(204)?;
    }
    // Nobody is locked out by it.
    let again = signed_in(on, Who::Admin).await?;
    again.get("/v1/changes?limit=1").send().await?.is(200)?;
    Ok(())
}

async fn it_needs_a_session(on: &On) -> Outcome {
    let request = on.nobody.app(Method::DELETE, "/v1/sessions");
    request.send().await?.problem(401, "sign-in-needed")?;
    Ok(())
}
