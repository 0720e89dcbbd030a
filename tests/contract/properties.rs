//! What holds for any input: of the targets in [`fuzz`](crate::fuzz), of the parsers and of the rights.

use nuki_api::account::OtpSecret;
use nuki_api::types::{AccountType, VendorKey};
use nuki_api::{
    AccountId, AccountRights, ApiKeyId, CountryCode, CreateRights, EmailAddress, Language, OtpCode, Password, UpdateRights,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::case::Case;
use crate::{answers, fuzz, spec};

/// Bytes that begin as a response of the target does, and go on as JSON, or as anything.
fn responses() -> impl Strategy<Value = Vec<u8>> {
    let header = prop_oneof!["[0-9]{0,20}".boxed(), any::<u32>().prop_map(fuzz::http_date).boxed(), "[ -~]{0,40}".boxed(),];
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        documents().prop_map(|json| json.to_string().into_bytes()),
        mangled(),
    ];
    (any::<u8>(), any::<u8>(), header, body).prop_map(|(high, low, header, body)| {
        let mut data = vec![high, low, u8::try_from(header.len()).unwrap()];
        data.extend(header.as_bytes());
        data.extend(body);
        data
    })
}

/// JSON with members of the document, whose values are anything.
fn documents() -> impl Strategy<Value = Value> {
    let names = Case::all().filter_map(|case| {
        let schema = spec::endpoint(case.operation).answer()?;
        Some(spec::members(schema, &case.value()).iter().map(|member| member.name().to_owned()).collect::<Vec<_>>())
    });
    let names = names.flatten().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("2025-05-12T14:45:40.629Z")),
    ];
    let value = leaf.prop_recursive(4, 24, 5, move |inner| {
        let name = prop_oneof![4 => proptest::sample::select(names.clone()), 1 => "\\PC{0,8}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    value.prop_map(|mut value| {
        // Without these two nothing further is read of an account.
        if let Some(members) = value.as_object_mut() {
            members.entry("accountId").or_insert(json!(1));
            members.entry("email").or_insert(json!("ada@example.com"));
        }
        value
    })
}

/// A good answer with some bytes of it changed.
fn mangled() -> impl Strategy<Value = Vec<u8>> {
    let answers = [answers::MY_ACCOUNT, answers::ACCOUNTS, answers::INTEGRATIONS, answers::SETTINGS, answers::OTP_SECRET];
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (proptest::sample::select(answers.to_vec()), changes, any::<prop::sample::Index>()).prop_map(|(answer, changes, end)| {
        let mut bytes = answer.as_bytes().to_vec();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if changes.len() % 2 == 1 {
            bytes.truncate(end.index(bytes.len()));
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_response_is_a_value_or_an_error(data in responses()) {
        fuzz::response(&data);
    }

    #[test]
    fn any_json_that_is_read_is_written_as_it_was(json in documents()) {
        fuzz::json(json.to_string().as_bytes());
        fuzz::json(json!([json]).to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_json_or_not(data in mangled()) {
        fuzz::json(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_or_refused(text in prop_oneof!["\\PC{0,40}", ".{0,12}", "[a-zA-Z0-9@.\\-_ +:/]{0,30}"]) {
        fuzz::parser(&text);
    }

    #[test]
    fn any_path_stays_below_the_base_url(text in prop_oneof!["/\\PC{0,20}", "/[a-z./%2eE?#\\\\@:]{0,20}", ".{0,10}"]) {
        fuzz::path(&text);
    }

    #[test]
    fn a_password_has_seven_characters(text in "\\PC{0,12}") {
        prop_assert_eq!(text.parse::<Password>().is_ok(), text.chars().count() >= 7);
    }

    #[test]
    fn an_account_id_is_a_positive_number_of_32_bits(id in prop_oneof![any::<i64>(), -9_i64..9, any::<i32>().prop_map(i64::from)]) {
        let valid = (1..=i64::from(i32::MAX)).contains(&id);
        prop_assert_eq!(AccountId::try_from(id).map(|parsed| i64::from(parsed.get())).ok(), valid.then_some(id));
        prop_assert_eq!(id.to_string().parse::<AccountId>().is_ok(), valid);
        prop_assert_eq!(serde_json::from_value::<AccountId>(json!(id)).is_ok(), valid);
    }

    #[test]
    fn an_address_is_what_could_be_one(local in "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~é-]{1,20}", domain in "[a-zA-Z0-9.-]{1,20}") {
        let address = format!("{local}@{domain}");
        prop_assert_eq!(address.parse::<EmailAddress>().unwrap().to_string(), address);
    }

    #[test]
    fn an_address_without_an_at_or_with_a_space_is_none(text in "[^@]{0,20}", at in 0_usize..20) {
        prop_assert!(text.parse::<EmailAddress>().is_err());
        let mut spaced = "ada@example.com".to_owned();
        spaced.insert(at.min(15), ' ');
        prop_assert!(spaced.parse::<EmailAddress>().is_err());
    }

    #[test]
    fn any_two_letters_are_a_country(code in "[a-zA-Z]{2}", other in "[a-zA-Z0-9]{0,6}") {
        prop_assert_eq!(code.parse::<CountryCode>().unwrap().to_string(), code);
        let letters = other.len() == 2 && other.bytes().all(|byte| byte.is_ascii_alphabetic());
        prop_assert_eq!(other.parse::<CountryCode>().is_ok(), letters);
    }

    #[test]
    fn any_well_formed_language_passes(code in "[a-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}", other in "[a-z]{4,9}|[a-z]?|[0-9]{2}") {
        prop_assert_eq!(code.parse::<Language>().unwrap().to_string(), code);
        prop_assert!(other.parse::<Language>().is_err());
    }

    #[test]
    fn a_code_is_whatever_is_not_empty(code in "[0-9 ]{0,12}") {
        let digits = code.replace(' ', "");
        let parsed = code.parse::<OtpCode>().map(|code| code.expose().to_owned());
        prop_assert_eq!(parsed.ok(), (!digits.is_empty()).then_some(digits));
    }

    #[test]
    fn a_secret_is_base32_in_either_case(secret in "[A-Za-z2-7]{1,40}", quoted in any::<bool>()) {
        let text = if quoted { format!("\"{secret}\"") } else { secret.clone() };
        prop_assert_eq!(text.parse::<OtpSecret>().unwrap().expose().to_owned(), secret.to_uppercase());
    }

    #[test]
    fn an_id_of_an_integration_is_passed_on_as_it_came(text in "[!-~é]{1,20}", number in any::<i64>()) {
        let trimmed = text.parse::<ApiKeyId>().unwrap();
        prop_assert_eq!(trimmed.as_str(), text);
        prop_assert_eq!(ApiKeyId::from(number).to_string(), number.to_string());
    }

    #[test]
    fn rights_keep_every_bit(bits in any::<i32>()) {
        let text = bits.to_string();
        let read = serde_json::from_str::<AccountRights>(&text).unwrap();
        let create = serde_json::from_str::<CreateRights>(&text).unwrap();
        let update = serde_json::from_str::<UpdateRights>(&text).unwrap();
        prop_assert_eq!((read.bits(), create.bits(), update.bits()), (bits, bits, bits));
        let written = [serde_json::to_string(&read), serde_json::to_string(&create), serde_json::to_string(&update)];
        for written in written {
            prop_assert_eq!(&written.unwrap(), &text);
        }
        prop_assert_eq!(read, AccountRights::from_bits_retain(bits));
        prop_assert_eq!(read.contains(AccountRights::OPERATE_SMARTLOCKS), bits & 2 != 0);
        prop_assert_eq!(create.contains(CreateRights::OPERATE_SMARTLOCKS), bits & 1 != 0);
        prop_assert_eq!(update.contains(UpdateRights::CREATE_SMARTLOCKS), bits & 64 != 0);
    }

    #[test]
    fn an_open_enum_keeps_every_value(text in "\\PC{0,20}", number in any::<i64>()) {
        let value = serde_json::from_value::<VendorKey>(json!(text)).unwrap();
        prop_assert_eq!(value.as_str(), &text);
        prop_assert_eq!(serde_json::to_value(&value).unwrap(), json!(text));
        let value = serde_json::from_value::<AccountType>(json!(number)).unwrap();
        prop_assert_eq!((value.as_i64(), serde_json::to_value(value).unwrap()), (number, json!(number)));
    }

    #[test]
    fn a_date_of_the_service_is_read_and_written_as_it_was(millis in -62_135_596_800_000_i64..253_402_300_800_000) {
        let date = chrono::DateTime::from_timestamp_millis(millis).unwrap();
        let text = date.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let account = json!({"accountId": 1, "email": "", "creationDate": text}).to_string();
        let account = serde_json::from_str::<nuki_api::types::Account>(&account).unwrap();
        prop_assert_eq!(account.creation_date, Some(date));
    }
}

#[test]
fn every_named_right_is_the_bit_of_the_document() {
    let named = |schema: &str| {
        let bits = spec::document()["components"]["schemas"][schema]["x-bitmask"].as_object().unwrap();
        bits.iter().map(|(name, bit)| (name.clone(), bit["bit"].as_i64().unwrap())).collect::<std::collections::BTreeMap<_, _>>()
    };
    macro_rules! bits {
        ($rights:ty) => {
            <$rights as bitflags::Flags>::FLAGS
                .iter()
                .filter(|flag| !flag.name().is_empty())
                .map(|flag| (flag.name().to_owned(), i64::from(flag.value().bits())))
                .collect()
        };
    }
    assert_eq!(named("AccountRights"), bits!(AccountRights));
    assert_eq!(named("CreateRights"), bits!(CreateRights));
    assert_eq!(named("UpdateRights"), bits!(UpdateRights));
}
