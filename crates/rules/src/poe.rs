//! Proof of execution: which files are taken.
//!
//! No source document says which kinds or sizes Partner Center accepts; these
//! limits are ours. A server publishes them, so that a client checks first.

/// Most files of one claim.
pub const MAX_FILES: usize = 10;
/// Most bytes of one file: 25 MB.
pub const MAX_FILE_BYTES: u64 = 25_000_000;

/// A kind of file that is taken as proof.
#[derive(Debug, PartialEq, Eq)]
pub struct FileKind {
    /// Endings of the name, lower case, without the dot.
    pub extensions: &'static [&'static str],
    /// Media type.
    pub media_type: &'static str,
}

/// The kinds that are taken.
pub const FILE_KINDS: &[FileKind] = &[
    FileKind { extensions: &["pdf"], media_type: "application/pdf" },
    FileKind {
        extensions: &["docx"],
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    },
    FileKind {
        extensions: &["xlsx"],
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    FileKind {
        extensions: &["pptx"],
        media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    },
    FileKind { extensions: &["doc"], media_type: "application/msword" },
    FileKind { extensions: &["xls"], media_type: "application/vnd.ms-excel" },
    FileKind { extensions: &["ppt"], media_type: "application/vnd.ms-powerpoint" },
    FileKind { extensions: &["msg"], media_type: "application/vnd.ms-outlook" },
    FileKind { extensions: &["png"], media_type: "image/png" },
    FileKind { extensions: &["jpg", "jpeg"], media_type: "image/jpeg" },
    FileKind { extensions: &["tif", "tiff"], media_type: "image/tiff" },
];

/// The kind that the name of a file promises.
pub fn kind_by_name(name: &str) -> Option<&'static FileKind> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    FILE_KINDS.iter().find(|kind| kind.extensions.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_the_end_of_the_name() {
        assert_eq!(kind_by_name("SOW.signed.PDF").map(|k| k.media_type), Some("application/pdf"));
        assert_eq!(kind_by_name("photo.JPEG").map(|k| k.media_type), Some("image/jpeg"));
        assert!(kind_by_name("page.html").is_none());
        assert!(kind_by_name("pdf").is_none());
    }
}
