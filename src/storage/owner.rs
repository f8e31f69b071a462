//! For whom a store is kept.

use cpor_protocol::Account;

/// Whose a draft is. Empty in both parts, it belongs to this device: nobody was
/// signed in, and whoever uses the browser sees it until an account saves it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// Id of the organisation.
    pub organisation: String,
    /// Id of the account; empty in drafts from before they named one.
    pub account: String,
}

impl Whose {
    /// What is made under an account.
    pub fn of(account: &Account) -> Self {
        Self { organisation: account.organisation_id.clone(), account: account.id.clone() }
    }

    /// Whether both name an account, and not the same.
    pub fn is_anothers(&self, other: &Self) -> bool {
        !self.account.is_empty() && !other.account.is_empty() && self.account != other.account
    }

    /// Whether it is for whoever is signed in; `None` where that is nobody.
    pub fn is_for(&self, who: Option<&Self>) -> bool {
        if self.organisation.is_empty() {
            return self.account.is_empty();
        }
        who.is_some_and(|who| {
            who.organisation == self.organisation
                && (self.account.is_empty() || who.account == self.account)
        })
    }
}

/// The account whose work a store holds. Colleagues on one browser have a
/// store each: what one of them decided is sent under that one's session only,
/// and nobody is shown what another has not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Id of the organisation.
    pub organisation: String,
    /// Id of the account. Empty where there is no server, and so nobody who
    /// signs in.
    pub account: String,
}

impl Owner {
    /// The owner of what is made under an account.
    pub fn of(account: &Account) -> Self {
        Self { organisation: account.organisation_id.clone(), account: account.id.clone() }
    }

    /// The device, where there is no server.
    pub fn device() -> Self {
        Self { organisation: "this-device".to_owned(), account: String::new() }
    }

    /// Names what belongs to this owner alone.
    pub fn key(&self) -> String {
        if self.account.is_empty() {
            self.organisation.clone()
        } else {
            format!("{}.{}", self.organisation, self.account)
        }
    }

    /// Name of its database.
    pub(super) fn database(&self) -> String {
        format!("cpor.{}", self.key())
    }

    /// Name of the database that all accounts of the organisation shared before
    /// each had its own.
    pub(super) fn shared_database(&self) -> Option<String> {
        (!self.account.is_empty()).then(|| format!("cpor.{}", self.organisation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_for_its_account_and_for_no_colleague() {
        let whose = |organisation: &str, account: &str| Whose {
            organisation: organisation.into(),
            account: account.into(),
        };
        let (ann, bob) = (whose("contoso", "ann"), whose("contoso", "bob"));
        let elsewhere = whose("fabrikam", "ann");
        assert!(ann.is_for(Some(&ann)));
        for other in [Some(&bob), Some(&elsewhere), None] {
            assert!(!ann.is_for(other), "{other:?}");
        }
        assert!(Whose::default().is_for(None) && Whose::default().is_for(Some(&bob)));
        // From before drafts named an account.
        let old = whose("contoso", "");
        assert!(old.is_for(Some(&ann)) && old.is_for(Some(&bob)));
        assert!(!old.is_for(Some(&elsewhere)) && !old.is_for(None));
    }

    #[test]
    fn colleagues_do_not_share_a_database() {
        let owner = |account: &str| Owner { organisation: "o".into(), account: account.into() };
        assert_ne!(owner("a").database(), owner("b").database());
        assert_eq!(owner("a").shared_database().as_deref(), Some("cpor.o"));
        assert_eq!(Owner::device().database(), "cpor.this-device");
        assert_eq!(Owner::device().shared_database(), None);
    }
}
