//! Every URL of the app in one place, tested both ways.
//!
//! ```
//! use cpor_claims::routes::Route;
//!
//! let url = Route::Claim { id: "a1".into() }.path();
//! assert_eq!(Route::parse(&url), Some(Route::Claim { id: "a1".into() }));
//! ```

use cpor_rules::Step;

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list of claims.
    Claims,
    /// Starts a new draft and goes to its first step.
    NewClaim,
    /// A step of the wizard.
    Wizard {
        /// Id of the draft, which becomes the id of the claim.
        id: String,
        /// Which screen of it.
        screen: Screen,
    },
    /// After submitting: what happens next.
    Submitted {
        /// Id of the claim.
        id: String,
    },
    /// One claim.
    Claim {
        /// Id of the claim.
        id: String,
    },
    /// Two versions of one claim, to be decided between.
    Conflict {
        /// Id of the claim.
        id: String,
    },
    /// One claim under the rules of several times.
    Then {
        /// Id of the claim.
        id: String,
    },
    /// Changing a claim that was handed in.
    Change {
        /// Id of the claim.
        id: String,
        /// What for.
        purpose: Purpose,
    },
    /// The reviewer's queue.
    Review,
    /// One claim for the reviewer, beside its proof.
    ReviewCase {
        /// Id of the claim.
        id: String,
    },
    /// What waits to be sent.
    Outbox,
    /// What the person is told of.
    Notifications,
    /// Signing in.
    SignIn,
    /// Language, theme, data on this device.
    Settings,
    /// Drafts as a file.
    Backup {
        /// The draft that is to be saved; empty for all of them.
        id: String,
    },
    /// What a customer's mail links to.
    Consent {
        /// What the link holds.
        token: String,
    },
    /// CPOR explained to customers.
    Explain,
    /// Mails and clock of a demonstration.
    Demo,
}

/// A screen of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// One step.
    Step(Step),
    /// All steps up to the review on a single page.
    SinglePage,
}

const SINGLE_PAGE: &str = "all";

/// What a claim that was handed in is changed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To give reviewers what they asked for, or to add to what they will look at.
    Answer,
    /// To add newer proof to an association.
    Proof,
    /// To contest a rejection.
    Dispute,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Answer, Self::Proof, Self::Dispute];

    /// The last part of the path.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Proof => "proof",
            Self::Dispute => "dispute",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

impl Route {
    /// The path of the page.
    pub fn path(&self) -> String {
        match self {
            Self::Claims => "/claims".to_owned(),
            Self::NewClaim => "/claims/new".to_owned(),
            Self::Wizard { id, screen: Screen::Step(step) } => {
                format!("/drafts/{id}/{}", step.code())
            }
            Self::Wizard { id, screen: Screen::SinglePage } => {
                format!("/drafts/{id}/{SINGLE_PAGE}")
            }
            Self::Submitted { id } => format!("/claims/{id}/submitted"),
            Self::Claim { id } => format!("/claims/{id}"),
            Self::Conflict { id } => format!("/claims/{id}/conflict"),
            Self::Then { id } => format!("/claims/{id}/then"),
            Self::Change { id, purpose } => format!("/claims/{id}/{}", purpose.code()),
            Self::Review => "/review".to_owned(),
            Self::ReviewCase { id } => format!("/review/{id}"),
            Self::Outbox => "/outbox".to_owned(),
            Self::Notifications => "/notifications".to_owned(),
            Self::SignIn => "/sign-in".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Backup { id } if id.is_empty() => "/backup".to_owned(),
            Self::Backup { id } => format!("/backup/{id}"),
            Self::Consent { token } => format!("/consent/{token}"),
            Self::Explain => "/explain".to_owned(),
            Self::Demo => "/demo".to_owned(),
        }
    }

    /// The page with this path; `None` where there is none. The root is the list of claims.
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Some(match parts.as_slice() {
            [] | ["claims"] => Self::Claims,
            ["claims", "new"] => Self::NewClaim,
            ["claims", id] => Self::Claim { id: (*id).to_owned() },
            ["claims", id, "submitted"] => Self::Submitted { id: (*id).to_owned() },
            ["claims", id, "conflict"] => Self::Conflict { id: (*id).to_owned() },
            ["claims", id, "then"] => Self::Then { id: (*id).to_owned() },
            ["claims", id, code] => {
                Self::Change { id: (*id).to_owned(), purpose: Purpose::from_code(code)? }
            }
            ["drafts", id, SINGLE_PAGE] => {
                Self::Wizard { id: (*id).to_owned(), screen: Screen::SinglePage }
            }
            ["drafts", id] => {
                Self::Wizard { id: (*id).to_owned(), screen: Screen::Step(Step::Role) }
            }
            ["drafts", id, step] => {
                Self::Wizard { id: (*id).to_owned(), screen: Screen::Step(Step::from_code(step)?) }
            }
            ["review"] => Self::Review,
            ["review", id] => Self::ReviewCase { id: (*id).to_owned() },
            ["outbox"] => Self::Outbox,
            ["notifications"] => Self::Notifications,
            ["sign-in"] => Self::SignIn,
            ["settings"] => Self::Settings,
            ["backup"] => Self::Backup { id: String::new() },
            ["backup", id] => Self::Backup { id: (*id).to_owned() },
            ["consent", token] => Self::Consent { token: (*token).to_owned() },
            ["explain"] => Self::Explain,
            ["demo"] => Self::Demo,
            _ => return None,
        })
    }

    /// The path of a wizard's step.
    pub fn step(id: &str, step: Step) -> String {
        Self::Wizard { id: id.to_owned(), screen: Screen::Step(step) }.path()
    }

    /// The path on which a claim is changed.
    pub fn change(id: &str, purpose: Purpose) -> String {
        Self::Change { id: id.to_owned(), purpose }.path()
    }

    /// The path on which all drafts are saved as a file, or brought in.
    pub fn backup() -> String {
        Self::Backup { id: String::new() }.path()
    }

    /// The path of a claim's page.
    pub fn claim(id: &str) -> String {
        Self::Claim { id: id.to_owned() }.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_own_path() {
        let id = "0192-ab".to_owned();
        let mut routes = vec![
            Route::Claims,
            Route::NewClaim,
            Route::Wizard { id: id.clone(), screen: Screen::SinglePage },
            Route::Submitted { id: id.clone() },
            Route::Claim { id: id.clone() },
            Route::Conflict { id: id.clone() },
            Route::Then { id: id.clone() },
            Route::Review,
            Route::ReviewCase { id: id.clone() },
            Route::Outbox,
            Route::Notifications,
            Route::SignIn,
            Route::Settings,
            Route::Backup { id: String::new() },
            Route::Backup { id: id.clone() },
            Route::Consent { token: id.clone() },
            Route::Explain,
            Route::Demo,
        ];
        routes.extend(
            cpor_rules::FLOW
                .iter()
                .map(|row| Route::Wizard { id: id.clone(), screen: Screen::Step(row.step) }),
        );
        routes.extend(
            Purpose::ALL.into_iter().map(|purpose| Route::Change { id: id.clone(), purpose }),
        );
        for route in routes {
            assert_eq!(Route::parse(&route.path()), Some(route));
        }
    }

    #[test]
    fn the_root_is_the_list_and_nonsense_is_nothing() {
        assert_eq!(Route::parse("/"), Some(Route::Claims));
        assert_eq!(Route::parse("/nothing"), None);
        assert_eq!(Route::parse("/claims/a/nothing"), None);
        assert_eq!(Route::parse("/drafts/a/unknown-step"), None);
    }
}
