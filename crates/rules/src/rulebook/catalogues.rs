//! What can be claimed: pairs of solution area and role, workloads, products.

use super::Book;
use super::names::yes_no;
use crate::association::SolutionArea;
use crate::catalog::{Catalog, PRODUCTS, PRODUCTS_FY20, WORKLOADS, WORKLOADS_FY20};
use crate::edition::EditionId;

pub(super) fn pairs(book: &mut Book) {
    let names = &EditionId::default().get().names;
    book.heading(2, "Solution areas and partner roles");
    book.line(
        "A claim is about one solution area and one partner role. Four pairs are valid. What \
         earlier editions called them and paid for is told under [Editions](#editions).",
    );
    book.line("");
    book.table(&[
        "Solution area",
        "Partner role",
        "Engagement",
        "Claimed for",
        "Can pay an incentive",
        "Customer is asked by mail",
    ]);
    for area in SolutionArea::ALL {
        for role in area.roles() {
            let level = match area {
                SolutionArea::ModernWorkAndSecurity => "tenant and workload",
                SolutionArea::BusinessApplications => "tenant, product and subscription",
            };
            book.row([
                names.area(area).to_owned(),
                names.role(*role).to_owned(),
                names.engagement(*role).to_owned(),
                level.to_owned(),
                yes_no(role.pays_incentive()).to_owned(),
                yes_no(role.sends_consent_email()).to_owned(),
            ]);
        }
    }
}

pub(super) fn catalogues(book: &mut Book) {
    book.heading(2, "Workloads and products");
    book.line(
        "No document gives Partner Center's own pick-list. These lists are drawn from \
         Microsoft's lists of designations and a partner's template; anything else is claimed \
         by its name, as *Other*.",
    );
    catalogue(book, "Workloads of Modern Work and Security", &WORKLOADS);
    catalogue(book, "Products of Business Applications", &PRODUCTS);
    catalogue(book, "Workloads of Microsoft 365, FY20 and FY21", &WORKLOADS_FY20);
    catalogue(book, "Products of Business Applications, FY20 and FY21", &PRODUCTS_FY20);
}

fn catalogue(book: &mut Book, title: &str, list: &Catalog) {
    book.heading(3, title);
    book.table(&["Name", "Code", "Group", "Also found as"]);
    for entry in list.entries {
        book.row([
            entry.name.to_owned(),
            format!("`{}`", entry.code),
            entry.group.to_owned(),
            entry.aliases.join(", "),
        ]);
    }
}
