//! One line, and how it holds on to the one before.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Something that happened. What is hashed is its JSON, in this order of fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Id of the organisation whose chain it is.
    pub(crate) chain: String,
    /// Place in the chain, from 1.
    pub(crate) seq: u64,
    /// When it happened: RFC 3339 in UTC.
    pub(crate) at: String,
    /// Which side did it.
    pub(crate) actor: String,
    /// Id of the account that did it; nobody's where a customer or time acts.
    pub(crate) account: Option<String>,
    /// What happened, as the history of claims calls it.
    pub(crate) what: String,
    /// Id of the claim or the account, or hash of the file, that it happened to.
    pub(crate) subject: String,
    /// Key of the operation; its hash where it is no UUID, since clients choose it.
    pub(crate) operation: Option<String>,
    /// Hash of how the claim was before.
    pub(crate) before: Option<String>,
    /// Hash of how the claim was afterwards.
    pub(crate) after: Option<String>,
    /// Hash of the line before in the chain; empty for the first one.
    pub(crate) previous: String,
}

/// A line of an exported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) entry: Entry,
    /// Of the entry.
    pub(crate) hash: String,
}

/// The last line of an exported file: without it nobody would see that lines of the end
/// were removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closing {
    pub(crate) end: End,
}

/// How much there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) lines: u64,
    pub(crate) chains: u64,
    /// Hash of the last lines of all chains.
    pub(crate) head: String,
}

impl Entry {
    /// Its hash, and the text that was hashed.
    pub(crate) fn sealed(&self) -> Result<(String, String), serde_json::Error> {
        let text = serde_json::to_string(self)?;
        Ok((hex(&Sha256::digest(&text)), text))
    }
}

/// The last line of each chain so far.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    last: BTreeMap<String, (u64, String)>,
    lines: u64,
}

impl Heads {
    /// Place and hash of the last line of a chain; 0 and nothing before the first.
    pub(crate) fn of(&self, chain: &str) -> (u64, &str) {
        self.last.get(chain).map_or((0, ""), |(seq, hash)| (*seq, hash))
    }

    /// Notes one more line.
    pub(crate) fn add(&mut self, chain: &str, seq: u64, hash: &str) {
        self.lines += 1;
        self.last.insert(chain.to_owned(), (seq, hash.to_owned()));
    }

    /// The end of a file with these lines.
    pub(crate) fn end(&self) -> End {
        let all = self.last.iter().fold(String::new(), |mut all, (chain, (seq, hash))| {
            // Writing to a string cannot fail.
            writeln!(all, "{chain} {seq} {hash}").unwrap_or_default();
            all
        });
        let chains = u64::try_from(self.last.len()).unwrap_or(u64::MAX);
        End { lines: self.lines, chains, head: hex(&Sha256::digest(all)) }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
