//! Public holidays by region: days that no business day counts.
//!
//! Microsoft's documents speak of business days and name no holidays, so a
//! partner's organisation chooses a region, or none. The lists reach from 2026
//! to 2027; outside these years a region has no holidays.

mod lists;

use crate::calendar::Holidays;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whose public holidays an organisation keeps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Nobody's: Monday to Friday are business days.
    #[default]
    None,
    /// Taiwan.
    Taiwan,
    /// The United States, federal holidays.
    UnitedStates,
    /// Germany, holidays of all states.
    Germany,
}

/// One day off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Year, month and day.
    pub on: (i32, u32, u32),
    /// What it is kept for.
    pub name: &'static str,
}

impl Holiday {
    /// The date.
    pub const fn date(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.on.0, self.on.1, self.on.2)
    }
}

impl Region {
    /// All regions.
    pub const ALL: [Self; 4] = [Self::None, Self::Taiwan, Self::UnitedStates, Self::Germany];

    /// The code that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Taiwan => "taiwan",
            Self::UnitedStates => "united-states",
            Self::Germany => "germany",
        }
    }

    /// The region with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.code() == code)
    }

    /// Its days off, in order.
    pub const fn list(self) -> &'static [Holiday] {
        match self {
            Self::None => &[],
            Self::Taiwan => lists::TAIWAN,
            Self::UnitedStates => lists::UNITED_STATES,
            Self::Germany => lists::GERMANY,
        }
    }

    /// Where the list comes from, and what of it is not confirmed.
    pub const fn source(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Taiwan => lists::TAIWAN_SOURCE,
            Self::UnitedStates => lists::UNITED_STATES_SOURCE,
            Self::Germany => lists::GERMANY_SOURCE,
        }
    }

    /// Its days off, for counting.
    pub fn holidays(self) -> Holidays {
        Holidays::new(self.list().iter().filter_map(Holiday::date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Days;
    use chrono::Datelike;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn codes_are_what_serde_writes() {
        for region in Region::ALL {
            assert_eq!(serde_json::to_value(region).unwrap(), region.code());
            assert_eq!(Region::from_code(region.code()), Some(region));
            assert_eq!(region.source().is_empty(), region.list().is_empty());
        }
    }

    #[test]
    fn each_list_holds_dates_in_order_and_of_both_years() {
        for region in Region::ALL {
            let dates: Vec<_> = region.list().iter().map(|day| day.date().unwrap()).collect();
            assert!(dates.is_sorted_by(|a, b| a < b), "{region:?}");
            assert!(dates.iter().all(|date| (2026..=2027).contains(&date.year())), "{region:?}");
            assert_eq!(region.holidays(), Holidays::new(dates));
        }
    }

    #[test]
    fn the_year_in_taiwan_has_120_days_off_as_its_calendar_says() {
        let holidays = Region::Taiwan.holidays();
        let first = date("2026-01-01");
        let off = first
            .iter_days()
            .take_while(|day| day.year() == 2026)
            .filter(|day| !holidays.is_business_day(*day))
            .count();
        assert_eq!(off, 120);
    }

    #[test]
    fn fourteen_business_days_differ_by_region() {
        // Constitution Day and New Year in Taiwan; Christmas and New Year elsewhere.
        for (region, due) in [
            (Region::None, "2027-01-04"),
            (Region::Taiwan, "2027-01-06"),
            (Region::UnitedStates, "2027-01-06"),
            (Region::Germany, "2027-01-06"),
        ] {
            let found = region.holidays().due_on(date("2026-12-15"), Days::Business(14));
            assert_eq!(found, date(due), "{region:?}");
        }
        let new_year =
            |region: Region| region.holidays().due_on(date("2026-02-13"), Days::Business(5));
        assert_eq!(new_year(Region::None), date("2026-02-20"));
        assert_eq!(new_year(Region::Taiwan), date("2026-03-02"));
        assert_eq!(new_year(Region::UnitedStates), date("2026-02-23"));
        assert_eq!(new_year(Region::Germany), date("2026-02-20"));
    }

    #[test]
    fn a_list_in_calendar_days_takes_no_notice() {
        for region in Region::ALL {
            let due = region.holidays().due_on(date("2026-12-24"), Days::Calendar(30));
            assert_eq!(due, date("2027-01-23"), "{region:?}");
        }
    }
}
