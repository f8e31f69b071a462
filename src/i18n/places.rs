//! The city of a time zone, for people: "Taipei time" says more than `Asia/Taipei`.

use super::{Locale, T, locale, t, tf};

/// Chinese names of the cities after which zones are called. One that is not
/// here keeps its Latin name.
const IN_CHINESE: [(&str, &str); 24] = [
    ("Asia/Taipei", "台北"),
    ("Asia/Hong_Kong", "香港"),
    ("Asia/Shanghai", "上海"),
    ("Asia/Tokyo", "東京"),
    ("Asia/Seoul", "首爾"),
    ("Asia/Singapore", "新加坡"),
    ("Asia/Bangkok", "曼谷"),
    ("Asia/Kolkata", "加爾各答"),
    ("Asia/Dubai", "杜拜"),
    ("Australia/Sydney", "雪梨"),
    ("Europe/Berlin", "柏林"),
    ("Europe/London", "倫敦"),
    ("Europe/Dublin", "都柏林"),
    ("Europe/Paris", "巴黎"),
    ("Europe/Madrid", "馬德里"),
    ("Europe/Rome", "羅馬"),
    ("Europe/Amsterdam", "阿姆斯特丹"),
    ("Europe/Vienna", "維也納"),
    ("Europe/Zurich", "蘇黎世"),
    ("America/New_York", "紐約"),
    ("America/Chicago", "芝加哥"),
    ("America/Denver", "丹佛"),
    ("America/Los_Angeles", "洛杉磯"),
    ("America/Sao_Paulo", "聖保羅"),
];

/// "Taipei time", or "UTC".
pub fn zone_time(zone: &str) -> String {
    match city(zone, locale()) {
        Some(city) => tf(T::PlaceTime, &[("place", &city)]),
        None => t(T::TimeUtc),
    }
}

/// The city of a zone; `None` for those that are named after no place.
fn city(zone: &str, locale: Locale) -> Option<String> {
    let (area, name) = zone.rsplit_once('/')?;
    if area.starts_with("Etc") {
        return None;
    }
    let known = match locale {
        Locale::ZhHantTw => IN_CHINESE.iter().find(|(known, _)| *known == zone),
        Locale::En | Locale::Pseudo => None,
    };
    Some(known.map_or_else(|| name.replace('_', " "), |(_, chinese)| (*chinese).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_city() {
        for (zone, english, chinese) in [
            ("Asia/Taipei", Some("Taipei"), Some("台北")),
            ("America/New_York", Some("New York"), Some("紐約")),
            ("America/Argentina/Ushuaia", Some("Ushuaia"), Some("Ushuaia")),
            ("UTC", None, None),
            ("Etc/UTC", None, None),
        ] {
            assert_eq!(city(zone, Locale::En).as_deref(), english, "{zone}");
            assert_eq!(city(zone, Locale::ZhHantTw).as_deref(), chinese, "{zone}");
        }
    }
}
