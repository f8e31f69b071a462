//! Why nobody is signed in: what the app's page for signing in tells the person.

/// Why nobody is signed in. Each has a text in the app and a row in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The person, or somebody who decides for them, said no at the provider.
    Cancelled,
    /// The provider does not answer, or says that it cannot now.
    Unreachable,
    /// It took too long, was done already, or was begun in another browser.
    Late,
    /// What the provider says is not what it must say.
    NotTrusted,
    /// The clocks of provider and server differ.
    Clock,
    /// The provider names no role that there is here.
    NoRole,
    /// The provider names no organisation that there is here.
    NoOrganisation,
    /// The provider does not say for which locations the person works.
    NoLocation,
    /// The provider has no page to sign out.
    NoSignOut,
    /// Too many sign-ins were begun from this address.
    SlowDown,
}

impl Refusal {
    /// The word in the address of the page.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Unreachable => "unreachable",
            Self::Late => "late",
            Self::NotTrusted => "not-trusted",
            Self::Clock => "clock",
            Self::NoRole => "no-role",
            Self::NoOrganisation => "no-organisation",
            Self::NoLocation => "no-location",
            Self::NoSignOut => "no-sign-out",
            Self::SlowDown => "slow-down",
        }
    }
}
