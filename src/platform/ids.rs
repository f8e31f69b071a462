//! Ids and chance, from the browser's cryptographic source.

use super::clock;

/// A random UUID (version 4): ids of claims.
pub fn random_uuid() -> String {
    let mut bytes = random_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    written(bytes)
}

/// A UUID that begins with the time (version 7): ids of operations.
pub fn ordered_uuid() -> String {
    let mut bytes = random_bytes();
    bytes[..6].copy_from_slice(&clock::now_whole_ms().to_be_bytes()[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    written(bytes)
}

/// A number from 0 to below 1.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// Sixteen random bytes.
///
/// Every browser that runs WebAssembly has `crypto.getRandomValues`. Should it
/// fail all the same, `Math.random` stands in: an id must be unlikely to come
/// twice, it guards no secret.
fn random_bytes() -> [u8; 16] {
    let mut bytes = [0_u8; 16];
    let filled = super::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the product lies between 0 and 256"
            )]
            let number = (chance() * 256.0) as u8;
            *byte = number;
        }
    }
    bytes
}

fn written(bytes: [u8; 16]) -> String {
    let mut text = super::files::hex(&bytes);
    for dash in [20, 16, 12, 8] {
        text.insert(dash, '-');
    }
    text
}
