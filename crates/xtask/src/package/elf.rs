//! Whether a program of Linux needs anything of the system that runs it.

use anyhow::{Context, Result, bail};

const MAGIC: &[u8] = b"\x7fELF";
/// Of 64 bits, the lower byte first: what all our targets are.
const KIND: &[u8] = &[2, 1];
/// The part that names the loader of libraries.
const INTERPRETER: u32 = 3;

/// Refuses a program that is loaded by another one, which brings it libraries.
///
/// # Errors
/// It is dynamic, or no program of 64-bit Linux at all.
pub(super) fn ensure_static(program: &[u8]) -> Result<()> {
    if program.get(..4) != Some(MAGIC) || program.get(4..6) != Some(KIND) {
        bail!("this is no program of 64-bit Linux");
    }
    let damaged = "the program's headers are damaged";
    // Where the table of parts is, how long an entry is, and how many there are.
    let start = number::<8>(program, 32).context(damaged)?;
    let length = number::<2>(program, 54).context(damaged)?;
    let count = number::<2>(program, 56).context(damaged)?;
    if count == 0 {
        bail!("the program has no parts to load");
    }
    for entry in 0..count {
        let at = entry.checked_mul(length).and_then(|offset| offset.checked_add(start));
        let at = usize::try_from(at.context(damaged)?).context(damaged)?;
        let kind = number::<4>(program, at).context(damaged)?;
        if kind != u64::from(INTERPRETER) {
            continue;
        }
        let from = usize::try_from(number::<8>(program, at + 8).context(damaged)?)?;
        let size = usize::try_from(number::<8>(program, at + 32).context(damaged)?)?;
        let name = from.checked_add(size).and_then(|end| program.get(from..end)).unwrap_or(&[]);
        bail!(
            "the program is not static, {} would load it",
            String::from_utf8_lossy(name).trim_end_matches('\0')
        );
    }
    Ok(())
}

/// A number of so many bytes, the lower one first.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(N)?)?;
    Some(part.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::ensure_static;

    /// The headers of a program with parts of these kinds, and a name behind them.
    fn program(kinds: &[u32]) -> Vec<u8> {
        let name = b"/lib/ld.so\0";
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[32..40].copy_from_slice(&64_u64.to_le_bytes());
        bytes[54..56].copy_from_slice(&56_u16.to_le_bytes());
        bytes[56..58].copy_from_slice(&u16::try_from(kinds.len()).unwrap().to_le_bytes());
        let end = 64 + 56 * kinds.len() as u64;
        for kind in kinds {
            let mut part = [0; 56];
            part[..4].copy_from_slice(&kind.to_le_bytes());
            part[8..16].copy_from_slice(&end.to_le_bytes());
            part[32..40].copy_from_slice(&(name.len() as u64).to_le_bytes());
            bytes.extend(part);
        }
        bytes.extend(name);
        bytes
    }

    #[test]
    fn a_program_with_a_loader_is_refused_by_its_name() {
        assert!(ensure_static(&program(&[1, 2, 1])).is_ok());
        let error = ensure_static(&program(&[6, 3, 1])).unwrap_err().to_string();
        assert_eq!(error, "the program is not static, /lib/ld.so would load it");
    }

    #[test]
    fn what_is_damaged_or_no_program_is_refused() {
        let whole = program(&[1, 3]);
        for end in [0, 3, 40, 57, 64, 100, 120] {
            assert!(ensure_static(&whole[..end]).is_err(), "{end}");
        }
        assert!(ensure_static(b"#!/bin/sh\n").is_err());
        assert!(ensure_static(&program(&[])).is_err());
        let mut far = whole.clone();
        far[32..40].copy_from_slice(&(u64::MAX / 2).to_le_bytes());
        assert!(ensure_static(&far).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_test_itself_is_not_static() {
        let itself = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let is_static = cfg!(target_feature = "crt-static");
        assert_eq!(ensure_static(&itself).is_ok(), is_static);
    }
}
