//! For whom a store is kept.

use cpor_protocol::Account;

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
    fn colleagues_do_not_share_a_database() {
        let owner = |account: &str| Owner { organisation: "o".into(), account: account.into() };
        assert_ne!(owner("a").database(), owner("b").database());
        assert_eq!(owner("a").shared_database().as_deref(), Some("cpor.o"));
        assert_eq!(Owner::device().database(), "cpor.this-device");
        assert_eq!(Owner::device().shared_database(), None);
    }
}
