//! Products of Business Applications.

use super::{Catalog, Entry};

/// Products of Business Applications.
pub static PRODUCTS: Catalog = Catalog {
    entries: &[
        Entry {
            code: "sales",
            name: "Dynamics 365 Sales",
            group: "Sales and service",
            aliases: &["Sales"],
        },
        Entry {
            code: "customer-service",
            name: "Dynamics 365 Customer Service",
            group: "Sales and service",
            aliases: &["Customer Service"],
        },
        Entry {
            code: "field-service",
            name: "Dynamics 365 Field Service",
            group: "Sales and service",
            aliases: &["Field Service"],
        },
        Entry {
            code: "marketing",
            name: "Dynamics 365 Marketing",
            group: "Sales and service",
            aliases: &["Marketing"],
        },
        Entry {
            code: "customer-insights",
            name: "Dynamics 365 Customer Insights",
            group: "Sales and service",
            aliases: &["Customer Insights"],
        },
        Entry {
            code: "omnichannel",
            name: "Omnichannel for Customer Service",
            group: "Sales and service",
            aliases: &["Omnichannel"],
        },
        Entry {
            code: "ce-bundle",
            name: "Customer Engagement bundle",
            group: "Sales and service",
            aliases: &["CE Bundle"],
        },
        Entry {
            code: "finance",
            name: "Dynamics 365 Finance",
            group: "Finance and operations",
            aliases: &["Finance"],
        },
        Entry {
            code: "supply-chain",
            name: "Dynamics 365 Supply Chain Management",
            group: "Finance and operations",
            aliases: &["Supply Chain"],
        },
        Entry {
            code: "commerce",
            name: "Dynamics 365 Commerce",
            group: "Finance and operations",
            aliases: &["Commerce", "Retail"],
        },
        Entry {
            code: "human-resources",
            name: "Dynamics 365 Human Resources",
            group: "Finance and operations",
            aliases: &["HR", "Core HR", "Human Resources"],
        },
        Entry {
            code: "project-operations",
            name: "Dynamics 365 Project Operations",
            group: "Finance and operations",
            aliases: &["Project Operations"],
        },
        Entry {
            code: "intelligent-order-management",
            name: "Dynamics 365 Intelligent Order Management",
            group: "Finance and operations",
            aliases: &["Intelligent Order Management"],
        },
        Entry {
            code: "fraud-protection",
            name: "Dynamics 365 Fraud Protection",
            group: "Finance and operations",
            aliases: &["Fraud Protection"],
        },
        Entry {
            code: "fo-bundle",
            name: "Finance and Operations bundle",
            group: "Finance and operations",
            aliases: &["F&O Bundle", "Finance & Operations"],
        },
        Entry {
            code: "business-central",
            name: "Dynamics 365 Business Central",
            group: "Small and midsize",
            aliases: &["Business Central"],
        },
        Entry {
            code: "guides",
            name: "Dynamics 365 Guides",
            group: "Mixed reality",
            aliases: &["Guides"],
        },
        Entry {
            code: "remote-assist",
            name: "Dynamics 365 Remote Assist",
            group: "Mixed reality",
            aliases: &["Remote Assist", "Mixed Reality"],
        },
        Entry {
            code: "power-apps",
            name: "Power Apps",
            group: "Power Platform",
            aliases: &["Power App"],
        },
        Entry {
            code: "power-automate",
            name: "Power Automate",
            group: "Power Platform",
            aliases: &["Flow"],
        },
        Entry {
            code: "power-bi",
            name: "Power BI",
            group: "Power Platform",
            aliases: &["powerbistandalone"],
        },
        Entry {
            code: "power-pages",
            name: "Power Pages",
            group: "Power Platform",
            aliases: &["Portals"],
        },
        Entry {
            code: "power-virtual-agents",
            name: "Power Virtual Agents",
            group: "Power Platform",
            aliases: &[],
        },
        Entry { code: "ai-builder", name: "AI Builder", group: "Power Platform", aliases: &[] },
        Entry {
            code: "dataverse",
            name: "Microsoft Dataverse",
            group: "Power Platform",
            aliases: &["Common Data Service"],
        },
    ],
};
