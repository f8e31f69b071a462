//! What the server keeps about one person: told as JSON, and erased.
//!
//! A person is an email address, with or without an account: partners' people, reviewers,
//! and the contacts that claims name. Claims are records of business that outlive the
//! people in them, so erasing takes the person out of them and leaves the rest
//! (decision 49). `docs/privacy.md` says what is kept of people and how long.

mod erase;
mod export;
mod known;
mod words;

pub use erase::{Erasure, person_erase};
pub use export::person_export;

use crate::config::Place;
use crate::database::Database;
use std::io;

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Where the data is.
    pub place: Place,
    /// Email address, whatever its capitals.
    pub email: String,
    /// Other words that tell of nobody else, such as a phone number.
    pub also: Vec<String>,
}

/// Somebody who takes a person's place in claims that go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// Full name.
    pub name: String,
    /// Email address.
    pub email: String,
}

impl NewContact {
    /// Reads `NAME <ADDRESS>`.
    ///
    /// # Errors
    /// It is something else.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let parts = text.trim().strip_suffix('>').and_then(|text| text.split_once('<'));
        let (name, email) = parts.ok_or("a contact is written as 'NAME <ADDRESS>'")?;
        let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
        if name.is_empty() || !email.contains('@') {
            return Err("a contact is written as 'NAME <ADDRESS>'");
        }
        Ok(Self { name, email })
    }
}

/// Why nothing was told or erased.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// There is no database.
    #[error("there is no database in this folder of data")]
    NoDatabase,
    /// What is to be looked for would be found everywhere.
    #[error("--email is an address such as ana@contoso.com, and --also at least 4 characters")]
    TooShort,
    /// Nothing is known of the address.
    #[error("nothing is kept about this address; nothing was done")]
    Unknown,
    /// Claims under way name the person as a contact.
    #[error(
        "these claims are under way and need somebody to write to: {}. Name a successor with \
         --new-contact 'NAME <ADDRESS>', or wait until they are decided; nothing was done",
        .0.join(", ")
    )]
    UnderWay(Vec<String>),
    /// The folder of data cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The database cannot be opened, read or written.
    #[error("the database cannot be used: {}", crate::database::told(.0))]
    Database(#[from] sqlx::Error),
    /// Something stored is not what was written.
    #[error("something that is stored cannot be read")]
    Unreadable,
}

impl From<serde_json::Error> for PersonError {
    fn from(_: serde_json::Error) -> Self {
        // The error's own words may quote what is stored.
        Self::Unreadable
    }
}

impl Person {
    /// Fewest characters of a word that is looked for everywhere.
    const MIN_WORD: usize = 4;

    /// Opens the database that is there.
    async fn open(&self) -> Result<Database, PersonError> {
        let (name, domain) = self.email.trim().split_once('@').unwrap_or_default();
        let is_address = !name.is_empty() && domain.contains('.');
        let is_long = |word: &String| word.trim().chars().count() >= Self::MIN_WORD;
        if !is_address || !self.also.iter().all(is_long) {
            return Err(PersonError::TooShort);
        }
        let (data, url) = (&self.place.data, self.place.database.as_ref());
        if !Database::exists(data, url).await? {
            return Err(PersonError::NoDatabase);
        }
        Ok(Database::open(data, url).await?)
    }
}
