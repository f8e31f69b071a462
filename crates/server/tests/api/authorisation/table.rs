//! The table of `docs/authorisation.md`.

const DOCUMENT: &str = include_str!("../../../../../docs/authorisation.md");

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Nobody,
    Ended,
    Admin,
    User,
    Reviewer,
    Elsewhere,
    Branch,
}

/// In the order of the document.
const COLUMNS: [(&str, Column); 7] = [
    ("Nobody", Column::Nobody),
    ("Ended", Column::Ended),
    ("Admin", Column::Admin),
    ("User", Column::User),
    ("Reviewer", Column::Reviewer),
    ("Elsewhere", Column::Elsewhere),
    ("Branch", Column::Branch),
];

/// What a request answers to each of them.
pub struct Row {
    /// Method and path.
    pub route: String,
    pub answers: Vec<(Column, u16)>,
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let mut lines = DOCUMENT.lines().filter_map(|line| {
        let cells = line.trim().strip_prefix('|')?.strip_suffix('|')?;
        Some(cells.split('|').map(str::trim).collect::<Vec<_>>())
    });
    let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
    assert_eq!(lines.next().unwrap()[1..], names);
    let ruler = lines.next().unwrap();
    assert!(ruler.iter().all(|cell| *cell == "---"), "{ruler:?}");
    lines
        .map(|cells| {
            assert_eq!(cells.len(), COLUMNS.len() + 1, "{cells:?}");
            let columns = COLUMNS.iter().map(|(_, column)| *column);
            let statuses = cells[1..].iter().map(|cell| cell.parse().unwrap());
            Row {
                route: cells[0].trim_matches('`').to_owned(),
                answers: columns.zip(statuses).collect(),
            }
        })
        .collect()
}
