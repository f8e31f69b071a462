//! Workloads of Modern Work and Security.

use super::{Catalog, Entry};

/// Workloads of Modern Work and Security.
pub static WORKLOADS: Catalog = Catalog {
    entries: &[
        Entry {
            code: "exchange-online",
            name: "Exchange Online",
            group: "Productivity",
            aliases: &["EXO", "Exchange"],
        },
        Entry {
            code: "sharepoint-online",
            name: "SharePoint Online",
            group: "Productivity",
            aliases: &["SPO", "SharePoint"],
        },
        Entry {
            code: "microsoft-365-apps",
            name: "Microsoft 365 Apps",
            group: "Productivity",
            aliases: &["ProPlus", "Office ProPlus", "Office 365 ProPlus"],
        },
        Entry {
            code: "outlook-mobile",
            name: "Outlook Mobile",
            group: "Productivity",
            aliases: &[],
        },
        Entry {
            code: "viva-engage",
            name: "Viva Engage",
            group: "Productivity",
            aliases: &["Yammer"],
        },
        Entry { code: "teams", name: "Microsoft Teams", group: "Teams", aliases: &["Teams"] },
        Entry { code: "teams-meetings", name: "Teams Meetings", group: "Teams", aliases: &[] },
        Entry {
            code: "teams-phone",
            name: "Teams Phone",
            group: "Teams",
            aliases: &["Teams Phone calling"],
        },
        Entry { code: "teams-rooms", name: "Teams Rooms", group: "Teams", aliases: &[] },
        Entry {
            code: "teams-apps",
            name: "Teams Apps",
            group: "Teams",
            aliases: &["Teams Platform"],
        },
        Entry {
            code: "teams-frontline",
            name: "Teams for Frontline Workers",
            group: "Teams",
            aliases: &[],
        },
        Entry { code: "viva-connections", name: "Viva Connections", group: "Viva", aliases: &[] },
        Entry { code: "viva-goals", name: "Viva Goals", group: "Viva", aliases: &[] },
        Entry { code: "viva-insights", name: "Viva Insights", group: "Viva", aliases: &[] },
        Entry { code: "viva-learning", name: "Viva Learning", group: "Viva", aliases: &[] },
        Entry { code: "viva-topics", name: "Viva Topics", group: "Viva", aliases: &[] },
        Entry {
            code: "intune",
            name: "Microsoft Intune",
            group: "Devices and identity",
            aliases: &["Intune"],
        },
        Entry {
            code: "entra-id-p1",
            name: "Microsoft Entra ID P1",
            group: "Devices and identity",
            aliases: &["Azure AD Premium", "Azure AD Premium P1", "AADP"],
        },
        Entry {
            code: "entra-id-p2",
            name: "Microsoft Entra ID P2",
            group: "Devices and identity",
            aliases: &["Azure AD Premium P2"],
        },
        Entry {
            code: "entra-conditional-access",
            name: "Entra Conditional Access",
            group: "Devices and identity",
            aliases: &["Azure AD Premium Conditional Access"],
        },
        Entry {
            code: "defender-endpoint",
            name: "Microsoft Defender for Endpoint",
            group: "Security and compliance",
            aliases: &["Defender for Endpoint"],
        },
        Entry {
            code: "defender-office",
            name: "Microsoft Defender for Office 365",
            group: "Security and compliance",
            aliases: &["Defender for Office"],
        },
        Entry {
            code: "defender-identity",
            name: "Microsoft Defender for Identity",
            group: "Security and compliance",
            aliases: &["Defender for Identity"],
        },
        Entry {
            code: "defender-cloud-apps",
            name: "Microsoft Defender for Cloud Apps",
            group: "Security and compliance",
            aliases: &["Defender for Cloud Apps"],
        },
        Entry {
            code: "purview-information-protection",
            name: "Microsoft Purview Information Protection",
            group: "Security and compliance",
            aliases: &[
                "Azure Information Protection",
                "Microsoft Information Protection",
                "AIP",
                "MIP",
                "Information Protection",
            ],
        },
        Entry {
            code: "insider-risk",
            name: "Insider Risk Management",
            group: "Security and compliance",
            aliases: &[],
        },
    ],
};
