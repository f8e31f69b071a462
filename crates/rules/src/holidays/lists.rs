//! The lists. Dates on a Saturday or Sunday stand in them where the law has no
//! substitute for them; they count for nothing.

use super::Holiday;

const fn day(year: i32, month: u32, day: u32, name: &'static str) -> Holiday {
    Holiday { on: (year, month, day), name }
}

/// Said of [`TAIWAN`].
pub(super) const TAIWAN_SOURCE: &str = "2026: calendar of government offices, approved by the Executive Yuan on 13 June 2025 and published by its Directorate-General of Personnel Administration. 2027: not confirmed; worked out from the Act on Memorial Days and Festivals, by which a day on a Saturday is made up on the workday before and one on a Sunday on the workday after. For the Lunar New Year the office may choose either, so 9 and 10 February are the least certain.";

/// Taiwan, 行政院人事行政總處, 政府行政機關辦公日曆表.
///
/// The year 2026 is that of the published calendar, which counts 120 days off.
/// The year 2027 is **not confirmed**: its days follow from 紀念日及節日實施條例.
pub(super) const TAIWAN: &[Holiday] = &[
    day(2026, 1, 1, "Founding Day of the Republic"),
    day(2026, 2, 16, "Lunar New Year's Eve"),
    day(2026, 2, 17, "Lunar New Year"),
    day(2026, 2, 18, "Lunar New Year"),
    day(2026, 2, 19, "Lunar New Year"),
    day(2026, 2, 20, "Day before Lunar New Year's Eve, made up"),
    day(2026, 2, 27, "Peace Memorial Day, made up"),
    day(2026, 4, 3, "Children's Day, made up"),
    day(2026, 4, 6, "Tomb Sweeping Day, made up"),
    day(2026, 5, 1, "Labour Day"),
    day(2026, 6, 19, "Dragon Boat Festival"),
    day(2026, 9, 25, "Mid-Autumn Festival"),
    day(2026, 9, 28, "Teachers' Day"),
    day(2026, 10, 9, "National Day, made up"),
    day(2026, 10, 26, "Taiwan Restoration Day, made up"),
    day(2026, 12, 25, "Constitution Day"),
    day(2027, 1, 1, "Founding Day of the Republic"),
    day(2027, 2, 4, "Day before Lunar New Year's Eve"),
    day(2027, 2, 5, "Lunar New Year's Eve"),
    day(2027, 2, 8, "Lunar New Year"),
    day(2027, 2, 9, "Lunar New Year, made up"),
    day(2027, 2, 10, "Lunar New Year, made up"),
    day(2027, 3, 1, "Peace Memorial Day, made up"),
    day(2027, 4, 5, "Tomb Sweeping Day"),
    day(2027, 4, 6, "Children's Day, made up"),
    day(2027, 4, 30, "Labour Day, made up"),
    day(2027, 6, 9, "Dragon Boat Festival"),
    day(2027, 9, 15, "Mid-Autumn Festival"),
    day(2027, 9, 28, "Teachers' Day"),
    day(2027, 10, 11, "National Day, made up"),
    day(2027, 10, 25, "Taiwan Restoration Day"),
    day(2027, 12, 24, "Constitution Day, made up"),
    day(2027, 12, 31, "Founding Day of 2028, made up"),
];

/// Said of [`UNITED_STATES`].
pub(super) const UNITED_STATES_SOURCE: &str = "Federal holidays by 5 U.S.C. 6103, as the Office of Personnel Management lists them: one on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. Worked out from the law, not compared with the list.";

/// The United States, federal holidays as the Office of Personnel Management
/// observes them. Worked out from 5 U.S.C. 6103; **not compared** with its list.
pub(super) const UNITED_STATES: &[Holiday] = &[
    day(2026, 1, 1, "New Year's Day"),
    day(2026, 1, 19, "Birthday of Martin Luther King, Jr."),
    day(2026, 2, 16, "Washington's Birthday"),
    day(2026, 5, 25, "Memorial Day"),
    day(2026, 6, 19, "Juneteenth"),
    day(2026, 7, 3, "Independence Day, observed"),
    day(2026, 9, 7, "Labor Day"),
    day(2026, 10, 12, "Columbus Day"),
    day(2026, 11, 11, "Veterans Day"),
    day(2026, 11, 26, "Thanksgiving Day"),
    day(2026, 12, 25, "Christmas Day"),
    day(2027, 1, 1, "New Year's Day"),
    day(2027, 1, 18, "Birthday of Martin Luther King, Jr."),
    day(2027, 2, 15, "Washington's Birthday"),
    day(2027, 5, 31, "Memorial Day"),
    day(2027, 6, 18, "Juneteenth, observed"),
    day(2027, 7, 5, "Independence Day, observed"),
    day(2027, 9, 6, "Labor Day"),
    day(2027, 10, 11, "Columbus Day"),
    day(2027, 11, 11, "Veterans Day"),
    day(2027, 11, 25, "Thanksgiving Day"),
    day(2027, 12, 24, "Christmas Day, observed"),
    day(2027, 12, 31, "New Year's Day 2028, observed"),
];

/// Said of [`GERMANY`].
pub(super) const GERMANY_SOURCE: &str = "Holidays that the laws of all sixteen states share, and German Unity Day by the Unification Treaty. Those that move follow from Easter: 5 April 2026 and 28 March 2027. Holidays of single states are left out.";

/// Germany: what all states share. A day on a weekend has no substitute.
pub(super) const GERMANY: &[Holiday] = &[
    day(2026, 1, 1, "Neujahr"),
    day(2026, 4, 3, "Karfreitag"),
    day(2026, 4, 6, "Ostermontag"),
    day(2026, 5, 1, "Tag der Arbeit"),
    day(2026, 5, 14, "Christi Himmelfahrt"),
    day(2026, 5, 25, "Pfingstmontag"),
    day(2026, 10, 3, "Tag der Deutschen Einheit"),
    day(2026, 12, 25, "1. Weihnachtstag"),
    day(2026, 12, 26, "2. Weihnachtstag"),
    day(2027, 1, 1, "Neujahr"),
    day(2027, 3, 26, "Karfreitag"),
    day(2027, 3, 29, "Ostermontag"),
    day(2027, 5, 1, "Tag der Arbeit"),
    day(2027, 5, 6, "Christi Himmelfahrt"),
    day(2027, 5, 17, "Pfingstmontag"),
    day(2027, 10, 3, "Tag der Deutschen Einheit"),
    day(2027, 12, 25, "1. Weihnachtstag"),
    day(2027, 12, 26, "2. Weihnachtstag"),
];
