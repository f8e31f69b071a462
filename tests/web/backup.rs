//! Locking a file by a passphrase, and what is said of one that cannot be unlocked.

use cpor_claims::storage::archive::{NotRead, Unpacking};
use cpor_claims::storage::sealed::{is_sealed, seal, unseal};
use wasm_bindgen_test::wasm_bindgen_test;

/// Schema 1 as it was released, locked by another program after the
/// description of the form. It must be readable for ever.
const GOLDEN_1: &[u8] = include_bytes!("../../src/storage/golden/drafts-1.cpor");
const PASSPHRASE: &str = "correct horse battery staple";

#[wasm_bindgen_test]
async fn a_locked_file_of_schema_1_can_be_read() {
    assert!(is_sealed(GOLDEN_1));
    let plain = unseal(GOLDEN_1, PASSPHRASE).await.unwrap();
    let unpacking = Unpacking::open(plain).unwrap();
    assert_eq!(unpacking.manifest.drafts[0].draft.claim_name, "Contoso Q2");
}

#[wasm_bindgen_test]
async fn what_is_locked_is_unlocked_by_its_passphrase_alone() {
    let plain = b"PK and more".repeat(1_000);
    let sealed = seal(&plain, PASSPHRASE).await.unwrap();
    assert!(is_sealed(&sealed));
    assert!(!sealed.windows(11).any(|part| part == b"PK and more"));
    assert_eq!(unseal(&sealed, PASSPHRASE).await.as_ref(), Ok(&plain));
    for wrong in ["", "correct horse battery stapl", "Correct horse battery staple"] {
        assert_eq!(unseal(&sealed, wrong).await, Err(NotRead::WrongPassphrase));
    }
    // Salt and nonce are new each time, so equal contents do not look equal.
    let again = seal(&plain, PASSPHRASE).await.unwrap();
    assert_ne!(sealed[300..], again[300..]);
    assert_eq!(unseal(&again, PASSPHRASE).await, Ok(plain));
}

#[wasm_bindgen_test]
async fn letters_that_are_typed_in_two_ways_are_one_passphrase() {
    let sealed = seal(b"plain", "caf\u{e9} au lait \u{5de5}").await.unwrap();
    assert_eq!(unseal(&sealed, "cafe\u{301} au lait \u{5de5}").await, Ok(b"plain".to_vec()));
}

#[wasm_bindgen_test]
async fn damage_is_called_damage_and_not_a_wrong_passphrase() {
    let length = GOLDEN_1.len();
    // In the header, at its end, in what is locked, in the tag at the end.
    for at in [8, 12, 40, 120, 250, 330, 500, length / 2, length - 17, length - 1] {
        let mut bytes = GOLDEN_1.to_vec();
        bytes[at] ^= 1;
        assert_eq!(unseal(&bytes, PASSPHRASE).await, Err(NotRead::Damaged), "{at}");
    }
    for length in [8, 11, 200, length - 1] {
        assert_eq!(unseal(&GOLDEN_1[..length], PASSPHRASE).await, Err(NotRead::Damaged));
    }
    assert_eq!(unseal(b"PK\x03\x04", PASSPHRASE).await, Err(NotRead::NotOurs));
}
