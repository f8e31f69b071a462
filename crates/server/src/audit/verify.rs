//! Finds out whether an exported file is what was written.

use super::line::{Closing, End, Heads, Line};
use std::io::{self, BufRead};

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Lines, without the last one.
    pub lines: u64,
    /// Chains that they belong to.
    pub chains: u64,
    /// Hash of the last lines of all chains.
    pub head: String,
    /// What is wrong, each in one sentence; nothing where nothing is.
    pub findings: Vec<String>,
}

/// Looks at every line of an exported file: each has its own hash and that of the line
/// before, the chains are whole, and the end is there. `head` is what was kept of an
/// export; without it nobody can tell a file in which everything was written anew.
///
/// # Errors
/// The file cannot be read.
pub fn audit_verify(file: impl BufRead, head: Option<&str>) -> io::Result<Verdict> {
    let mut heads = Heads::default();
    let mut findings = Vec::new();
    let mut end: Option<End> = None;
    for (number, line) in file.split(b'\n').enumerate() {
        let line = line?;
        let number = number + 1;
        if end.is_some() {
            findings.push(format!("line {number} stands behind the end"));
            continue;
        }
        match read(&line) {
            Some(Read::Line(line)) => findings.extend(
                look_at(&line, &mut heads).map(|finding| format!("line {number} {finding}")),
            ),
            Some(Read::End(found)) => end = Some(found),
            None => findings.push(format!("line {number} is no line of an audit log")),
        }
    }
    let found = heads.end();
    match end {
        None => findings.push("the end is missing".to_owned()),
        Some(end) if end != found => findings.push(format!(
            "the end tells of {} lines in {} chains with the head {}, and there are others",
            end.lines, end.chains, end.head
        )),
        Some(_) => {}
    }
    if head.is_some_and(|head| head != found.head) {
        findings.push("the head is another one than that which was kept".to_owned());
    }
    Ok(Verdict { lines: found.lines, chains: found.chains, head: found.head, findings })
}

enum Read {
    Line(Box<Line>),
    End(End),
}

/// A line that is written exactly as we write it.
fn read(text: &[u8]) -> Option<Read> {
    if let Ok(line) = serde_json::from_slice::<Line>(text) {
        let is_ours = serde_json::to_vec(&line).is_ok_and(|written| written == text);
        return is_ours.then(|| Read::Line(Box::new(line)));
    }
    let closing: Closing = serde_json::from_slice(text).ok()?;
    let is_ours = serde_json::to_vec(&closing).is_ok_and(|written| written == text);
    is_ours.then_some(Read::End(closing.end))
}

/// What is wrong with a line, after those before it.
fn look_at(line: &Line, heads: &mut Heads) -> Option<String> {
    let entry = &line.entry;
    let (last, previous) = heads.of(&entry.chain);
    let is_whole = entry.sealed().is_ok_and(|(hash, _)| hash == line.hash);
    let finding = if !is_whole {
        Some("was altered: its hash is that of something else".to_owned())
    } else if entry.seq != last + 1 {
        Some(format!("is number {} of its chain, and {last} stands before it", entry.seq))
    } else if entry.previous != previous {
        Some("does not follow the line before it in its chain".to_owned())
    } else {
        None
    };
    heads.add(&entry.chain, entry.seq, &line.hash);
    finding
}

#[cfg(test)]
mod tests {
    use super::super::line::Entry;
    use super::*;

    /// A file of three chains.
    fn lines() -> Vec<String> {
        let mut heads = Heads::default();
        let mut lines = Vec::new();
        for number in 0..4_u64 {
            for chain in ["a", "b", "c"] {
                let (seq, previous) = heads.of(chain);
                let entry = Entry {
                    chain: chain.into(),
                    seq: seq + 1,
                    at: "2026-11-23T02:00:00Z".into(),
                    actor: "partner".into(),
                    account: (number > 1).then(|| "someone".to_owned()),
                    what: "changed".into(),
                    subject: format!("claim {number}"),
                    operation: Some(format!("operation {number}")),
                    before: None,
                    after: Some("state".into()),
                    previous: previous.into(),
                };
                let (hash, _) = entry.sealed().unwrap();
                heads.add(chain, entry.seq, &hash);
                lines.push(serde_json::to_string(&Line { entry, hash }).unwrap());
            }
        }
        lines.push(serde_json::to_string(&Closing { end: heads.end() }).unwrap());
        lines
    }

    fn verdict(lines: &[String]) -> Verdict {
        let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
        audit_verify(text.as_bytes(), None).unwrap()
    }

    #[track_caller]
    fn assert_found(lines: &[String], deed: &str) {
        assert_ne!(verdict(lines).findings, [""; 0], "{deed}");
    }

    #[test]
    fn what_was_written_is_in_order() {
        let verdict = verdict(&lines());
        assert_eq!(verdict.findings, [""; 0]);
        assert_eq!((verdict.lines, verdict.chains), (12, 3));
        let text = lines().join("\n");
        assert_eq!(audit_verify(text.as_bytes(), Some(&verdict.head)).unwrap(), verdict);
    }

    #[test]
    fn a_line_that_is_removed_repeated_moved_or_put_in_is_found() {
        let whole = lines();
        for at in 0..whole.len() {
            let mut removed = whole.clone();
            removed.remove(at);
            assert_found(&removed, &format!("removed {at}"));
            let mut repeated = whole.clone();
            repeated.insert(at, whole[at].clone());
            assert_found(&repeated, &format!("repeated {at}"));
            assert_found(&whole[..at], &format!("cut off at {at}"));
            for other in (0..at).filter(|other| at % 3 == other % 3) {
                let mut moved = whole.clone();
                moved.swap(at, other);
                assert_found(&moved, &format!("swapped {at} and {other}"));
            }
        }
    }

    #[test]
    fn a_line_that_somebody_made_is_found() {
        let whole = lines();
        for at in 0..whole.len() - 1 {
            let line: Line = serde_json::from_str(&whole[at]).unwrap();
            let mut entry = line.entry;
            entry.account = Some("somebody else".into());
            let (hash, _) = entry.sealed().unwrap();
            let mut forged = whole.clone();
            forged[at] = serde_json::to_string(&Line { entry, hash }).unwrap();
            // Its own hash is right, and the next line or the end knows another one.
            assert_found(&forged, &format!("forged {at}"));
        }
    }

    #[test]
    fn every_letter_counts() {
        let text = lines().join("\n").into_bytes();
        for at in 0..text.len() {
            let mut altered = text.clone();
            altered[at] ^= 1;
            let verdict = audit_verify(&altered[..], None).unwrap();
            assert_ne!(verdict.findings, [""; 0], "at {at}");
        }
    }

    #[test]
    fn a_file_that_is_written_anew_is_known_by_the_head() {
        let head = verdict(&lines()).head;
        let anew = [serde_json::to_string(&Closing { end: Heads::default().end() }).unwrap()];
        assert_eq!(verdict(&anew).findings, [""; 0]);
        let verdict = audit_verify(anew[0].as_bytes(), Some(&head)).unwrap();
        assert_eq!(verdict.findings.len(), 1);
    }
}
