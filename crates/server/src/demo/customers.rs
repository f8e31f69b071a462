//! Customers of the demonstration, under Microsoft's fictitious company names.

use cpor_rules::PublicSector;
use sha2::{Digest, Sha256};

/// A customer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Customer {
    pub(super) name: &'static str,
    pub(super) domain: &'static str,
    pub(super) contact: &'static str,
    pub(super) title: &'static str,
    pub(super) public_sector: PublicSector,
}

const fn customer(
    name: &'static str,
    domain: &'static str,
    contact: &'static str,
    title: &'static str,
) -> Customer {
    Customer { name, domain, contact, title, public_sector: PublicSector::No }
}

pub(super) const CUSTOMERS: &[Customer] = &[
    customer("Contoso", "contoso.com", "Ana Bowman", "IT director"),
    customer("Adatum Corporation", "adatum.com", "Kai Carter", "Head of operations"),
    customer("Tailspin Toys", "tailspintoys.com", "Erin Hagens", "CIO"),
    customer("Woodgrove Bank", "woodgrovebank.com", "Cecil Folk", "Head of workplace"),
    customer("Alpine Ski House", "alpineskihouse.com", "Beth Gilchrist", "IT manager"),
    customer("Fourth Coffee", "fourthcoffee.com", "Daniel Brunner", "Operations manager"),
    customer("Litware", "litwareinc.com", "Lydia Bauer", "Head of security"),
    customer("Proseware", "proseware.com", "Colin Ballinger", "CTO"),
    customer("Wide World Importers", "wideworldimporters.com", "Elvia Atkins", "Supply chain lead"),
    customer("Trey Research", "treyresearch.net", "Robert Tolbert", "Research IT lead"),
    customer("Wingtip Toys", "wingtiptoys.com", "Kat Larsson", "E-commerce director"),
    Customer {
        public_sector: PublicSector::YesNotDisclosed,
        ..customer("School of Fine Art", "fineartschool.net", "Wanda Howard", "Registrar")
    },
    Customer {
        public_sector: PublicSector::YesDisclosed,
        ..customer("City Power & Light", "cpandl.com", "Amber Rodriguez", "Procurement officer")
    },
    customer("Margie's Travel", "margiestravel.com", "Margie Shoop", "Owner"),
    customer("Lucerne Publishing", "lucernepublishing.com", "Mona Kane", "Digital lead"),
    customer(
        "Humongous Insurance",
        "humongousinsurance.com",
        "Eric Ishida",
        "Claims platform lead",
    ),
    customer("Coho Vineyard", "cohovineyard.com", "Celeste Burton", "Finance manager"),
    customer("Blue Yonder Airlines", "blueyonderairlines.com", "Henry Brill", "Ground IT manager"),
    customer("Consolidated Messenger", "consolidatedmessenger.com", "Tim Deboer", "Fleet manager"),
    customer("Northwind Traders", "northwindtraders.com", "Miguel Reyes", "Sales director"),
];

impl Customer {
    /// The customer whose name begins so.
    pub(super) fn named(start: &str) -> Option<&'static Self> {
        CUSTOMERS.iter().find(|customer| customer.name.starts_with(start))
    }

    pub(super) fn tenant_id(&self) -> String {
        made_up_id(&["tenant", self.domain])
    }

    pub(super) fn subscription_id(&self, product: &str) -> String {
        made_up_id(&["subscription", self.domain, product])
    }

    pub(super) fn email(&self) -> String {
        let local = self.contact.to_lowercase().replace(' ', ".");
        format!("{local}@{}", self.domain)
    }

    /// The domain that every tenant has from the start.
    pub(super) fn initial_domain(&self) -> String {
        let (head, _) = self.domain.split_once('.').unwrap_or((self.domain, ""));
        format!("{head}.onmicrosoft.com")
    }
}

/// A UUID that is the same on every day and every machine.
pub(super) fn made_up_id(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("/"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
