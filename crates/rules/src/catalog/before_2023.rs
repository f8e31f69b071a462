//! Workloads and products of 2019 to 2021, under the names of that time.
//!
//! What goes on under another name today keeps its code, so that claims of all
//! editions compete for the same thing.

use super::{Catalog, Entry};

/// Shorthand for the tables alone.
const fn entry(
    code: &'static str,
    name: &'static str,
    group: &'static str,
    aliases: &'static [&'static str],
) -> Entry {
    Entry { code, name, group, aliases }
}

const fn workload(
    code: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
) -> Entry {
    entry(code, name, "Microsoft 365", aliases)
}

/// Workloads of FY20. "10 individual Microsoft 365 workloads" were announced
/// and not named: six are on the list before, four on the list after.
pub static WORKLOADS_FY20: Catalog = Catalog {
    entries: &[
        workload("exchange-online", "Exchange Online", &["EXO", "Exchange"]),
        workload("sharepoint-online", "SharePoint Online", &["SPO", "SharePoint"]),
        workload("skype-for-business", "Skype for Business Online", &["Skype for Business", "SfB"]),
        workload(
            "microsoft-365-apps",
            "Office 365 ProPlus",
            &["ProPlus", "Office ProPlus", "Microsoft 365 Apps"],
        ),
        workload("intune", "Microsoft Intune", &["Intune"]),
        workload(
            "entra-id-p1",
            "Azure AD Premium",
            &["AADP", "Azure AD Premium P1", "Microsoft Entra ID P1"],
        ),
        workload("teams", "Microsoft Teams", &["Teams"]),
        workload("viva-engage", "Yammer", &["Viva Engage"]),
        workload("outlook-mobile", "Outlook Mobile", &[]),
        workload(
            "purview-information-protection",
            "Azure Information Protection",
            &["AIP", "MIP", "Microsoft Information Protection", "Information Protection"],
        ),
    ],
};

/// Workloads of FY21: no document names any, so those of FY20 go on.
pub static WORKLOADS_FY21: Catalog = Catalog { entries: WORKLOADS_FY20.entries };

const CUSTOMER_ENGAGEMENT: &str = "Customer Engagement";
const OPERATIONS: &str = "Finance and Operations";
const SMALL: &str = "Small and midsize";
const MIXED_REALITY: &str = "Mixed reality";
const POWER_PLATFORM: &str = "Power Platform";

/// Products of FY20. Power BI is not among them: "Partners who want to receive
/// incentives for `PowerBI` will still need to become associated via DPOR."
pub static PRODUCTS_FY20: Catalog = Catalog {
    entries: &[
        entry("sales", "Dynamics 365 Sales", CUSTOMER_ENGAGEMENT, &["Sales"]),
        entry(
            "customer-service",
            "Dynamics 365 Customer Service",
            CUSTOMER_ENGAGEMENT,
            &["Customer Service"],
        ),
        entry(
            "field-service",
            "Dynamics 365 Field Service",
            CUSTOMER_ENGAGEMENT,
            &["Field Service"],
        ),
        entry("marketing", "Dynamics 365 Marketing", CUSTOMER_ENGAGEMENT, &["Marketing"]),
        entry(
            "customer-insights",
            "Dynamics 365 Customer Insights",
            CUSTOMER_ENGAGEMENT,
            &["Customer Insights", "Customer Insights Partner"],
        ),
        entry(
            "ce-bundle",
            "Customer Engagement",
            CUSTOMER_ENGAGEMENT,
            &["CE Bundle", "Customer Engagement bundle"],
        ),
        entry(
            "dataverse",
            "Common Data Service",
            CUSTOMER_ENGAGEMENT,
            &["Common Data Service (Customer Engagement)", "Microsoft Dataverse"],
        ),
        entry(
            "fo-bundle",
            "Finance & Operations",
            OPERATIONS,
            &["F&O Bundle", "Finance and Operations bundle"],
        ),
        entry("finance", "Dynamics 365 Finance", OPERATIONS, &["Finance"]),
        entry(
            "supply-chain",
            "Dynamics 365 Supply Chain Management",
            OPERATIONS,
            &["Supply Chain"],
        ),
        entry(
            "commerce",
            "Dynamics 365 Retail",
            OPERATIONS,
            &["Retail", "Commerce", "Dynamics 365 Commerce"],
        ),
        entry(
            "human-resources",
            "Core HR",
            OPERATIONS,
            &["HR", "Human Resources", "Dynamics 365 Human Resources"],
        ),
        entry("talent-attract", "Talent Attract", OPERATIONS, &["Attract"]),
        entry("talent-onboard", "Talent Onboard", OPERATIONS, &["Onboard"]),
        entry("business-central", "Dynamics 365 Business Central", SMALL, &["Business Central"]),
        entry("guides", "Dynamics 365 Guides", MIXED_REALITY, &["Guides"]),
        entry(
            "remote-assist",
            "Dynamics 365 Remote Assist",
            MIXED_REALITY,
            &["Remote Assist", "Mixed Reality"],
        ),
        entry("power-apps", "PowerApps", POWER_PLATFORM, &["Power App", "Power Apps"]),
        entry("power-automate", "Microsoft Flow", POWER_PLATFORM, &["Flow", "Power Automate"]),
        entry("power-pages", "Portals", POWER_PLATFORM, &["Power Pages"]),
    ],
};

/// Products of FY21: no document names any, so those of FY20 go on.
pub static PRODUCTS_FY21: Catalog = Catalog { entries: PRODUCTS_FY20.entries };
