//! Which claims there are: the same ids and customers in every database, known without
//! asking for them.

/// Claims of one customer.
const OF_A_TENANT: u64 = 5;

/// The id of a claim: scattered in front, so that claims made one after the other do not
/// stand side by side in an index, and its number behind.
pub(super) fn id_of(number: u64) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", scattered(number))
}

/// The customer of a claim.
pub(super) fn tenant_of(number: u64) -> String {
    let tenant = number / OF_A_TENANT;
    format!("{:08x}-0000-4000-9000-{tenant:012x}", scattered(tenant))
}

/// Its name; that of the claim with number 0 is what the statements replace.
pub(super) fn name_of(number: u64) -> String {
    format!("Contoso {number:07}")
}

fn scattered(number: u64) -> u64 {
    (number * 2_654_435_761) % (1 << 32)
}

/// Fills in what the statements of a seed leave open.
pub(super) fn statements(text: &str, claims: u64) -> String {
    text.replace("{claims}", &claims.to_string())
        .replace("{id}", &id_of(0))
        .replace("{tenant}", &tenant_of(0))
        .replace("{name}", &name_of(0))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{id_of, name_of, statements, tenant_of};

    #[test]
    fn ids_are_different_and_customers_have_five_claims() {
        let ids: HashSet<_> = (0..1000).map(id_of).collect();
        let tenants: HashSet<_> = (0..1000).map(tenant_of).collect();
        assert_eq!((ids.len(), tenants.len()), (1000, 200));
        assert_eq!(id_of(999_999), "5e65948f-0000-4000-8000-0000000f423f");
    }

    #[test]
    fn nothing_is_left_open_in_the_statements() {
        for text in [
            include_str!("seed_sqlite.sql"),
            include_str!("seed_postgres.sql"),
            include_str!("seed_kinto.sql"),
        ] {
            let filled = statements(text, 1000);
            assert!(!filled.contains('{') && !filled.contains('}'), "{filled}");
            assert!(filled.contains(&id_of(0)) && filled.contains(&name_of(0)));
        }
    }
}
