//! Workloads and products, as data with aliases.
//!
//! No document gives Partner Center's own pick-list. These lists are drawn
//! from Microsoft's lists of designations and from a partner's template; what
//! is not in them can be claimed as `other:` and its name.

mod before_2023;
mod products;
mod workloads;

pub use before_2023::{PRODUCTS_FY20, PRODUCTS_FY21, WORKLOADS_FY20, WORKLOADS_FY21};
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
#[derive(Debug, PartialEq, Eq)]
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

/// What to show for a code from any list; today's name, if there is one.
pub fn display_name(code: &str) -> &str {
    [&WORKLOADS, &PRODUCTS, &WORKLOADS_FY20, &PRODUCTS_FY20]
        .into_iter()
        .find_map(|list| list.get(code))
        .map_or_else(|| other_name(code).unwrap_or(code), |entry| entry.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_in_each_list() {
        for list in [&WORKLOADS, &PRODUCTS, &WORKLOADS_FY20, &PRODUCTS_FY20] {
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
    fn todays_names_find_what_an_earlier_edition_calls_otherwise() {
        assert_eq!(WORKLOADS_FY20.code_for("Viva Engage"), Some("viva-engage"));
        assert_eq!(WORKLOADS_FY20.get("viva-engage").map(|entry| entry.name), Some("Yammer"));
        assert_eq!(WORKLOADS_FY20.entries.len(), 10);
        assert_eq!(PRODUCTS_FY20.code_for("Power BI"), None);
        assert_eq!(display_name("skype-for-business"), "Skype for Business Online");
    }

    #[test]
    fn what_goes_on_keeps_its_code() {
        // Found in both lists by a name of either time, it is the same thing.
        for (then, now) in [(&WORKLOADS_FY20, &WORKLOADS), (&PRODUCTS_FY20, &PRODUCTS)] {
            for entry in then.entries {
                for name in entry.aliases.iter().chain([&entry.name]) {
                    let today = now.code_for(name);
                    assert!(today.is_none() || today == Some(entry.code), "{name}");
                }
            }
        }
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
