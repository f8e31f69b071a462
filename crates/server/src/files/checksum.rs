//! Checksums of single pieces, as `Upload-Checksum` names them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest as _;

/// The algorithms, as `Tus-Checksum-Algorithm` names them. tus asks for `sha1`.
pub(crate) const ALGORITHMS: &str = "sha1,sha256";

/// What a piece must hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    is_sha256: bool,
    expected: Vec<u8>,
}

impl Checksum {
    /// Reads a header such as `sha256 <Base64>`; `None` when it is no such thing.
    pub(crate) fn read(header: &str) -> Option<Self> {
        let (algorithm, expected) = header.trim().split_once(' ')?;
        let (is_sha256, length) = match algorithm {
            "sha1" => (false, 20),
            "sha256" => (true, 32),
            _ => return None,
        };
        let expected = STANDARD.decode(expected.trim()).ok()?;
        (expected.len() == length).then_some(Self { is_sha256, expected })
    }

    /// Begins to hash a piece.
    pub(crate) fn begin(&self) -> Hashing {
        if self.is_sha256 { Hashing::Sha256(Box::default()) } else { Hashing::Sha1(Box::default()) }
    }

    /// Whether the piece is what was announced.
    pub(crate) fn fits(&self, hashing: Hashing) -> bool {
        self.expected == hashing.finish()
    }
}

/// A piece that is being hashed.
pub(crate) enum Hashing {
    Sha1(Box<sha1::Sha1>),
    Sha256(Box<sha2::Sha256>),
}

impl Hashing {
    /// Takes more bytes in.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash) => hash.update(bytes),
            Self::Sha256(hash) => sha2::Digest::update(&mut **hash, bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(hash) => hash.finalize().to_vec(),
            Self::Sha256(hash) => sha2::Digest::finalize(*hash).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(header: &str, content: &[u8]) -> bool {
        let checksum = Checksum::read(header).unwrap();
        let mut hashing = checksum.begin();
        for byte in content {
            hashing.take(&[*byte]);
        }
        checksum.fits(hashing)
    }

    #[test]
    fn a_piece_is_held_against_its_checksum() {
        // The example of tus.
        assert!(fits("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", b"hello world"));
        assert!(!fits("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", b"hello World"));
        let sha256 = "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
        assert!(fits(sha256, b"hello world"));
        assert!(!fits(sha256, b"hello worl"));
    }

    #[test]
    fn other_headers_are_no_checksum() {
        for header in ["", "sha256", "md5 XrY7u+Ae7tCTyyK7j1rNww==", "sha256 !", "sha256 Kq5s"] {
            assert_eq!(Checksum::read(header), None, "{header}");
        }
    }
}
