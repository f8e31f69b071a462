//! Workloads and products, as data with aliases.
//!
//! No document gives Partner Center's own pick-list. These lists are drawn
//! from Microsoft's lists of designations and from a partner's template; what
//! is not in them can be claimed as `other:` and its name.

mod products;
mod workloads;

pub use products::PRODUCTS;
pub use workloads::WORKLOADS;

/// One workload or product.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stored and sent; never changes.
    pub code: &'static str,
    /// Shown; a product name, never translated.
    pub name: &'static str,
    /// Heading in the picker.
    pub group: &'static str,
    /// Former names and short codes, for search and import.
    pub aliases: &'static [&'static str],
}

/// A list of entries.
#[derive(Debug)]
pub struct Catalog {
    /// The entries, in the order of the picker.
    pub entries: &'static [Entry],
}

const OTHER: &str = "other:";

impl Catalog {
    /// The entry with this code.
    pub fn get(&self, code: &str) -> Option<&'static Entry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// The code for a name, alias or code, whatever its case.
    pub fn code_for(&self, name: &str) -> Option<&'static str> {
        let name = name.trim();
        self.entries
            .iter()
            .find(|entry| {
                entry.code.eq_ignore_ascii_case(name)
                    || entry.name.eq_ignore_ascii_case(name)
                    || entry.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
            })
            .map(|entry| entry.code)
    }
}

/// The name in a code of the form `other:name`.
pub fn other_name(code: &str) -> Option<&str> {
    code.strip_prefix(OTHER).map(str::trim)
}

/// The code for something that no catalogue holds.
pub fn other_code(name: &str) -> String {
    format!("{OTHER}{}", name.trim())
}

/// A code in normal form: without blanks around it or around the name in it.
pub fn normal_code(code: &str) -> String {
    let code = code.trim();
    other_name(code).map_or_else(|| code.to_owned(), other_code)
}

/// What to show for a code from either list.
pub fn display_name(code: &str) -> &str {
    WORKLOADS
        .get(code)
        .or_else(|| PRODUCTS.get(code))
        .map_or_else(|| other_name(code).unwrap_or(code), |entry| entry.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_in_each_list() {
        for list in [&WORKLOADS, &PRODUCTS] {
            for (index, entry) in list.entries.iter().enumerate() {
                assert_eq!(list.entries.iter().position(|e| e.code == entry.code), Some(index));
                assert_eq!(list.entries.iter().position(|e| e.name == entry.name), Some(index));
            }
        }
    }

    #[test]
    fn former_names_find_todays_code() {
        assert_eq!(WORKLOADS.code_for("yammer"), Some("viva-engage"));
        assert_eq!(WORKLOADS.code_for("ProPlus"), Some("microsoft-365-apps"));
        assert_eq!(PRODUCTS.code_for("Common Data Service"), Some("dataverse"));
        assert_eq!(WORKLOADS.code_for("nothing"), None);
    }

    #[test]
    fn other_keeps_its_name() {
        assert_eq!(display_name(&other_code(" Loop ")), "Loop");
        assert_eq!(display_name("teams"), "Microsoft Teams");
        assert_eq!(other_name("teams"), None);
    }

    #[test]
    fn one_thing_has_one_code() {
        assert_eq!(normal_code(" other:  Loop "), "other:Loop");
        assert_eq!(normal_code(" teams\n"), "teams");
        assert_eq!(normal_code("other: "), "other:");
    }
}
