//! The types as somebody writes them by hand who calls the service with reqwest alone.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub account_id: i32,
    pub master_account_id: Option<i32>,
    #[serde(rename = "type")]
    pub kind: Option<i32>,
    pub email: String,
    pub name: Option<String>,
    pub language: Option<String>,
    pub email_verified: Option<bool>,
    pub b2b_active: Option<bool>,
    pub shs_subscription_type: Option<String>,
    pub rights: Option<i32>,
    pub profile: Option<Profile>,
    pub config: Option<Config>,
    pub descent: Option<Descent>,
    pub api_terms_of_use: Option<TermsOfUse>,
    pub creation_date: Option<DateTime<Utc>>,
    pub update_date: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub address: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    pub alexa_pin: Option<String>,
    pub gactions_home_pin: Option<String>,
    pub otp_enabled_date: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
pub struct Descent {
    pub origin: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TermsOfUse {
    pub state: Option<String>,
    pub publish_date: Option<DateTime<Utc>>,
    pub acceptance_date: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
pub struct Update<'a> {
    pub language: &'a str,
    pub name: &'a str,
}

/// The change that every contender sends.
pub const UPDATE: Update<'static> = Update { language: "de", name: "Ada" };
