//! Proof of execution: which files are taken, and how old they are.
//!
//! No source document says which kinds or sizes Partner Center accepts; these
//! limits are ours. A server publishes them, so that a client checks first.

use crate::calendar::parse_date;
use crate::draft::Draft;
use crate::edition::Edition;
use chrono::{Datelike, Months, NaiveDate};

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

/// The newest date of a customer's acknowledgement in the proof; dates that
/// cannot be read, or are still to come, are none.
pub fn newest_acknowledgement(draft: &Draft, today: NaiveDate) -> Option<NaiveDate> {
    draft
        .poe_files
        .iter()
        .filter_map(|file| parse_date(file.acknowledged_on.trim()))
        .filter(|date| *date <= today)
        .max()
}

/// Whole months from a day to another, counted from day to day; where a month
/// has no such day, its last day counts. None when it is still to come.
pub fn months_between(from: NaiveDate, today: NaiveDate) -> u32 {
    let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let counted = u32::try_from(months(today) - months(from)).unwrap_or(0);
    match from.checked_add_months(Months::new(counted)) {
        Some(day) if day > today => counted.saturating_sub(1),
        _ => counted,
    }
}

/// The first day on which an acknowledgement is recent enough for a claim
/// submitted today.
pub fn earliest_acknowledgement(edition: &Edition, today: NaiveDate) -> Option<NaiveDate> {
    today.checked_sub_months(Months::new(edition.poe_max_age_months))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::PoeFile;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_date_counts_and_one_still_to_come_is_none() {
        let dated = |dates: &[&str]| Draft {
            poe_files: dates
                .iter()
                .map(|date| PoeFile { acknowledged_on: (*date).into(), ..PoeFile::default() })
                .collect(),
            ..Draft::default()
        };
        let newest = |dates: &[&str]| newest_acknowledgement(&dated(dates), date("2026-11-21"));
        assert_eq!(newest(&["2026-01-05", "", "2026-10-05"]), Some(date("2026-10-05")));
        assert_eq!(newest(&["2026-11-21"]), Some(date("2026-11-21")));
        assert_eq!(newest(&["2026-11-22", "soon"]), None);
        assert_eq!(newest(&[]), None);
    }

    #[test]
    fn months_count_from_day_to_day() {
        for (from, today, months) in [
            ("2026-11-21", "2026-11-21", 0),
            ("2026-10-22", "2026-11-21", 0),
            ("2026-10-21", "2026-11-21", 1),
            ("2025-11-22", "2026-11-21", 11),
            ("2025-11-21", "2026-11-21", 12),
            // The last day of a shorter month counts as the day.
            ("2024-01-31", "2024-02-29", 1),
            ("2023-02-28", "2024-02-29", 12),
            ("2026-12-01", "2026-11-21", 0),
        ] {
            assert_eq!(months_between(date(from), date(today)), months, "{from} {today}");
        }
    }

    #[test]
    fn a_kind_is_known_by_the_end_of_the_name() {
        assert_eq!(kind_by_name("SOW.signed.PDF").map(|k| k.media_type), Some("application/pdf"));
        assert_eq!(kind_by_name("photo.JPEG").map(|k| k.media_type), Some("image/jpeg"));
        assert!(kind_by_name("page.html").is_none());
        assert!(kind_by_name("pdf").is_none());
    }
}
