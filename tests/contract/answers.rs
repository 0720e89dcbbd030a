//! Answers as the service writes them, as text: never made of the types that read them.
//!
//! The first of each kind has every member that the document knows; [`spec`](crate::spec) checks that.

/// `MyAccount` with every member.
pub const MY_ACCOUNT: &str = r#"{
    "accountId": 1867234, "type": 1, "email": "ada@example.com", "emailVerified": true, "name": "Ada",
    "masterAccountId": 1800001, "rights": 18, "language": "de",
    "config": {"alexaPin": "canary-alexa", "gactionsHomePin": "canary-google", "otpEnabledDate": "2025-05-12T14:45:40.629Z"},
    "profile": {
        "firstName": "Ada", "lastName": "Lovelace", "address": "Street 1", "zip": "8010", "city": "Graz", "country": "AT"
    },
    "secret": ["canary-secret-1", "canary-secret-2"],
    "creationDate": "2019-01-31T23:59:59.999Z", "updateDate": "2025-05-12T14:45:40.629Z",
    "descent": {"origin": "APPLE"}, "shsSubscriptionType": "BUSINESS_PLUS", "b2bActive": true,
    "apiTermsOfUse": {
        "state": "Accepted", "publishDate": "2024-02-29T00:00:00.001Z", "acceptanceDate": "2024-03-01T12:00:00.100Z"
    }
}"#;

/// `MyAccount` as it comes from a service that is a version ahead: nulls, unknown members, values and bits, numbers
/// where a string was.
pub const MY_ACCOUNT_IN_THE_WILD: &str = r#"{
    "accountId": 7, "type": 9, "email": "ada@example.com", "emailVerified": null, "name": null, "masterAccountId": null,
    "rights": 129, "language": null, "config": {"alexaPin": 4711, "gactionsHomePin": null, "watchPin": "1"}, "profile": null,
    "secret": null, "descent": {"origin": "MASTODON"}, "shsSubscriptionType": "GOLD", "b2bActive": null,
    "apiTermsOfUse": {"state": "Pending", "publishDate": null}, "favouriteColour": {"name": ["blue"]}
}"#;

/// An array of one `Account` with every member.
pub const ACCOUNTS: &str = r#"[{
    "accountId": 2002, "type": 2, "email": "ops@example.com", "emailVerified": true, "name": "Ops",
    "masterAccountId": 1867234, "rights": 127, "language": "en",
    "config": {"alexaPin": "canary-alexa", "gactionsHomePin": "canary-google", "otpEnabledDate": "2025-05-12T14:45:40.629Z"},
    "profile": {
        "firstName": "Olga", "lastName": "Ops", "address": "Street 2", "zip": "1010", "city": "Wien", "country": "AT"
    },
    "creationDate": "2025-05-12T14:45:40.629Z", "updateDate": "2025-05-13T14:45:40.629Z",
    "descent": {"origin": "GOOGLE"}, "shsSubscriptionType": "STANDARD", "b2bActive": true,
    "apiTermsOfUse": {
        "state": "Inactive", "publishDate": "2024-02-29T00:00:00.001Z", "acceptanceDate": "2024-03-01T12:00:00.100Z"
    }
}]"#;

/// The same `Account` alone.
pub const ACCOUNT: &str = r#"{
    "accountId": 2002, "type": 2, "email": "ops@example.com", "emailVerified": true, "name": "Ops",
    "masterAccountId": 1867234, "rights": 127, "language": "en",
    "config": {"alexaPin": "canary-alexa", "gactionsHomePin": "canary-google", "otpEnabledDate": "2025-05-12T14:45:40.629Z"},
    "profile": {
        "firstName": "Olga", "lastName": "Ops", "address": "Street 2", "zip": "1010", "city": "Wien", "country": "AT"
    },
    "creationDate": "2025-05-12T14:45:40.629Z", "updateDate": "2025-05-13T14:45:40.629Z",
    "descent": {"origin": "GOOGLE"}, "shsSubscriptionType": "STANDARD", "b2bActive": true,
    "apiTermsOfUse": {
        "state": "Inactive", "publishDate": "2024-02-29T00:00:00.001Z", "acceptanceDate": "2024-03-01T12:00:00.100Z"
    }
}"#;

/// An array of one `AccountIntegration` with every member.
pub const INTEGRATIONS: &str = r#"[{
    "version": "HYDRA", "vendorKey": "API_TOKEN", "subAccountName": "Ops", "subAccountId": 2002, "subAccount": true,
    "name": "Door opener", "description": "opens doors", "createdAt": "2025-05-12T14:45:40.629Z",
    "lastActiveAt": "2025-05-13T08:00:00.001Z", "scopes": ["account", "smartlock"], "warning": true, "tokenId": "token-1",
    "advancedType": "HEALTHCARE", "advancedState": "TESTING", "clientId": "client-1", "sortOrder": 3, "device": true
}]"#;

/// Integrations as they come from a service that is a version ahead: ids as numbers, unknown values, hardly anything.
pub const INTEGRATIONS_IN_THE_WILD: &str = r#"[
    {"version": "NARWHAL", "vendorKey": "TOASTER", "tokenId": 18000000001, "clientId": 42, "scopes": null, "shape": "round"},
    {}
]"#;

/// `AccountSetting` with every member.
pub const SETTINGS: &str = r#"{
    "web": {
        "deviceViewType": "TILE", "deviceSortType": "LAST_ADDED_DESC", "nukiClubDismissed": true,
        "annotations": {"web.nuki.io/nfcBannerDismissed": true},
        "removedStaledDevices": [{"smartlockId": 18000000001, "name": "Front door", "read": true}],
        "markedStaledDevices": [{"smartlockId": 18000000002, "name": "Back door", "read": true}]
    }
}"#;

/// Settings with members that only a later version knows.
pub const SETTINGS_IN_THE_WILD: &str = r#"{
    "web": {
        "deviceViewType": "CAROUSEL", "deviceSortType": null, "notes": {"18000000001": {"note": "squeaks"}},
        "annotations": {"web.nuki.io/nfcBannerDismissed": true, "example.org/doors": {"order": [2, null, 1]}},
        "markedStaledDevices": [{"smartlockId": 1, "name": null, "since": "2025-05-12T14:45:40.629Z"}]
    },
    "app": {"theme": "dark", "nothing": null}
}"#;

/// The secret of one-time passwords.
pub const OTP_SECRET: &str = r#""CANARYCANARYCANARYCANARYCANARY23""#;

/// The body of most errors: a Java Throwable.
pub const REFUSED: &str = r#"{"detailMessage":"Your access token is not authorized","stackTrace":[],"suppressedExceptions":[]}"#;
