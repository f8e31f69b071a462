//! The command line.

use crate::check::Who;
use crate::checks::GROUPS;
use lexopt::prelude::{Long, Short, ValueExt as _};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// What `--help` prints.
pub const USAGE: &str = "\
Usage: cpor-conformance --url URL [options]

  --url URL           address of the backend, without a path
  --as WHO=EMAIL      an account: admin, other (an admin of another organisation),
                      user (of the admin's) or reviewer; may be repeated
  --demo              the accounts of the demonstration
  --group NAME        only the checks of this group; may be repeated
  --check ID          only this check; may be repeated
  --parallel N        checks at a time (8)
  --until-failure     end at the first check that fails
  --json FILE         write a report in JSON as well
  --junit FILE        write a report for JUnit as well
  --list              print the checks and what they hold
  --help              this text

The password of WHO comes from CPOR_PASSWORD_WHO, such as CPOR_PASSWORD_ADMIN, else
from CPOR_PASSWORD, else a line of standard input, in the order of the list above.
Without an account the backend is spoken to without a session.

Ends with 0 if every check passed, with 1 if one failed, with 2 if none could run.
";

/// The accounts of the reference server's demonstration, as `docs/api.md` lists them.
const DEMO: [(Who, &str); 4] = [
    (Who::Admin, "admin@fabrikam.example"),
    (Who::Other, "admin@northwind.example"),
    (Who::User, "user@fabrikam.example"),
    (Who::Reviewer, "reviewer@review.example"),
];
const DEMO_PASSWORD: &str = "claims-demo-2026";

/// What the program is asked to do.
#[derive(Debug)]
pub enum Wanted {
    /// Say how it is used.
    Help,
    /// Print the checks.
    List(Options),
    /// Run them.
    Run(Options),
}

/// How the checks run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The backend's address.
    pub url: String,
    /// Email address of each account, and its password where it is known already.
    pub accounts: BTreeMap<Who, (String, Option<String>)>,
    /// Checks at a time.
    pub parallel: usize,
    /// Whether the first failure ends the run.
    pub until_failure: bool,
    /// Where to write a report in JSON.
    pub json: Option<PathBuf>,
    /// Where to write a report for `JUnit`.
    pub junit: Option<PathBuf>,
    groups: Vec<String>,
    checks: Vec<String>,
}

impl Options {
    /// Reads the command line, without the name of the program.
    ///
    /// # Errors
    /// An option that is unknown, is missing or has no usable value.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Wanted, lexopt::Error> {
        let mut parser = lexopt::Parser::from_args(args);
        let mut options = Self {
            url: String::new(),
            accounts: BTreeMap::new(),
            parallel: 8,
            until_failure: false,
            json: None,
            junit: None,
            groups: Vec::new(),
            checks: Vec::new(),
        };
        let mut is_list = false;
        while let Some(option) = parser.next()? {
            match option {
                Long("url") => options.url = parser.value()?.string()?,
                Long("as") => {
                    let (who, email) = parser.value()?.parse_with(read_account)?;
                    options.accounts.insert(who, (email, None));
                }
                Long("demo") => {
                    let known = |(who, email): (Who, &str)| {
                        (who, (email.to_owned(), Some(DEMO_PASSWORD.to_owned())))
                    };
                    options.accounts.extend(DEMO.map(known));
                }
                Long("group") => options.groups.push(parser.value()?.parse_with(read_group)?),
                Long("check") => options.checks.push(parser.value()?.parse_with(read_check)?),
                Long("parallel") => options.parallel = parser.value()?.parse_with(read_count)?,
                Long("until-failure") => options.until_failure = true,
                Long("json") => options.json = Some(parser.value()?.into()),
                Long("junit") => options.junit = Some(parser.value()?.into()),
                Long("list") => is_list = true,
                Long("help") | Short('h') => return Ok(Wanted::Help),
                other => return Err(other.unexpected()),
            }
        }
        if is_list {
            return Ok(Wanted::List(options));
        }
        if options.url.is_empty() {
            return Err("--url is needed".into());
        }
        if !options.accounts.is_empty() && !options.accounts.contains_key(&Who::Admin) {
            return Err("an account for admin is needed: --as admin=EMAIL".into());
        }
        Ok(Wanted::Run(options))
    }

    /// Whether a check is asked for.
    pub fn wants(&self, group: &str, id: &str) -> bool {
        let is_free = self.groups.is_empty() && self.checks.is_empty();
        is_free
            || self.groups.iter().any(|wanted| wanted == group)
            || self.checks.iter().any(|wanted| wanted == id)
    }
}

fn read_account(text: &str) -> Result<(Who, String), &'static str> {
    let problem = "an account is WHO=EMAIL, and WHO is admin, other, user or reviewer";
    let (word, email) = text.split_once('=').ok_or(problem)?;
    let who = Who::ALL.into_iter().find(|who| who.word() == word).ok_or(problem)?;
    if email.is_empty() { Err(problem) } else { Ok((who, email.to_owned())) }
}

fn read_group(text: &str) -> Result<String, &'static str> {
    let is_known = GROUPS.iter().any(|group| group.name == text);
    if is_known { Ok(text.to_owned()) } else { Err("there is no such group; see --list") }
}

fn read_check(text: &str) -> Result<String, &'static str> {
    let is_known =
        GROUPS.iter().any(|group| group.checks.iter().any(|check| group.id_of(check) == text));
    if is_known { Ok(text.to_owned()) } else { Err("there is no such check; see --list") }
}

fn read_count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a number from 1 on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Wanted, lexopt::Error> {
        Options::from_args(args.iter().map(Into::into))
    }

    fn options(args: &[&str]) -> Options {
        match read(args).unwrap() {
            Wanted::Run(options) | Wanted::List(options) => options,
            Wanted::Help => panic!("help was not asked for"),
        }
    }

    #[test]
    fn accounts_are_read_by_their_words() {
        let read = options(&[
            "--url",
            "http://x",
            "--as",
            "admin=a@b.example",
            "--as",
            "user=u@b.example",
        ]);
        assert_eq!(read.accounts[&Who::Admin], ("a@b.example".to_owned(), None));
        assert_eq!(read.accounts.len(), 2);
        let demo = options(&["--url", "http://x", "--demo"]);
        assert_eq!(demo.accounts.len(), 4);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(read(&[]).is_err());
        assert!(read(&["--url", "http://x", "--as", "king=a@b.example"]).is_err());
        assert!(read(&["--url", "http://x", "--as", "user=a@b.example"]).is_err());
        assert!(read(&["--url", "http://x", "--group", "nothing"]).is_err());
        assert!(read(&["--url", "http://x", "--check", "claims/nothing"]).is_err());
        assert!(read(&["--url", "http://x", "--parallel", "0"]).is_err());
        assert!(matches!(read(&["--help"]), Ok(Wanted::Help)));
    }

    #[test]
    fn filters_add_up() {
        let all = options(&["--url", "http://x"]);
        assert!(all.wants("claims", "claims/ids-are-cleaned"));
        let some =
            options(&["--url", "http://x", "--group", "once", "--check", "claims/ids-are-cleaned"]);
        assert!(some.wants("once", "once/a-change-needs-a-key"));
        assert!(some.wants("claims", "claims/ids-are-cleaned"));
        assert!(!some.wants("claims", "claims/leftovers-are-gone"));
    }
}
