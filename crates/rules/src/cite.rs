//! Where a rule comes from.

/// A document that the rules come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// *Create a customer association*, 10 October 2023.
    Create2023,
    /// The same page in 2024.
    Create2024,
    /// The same page of 29 October 2019.
    Create2019,
    /// *Customer associations via the Claimed Partner of Record (CPOR) model*,
    /// 28 October 2020.
    Create2020,
    /// *Manage incentives customer associations*, 11 September 2020.
    Manage2020,
    /// The same page of 29 June 2020.
    Manage2020June,
    /// *Issues with Claimed Partner of Record (CPOR) customer associations*,
    /// 11 September 2020.
    Issues2020,
    /// *Use these resources to make customer association claims for specific
    /// engagements*, 10 October 2023.
    Intro2023,
    /// *Manage customer associations*, 10 October 2023.
    Manage2023,
    /// *Issues with Claiming Partner of Record (CPOR) customer associations*,
    /// 10 October 2023.
    Issues2023,
    /// *Locate important IDs for a user*, 15 November 2022.
    FindIds2022,
    /// *Partner Center account structure*, 15 November 2022.
    Accounts2022,
    /// Training deck *Customer Association Process*, July 2019 – June 2020.
    TrainingFy20,
    /// CPOR proof-of-execution template, 2022 or earlier.
    PoeTemplate,
    /// FY24 CPOR guide, 1 October 2023.
    GuideFy24,
    /// No document says it: our own decision.
    House,
}

impl Source {
    /// All documents, in the order of the rule book's list.
    pub const ALL: [Self; 16] = [
        Self::Create2024,
        Self::Create2023,
        Self::Intro2023,
        Self::Manage2023,
        Self::Issues2023,
        Self::GuideFy24,
        Self::FindIds2022,
        Self::Accounts2022,
        Self::PoeTemplate,
        Self::Create2020,
        Self::Manage2020,
        Self::Issues2020,
        Self::Manage2020June,
        Self::TrainingFy20,
        Self::Create2019,
        Self::House,
    ];

    /// Title of the document.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Create2023 | Self::Create2024 => "Create a customer association",
            Self::Create2020 => {
                "Customer associations via the Claimed Partner of Record (CPOR) model for \
                 Microsoft 365 and Dynamics 365"
            }
            Self::Manage2020 | Self::Manage2020June => "Manage incentives customer associations",
            Self::Issues2020 => {
                "Issues with Claimed Partner of Record (CPOR) customer associations"
            }
            Self::Create2019 => "Create a customer association using the CPOR model",
            Self::Intro2023 => {
                "Use these resources to make customer association claims for specific engagements"
            }
            Self::Manage2023 => "Manage customer associations",
            Self::Issues2023 => {
                "Issues with Claiming Partner of Record (CPOR) customer associations"
            }
            Self::FindIds2022 => "Locate important IDs for a user",
            Self::Accounts2022 => "Partner Center account structure",
            Self::TrainingFy20 => "Customer Association Process (training, FY20)",
            Self::PoeTemplate => "CPOR proof-of-execution template",
            Self::GuideFy24 => "FY24 CPOR Guide",
            Self::House => "CPOR Claims",
        }
    }

    /// Date of the document as it gives it itself, in words.
    pub const fn date(self) -> &'static str {
        match self {
            Self::Create2023 | Self::Intro2023 | Self::Manage2023 | Self::Issues2023 => {
                "2023-10-10"
            }
            Self::Create2024 => "2024",
            Self::Create2020 => "2020-10-28",
            Self::Manage2020 | Self::Issues2020 => "2020-09-11",
            Self::Manage2020June => "2020-06-29",
            Self::Create2019 => "2019-10-29",
            Self::FindIds2022 | Self::Accounts2022 => "2022-11-15",
            Self::TrainingFy20 => "2019/2020",
            Self::PoeTemplate => "2022",
            Self::GuideFy24 => "2023-10-01",
            Self::House => "2026",
        }
    }
}

/// One place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cite {
    /// The document.
    pub source: Source,
    /// Section or step.
    pub part: &'static str,
    /// Its words. Empty where only a summary of the document was at hand.
    pub quote: &'static str,
}

/// Documents that contradict a rule, and the reading chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// What else the documents say.
    pub against: &'static [Cite],
    /// What this product does, and why.
    pub reading: &'static str,
}
