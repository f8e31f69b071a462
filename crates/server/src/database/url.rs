//! Where a database is that is no file.

use std::fmt;

/// The URL of a `PostgreSQL` database. It may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// It names another kind of database, or the password in it could be read by others
    /// since `is_public` says that the text stood on the command line.
    pub fn read(text: &str, is_public: bool) -> Result<Self, &'static str> {
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"))
            .ok_or("the URL of a database begins with postgres://")?;
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let has_password = host.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
            || rest.split(['?', '&']).any(|option| option.starts_with("password="));
        if is_public && has_password {
            return Err("a password does not belong on the command line, where others read it: \
                        give the whole URL in CPOR_DATABASE_URL, or the password in PGPASSWORD");
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DatabaseUrl(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stands_on_no_command_line_and_in_no_log() {
        for url in ["postgres://a:b@host/claims", "postgresql://host/claims?x=1&password=b"] {
            assert!(DatabaseUrl::read(url, true).is_err(), "{url}");
            let read = DatabaseUrl::read(url, false).unwrap();
            assert_eq!((read.text(), format!("{read:?}").contains('b')), (url, true));
            assert!(!format!("{read:?}").contains("host"));
        }
        assert!(DatabaseUrl::read("postgres://a@host:5432/claims", true).is_ok());
        assert!(DatabaseUrl::read("postgres:///claims?host=/run/postgresql", true).is_ok());
        assert!(DatabaseUrl::read("mysql://host/claims", false).is_err());
    }
}
