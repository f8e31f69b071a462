//! Which passwords are taken (decision 45).
//!
//! Long ones that nobody guesses soon, of whatever characters. What is guessed is known to
//! `zxcvbn`: tens of thousands of passwords that were stolen, names, words, dates, keys that
//! lie beside each other. What is said of the person and of this app counts as known.

use zxcvbn::{Score, zxcvbn};

/// Fewest characters.
const MIN_CHARACTERS: usize = 12;
/// Most characters: a sentence.
const MAX_CHARACTERS: usize = 256;
/// So many characters are looked at. That takes milliseconds, and what follows makes
/// nothing weaker.
const JUDGED_CHARACTERS: usize = 72;
/// Words that say nothing here.
const KNOWN_HERE: [&str; 8] =
    ["cpor", "claim", "claims", "partner", "microsoft", "association", "incentive", "password"];

/// Refuses a password that is guessed easily by whoever knows these things of the person.
///
/// # Errors
/// What to do about it.
pub(crate) fn refuse_weak(password: &str, known: &[&str]) -> Result<(), &'static str> {
    let count = password.chars().count();
    if count < MIN_CHARACTERS {
        return Err("a password has at least 12 characters");
    }
    if count > MAX_CHARACTERS {
        return Err("a password has at most 256 characters");
    }
    let parts = known.iter().flat_map(|text| text.split([' ', '@', '.', '-', '_']));
    let known = known.iter().copied().chain(parts).chain(KNOWN_HERE).filter(|word| word.len() > 2);
    let known: Vec<String> = known.map(str::to_lowercase).collect();
    let judged: String = password.chars().take(JUDGED_CHARACTERS).collect();
    // Several known words in a row are no harder to guess than none.
    let rest = known.iter().fold(judged.to_lowercase(), |rest, word| rest.replace(word, ""));
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if zxcvbn(&judged, &known).score() < Score::Three || zxcvbn(&rest, &[]).score() < Score::Two {
        return Err("this password is guessed easily: take four or more words that have nothing \
                    to do with each other, or let a password manager make one");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["Ana Bowman", "ana.bowman@contoso.com", "Contoso Partners"];

    #[test]
    fn what_is_guessed_easily_is_refused() {
        let taken = [
            "short",
            "password1234",
            "qwertyuiop123",
            "123456789012",
            "aaaaaaaaaaaaaaa",
            "Passw0rd!2026",
            "iloveyou12345",
            "AnaBowman2026",
            "ContosoPartners1",
            "microsoft-claims",
            "cporcporcporcpor",
            "abcdefghijklmn",
        ]
        .into_iter()
        .filter(|password| refuse_weak(password, &KNOWN).is_ok());
        assert_eq!(taken.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn any_characters_make_a_good_one() {
        let long = "ab ".repeat(20) + "tidal marsh lantern oboe";
        for password in [
            "correct horse battery",
            "tidal marsh lantern oboe",
            "騎馬的人昨天在雨中唱歌嗎",
            "x7#Kq-91vv!Lw",
            &long,
        ] {
            assert_eq!(refuse_weak(password, &KNOWN), Ok(()), "{password}");
        }
        assert!(refuse_weak(&"x7#Kq-91vv!Lw".repeat(20), &KNOWN).is_err());
    }

    /// Of the demonstration, and of most tests.
    #[test]
    fn the_demonstration_sets_no_bad_example() {
        assert_eq!(
            refuse_weak("claims-demo-2026", &["Wei Chen", "admin@fabrikam.example"]),
            Ok(())
        );
    }
}
