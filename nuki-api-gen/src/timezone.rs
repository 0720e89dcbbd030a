//! Time zones by their names.

use crate::types::TimezoneId;

/// The zones that a device knows, with their names in the IANA time zone database.
const ZONES: [(TimezoneId, &str); 46] = [
    (TimezoneId::AfricaCairo, "Africa/Cairo"),
    (TimezoneId::AfricaLagos, "Africa/Lagos"),
    (TimezoneId::AfricaMaputo, "Africa/Maputo"),
    (TimezoneId::AfricaNairobi, "Africa/Nairobi"),
    (TimezoneId::AmericaAnchorage, "America/Anchorage"),
    (TimezoneId::AmericaArgentinaBuenosAires, "America/Argentina/Buenos_Aires"),
    (TimezoneId::AmericaChicago, "America/Chicago"),
    (TimezoneId::AmericaDenver, "America/Denver"),
    (TimezoneId::AmericaHalifax, "America/Halifax"),
    (TimezoneId::AmericaLosAngeles, "America/Los_Angeles"),
    (TimezoneId::AmericaManaus, "America/Manaus"),
    (TimezoneId::AmericaMexicoCity, "America/Mexico_City"),
    (TimezoneId::AmericaNewYork, "America/New_York"),
    (TimezoneId::AmericaPhoenix, "America/Phoenix"),
    (TimezoneId::AmericaRegina, "America/Regina"),
    (TimezoneId::AmericaSantiago, "America/Santiago"),
    (TimezoneId::AmericaSaoPaulo, "America/Sao_Paulo"),
    (TimezoneId::AmericaStJohns, "America/St_Johns"),
    (TimezoneId::AsiaBangkok, "Asia/Bangkok"),
    (TimezoneId::AsiaDubai, "Asia/Dubai"),
    (TimezoneId::AsiaHongKong, "Asia/Hong_Kong"),
    (TimezoneId::AsiaJerusalem, "Asia/Jerusalem"),
    (TimezoneId::AsiaKarachi, "Asia/Karachi"),
    (TimezoneId::AsiaKathmandu, "Asia/Kathmandu"),
    (TimezoneId::AsiaKolkata, "Asia/Kolkata"),
    (TimezoneId::AsiaRiyadh, "Asia/Riyadh"),
    (TimezoneId::AsiaSeoul, "Asia/Seoul"),
    (TimezoneId::AsiaShanghai, "Asia/Shanghai"),
    (TimezoneId::AsiaTehran, "Asia/Tehran"),
    (TimezoneId::AsiaTokyo, "Asia/Tokyo"),
    (TimezoneId::AsiaYangon, "Asia/Yangon"),
    (TimezoneId::AustraliaAdelaide, "Australia/Adelaide"),
    (TimezoneId::AustraliaBrisbane, "Australia/Brisbane"),
    (TimezoneId::AustraliaDarwin, "Australia/Darwin"),
    (TimezoneId::AustraliaHobart, "Australia/Hobart"),
    (TimezoneId::AustraliaPerth, "Australia/Perth"),
    (TimezoneId::AustraliaSydney, "Australia/Sydney"),
    (TimezoneId::EuropeBerlin, "Europe/Berlin"),
    (TimezoneId::EuropeHelsinki, "Europe/Helsinki"),
    (TimezoneId::EuropeIstanbul, "Europe/Istanbul"),
    (TimezoneId::EuropeLondon, "Europe/London"),
    (TimezoneId::EuropeMoscow, "Europe/Moscow"),
    (TimezoneId::PacificAuckland, "Pacific/Auckland"),
    (TimezoneId::PacificGuam, "Pacific/Guam"),
    (TimezoneId::PacificHonolulu, "Pacific/Honolulu"),
    (TimezoneId::PacificPagoPago, "Pacific/Pago_Pago"),
];

impl TimezoneId {
    /// The zone of this name in the IANA time zone database, such as `Europe/Berlin`, where a device knows it. There are 46 in
    /// all, one for each set of rules and not one for each city: Vienna, for one, keeps the time of `Europe/Berlin`.
    ///
    /// ```
    /// use nuki_api_gen::types::TimezoneId;
    ///
    /// assert_eq!(TimezoneId::from_iana("Europe/Berlin"), Some(TimezoneId::EuropeBerlin));
    /// assert_eq!(TimezoneId::from_iana("Europe/Nowhere"), None);
    /// ```
    pub fn from_iana(name: &str) -> Option<Self> {
        ZONES.iter().find(|(_, iana)| iana.eq_ignore_ascii_case(name)).map(|(zone, _)| *zone)
    }

    /// Its name in the IANA time zone database; none for no zone, and for one that this version does not know.
    pub fn iana(&self) -> Option<&'static str> {
        ZONES.iter().find(|(zone, _)| zone == self).map(|(_, iana)| *iana)
    }
}
