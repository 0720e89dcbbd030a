//! Postal addresses.

use nuki_api_gen::types::AccountProfile;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{CountryCode, InvalidValue};

/// A person and a postal address. The service documents all six members as required.
///
/// ```
/// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
/// use nuki_api::{Language, Profile};
///
/// let profile = Profile::new("Ada", "Lovelace", "Analytical Street 1", "8010", "Graz", "AT");
/// nuki.account().update(Language::DE).profile(profile).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Profile(AccountProfile);

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let profile = AccountProfile::deserialize(deserializer)?;
        if let Some(country) = &profile.country {
            country.parse::<CountryCode>().map_err(|reason| D::Error::custom(format!("`country` {reason}")))?;
        }
        Ok(Self(profile))
    }
}

impl Profile {
    /// A profile. Calls take it as it comes from here, and report an error of it with all else that is wrong with them.
    ///
    /// # Errors
    ///
    /// When the country is no code of two letters.
    pub fn new(
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        address: impl Into<String>,
        zip: impl Into<String>,
        city: impl Into<String>,
        country: impl TryInto<CountryCode, Error: Into<InvalidValue>>,
    ) -> Result<Self, InvalidValue> {
        let mut profile = AccountProfile::default();
        profile.first_name = Some(first_name.into());
        profile.last_name = Some(last_name.into());
        profile.address = Some(address.into());
        profile.zip = Some(zip.into());
        profile.city = Some(city.into());
        let country = country.try_into();
        profile.country =
            Some(country.map_err(|reason| InvalidValue::new(format!("has a country that {}", reason.into())))?.into());
        Ok(Self(profile))
    }
}

/// Takes a profile as it was read, whatever it lacks: the service gave it, and may take it back.
impl From<AccountProfile> for Profile {
    fn from(profile: AccountProfile) -> Self {
        Self(profile)
    }
}

/// So that calls take what [`Profile::new`] returns, and report its error with theirs.
impl TryFrom<Result<Profile, InvalidValue>> for Profile {
    type Error = InvalidValue;

    fn try_from(profile: Result<Profile, InvalidValue>) -> Result<Self, InvalidValue> {
        profile
    }
}

impl From<Profile> for AccountProfile {
    fn from(profile: Profile) -> Self {
        profile.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_a_country_is_checked() {
        let profile = Profile::new("Ada", "Lovelace", "Street 1", "8010", "Graz", "AT").unwrap();
        let json = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile);
        let error = serde_json::from_str::<Profile>(&json.replace("\"AT\"", "\"Austria\"")).unwrap_err().to_string();
        assert!(error.contains("`country`") && !error.contains("Austria"), "{error}");
    }
}
