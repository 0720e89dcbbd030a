//! What the service keeps of things without a life of their own: a JSON store that knows what belongs to what.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::account::without_nulls;
use super::clock::date;
use super::error_body::Refusal;

/// What a [`Sandbox`](super::Sandbox) keeps lists of, beside accounts and devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Resource {
    /// The users of an account, to whom authorizations are given.
    AccountUser,
    /// The addresses of an account.
    Address,
    /// The reservations of an address.
    AddressReservation,
    /// The tokens of an address, each of which invites somebody.
    AddressToken,
    /// The units of an address.
    AddressUnit,
    /// The Advanced API key of an API key: one at most.
    AdvancedApiKey,
    /// The API keys of an account.
    ApiKey,
    /// The tokens of an API key.
    ApiKeyToken,
    /// The companies that an account can see.
    Company,
    /// The decentral webhooks of an account.
    DecentralWebhook,
    /// The notifications of an account.
    Notification,
    /// The brands of the Opener's catalog, which belongs to nobody.
    OpenerBrand,
    /// The intercoms of the Opener's catalog, which belongs to nobody.
    OpenerIntercom,
    /// The listing services that an account can link.
    Service,
    /// The authorizations of a device.
    SmartlockAuth,
    /// The log entries of a device, the oldest first.
    SmartlockLog,
    /// What the webhooks of an API key sent.
    WebhookLog,
}

/// How ids of a kind look.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Id {
    Number,
    /// 24 hexadecimal digits.
    Digits,
}

pub(super) struct Kind {
    /// The member that holds the id; none where the id of the parent is enough.
    pub(super) id: Option<(&'static str, Id)>,
    /// What it belongs to, other than an account: the path's parameter and the member that name it.
    pub(super) parent: Option<(Parent, &'static str)>,
    pub(super) has_account: bool,
    /// The members that hold dates of creation and change.
    dates: [&'static str; 2],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    Smartlock,
    Of(Resource),
}

impl Resource {
    pub(super) const fn kind(self) -> Kind {
        use Id::{Digits, Number};
        const CREATED: [&str; 2] = ["creationDate", ""];
        const BOTH: [&str; 2] = ["creationDate", "updateDate"];
        const NONE: [&str; 2] = ["", ""];
        const ADDRESS: Option<(Parent, &str)> = Some((Parent::Of(Resource::Address), "addressId"));
        const API_KEY: Option<(Parent, &str)> = Some((Parent::Of(Resource::ApiKey), "apiKeyId"));
        const SMARTLOCK: Option<(Parent, &str)> = Some((Parent::Smartlock, "smartlockId"));
        let (id, parent, has_account, dates) = match self {
            Self::AccountUser => (Some(("accountUserId", Number)), None, true, BOTH),
            Self::Address => (Some(("addressId", Number)), None, true, BOTH),
            Self::AddressReservation => (Some(("id", Digits)), ADDRESS, true, ["", "updateDate"]),
            Self::AddressToken => (Some(("id", Digits)), ADDRESS, false, CREATED),
            Self::AddressUnit => (Some(("id", Digits)), ADDRESS, false, CREATED),
            Self::AdvancedApiKey => (None, API_KEY, false, BOTH),
            Self::ApiKey => (Some(("apiKeyId", Number)), None, true, CREATED),
            Self::ApiKeyToken => (Some(("id", Digits)), API_KEY, true, CREATED),
            Self::Company => (None, None, false, NONE),
            Self::DecentralWebhook => (Some(("id", Number)), None, false, NONE),
            Self::Notification => (Some(("notificationId", Digits)), None, false, NONE),
            Self::OpenerBrand => (Some(("brandId", Number)), None, false, NONE),
            Self::OpenerIntercom => (Some(("intercomId", Number)), None, false, BOTH),
            Self::Service => (Some(("serviceId", Digits)), None, false, NONE),
            Self::SmartlockAuth => (Some(("id", Digits)), SMARTLOCK, false, BOTH),
            Self::SmartlockLog => (Some(("id", Digits)), SMARTLOCK, false, ["date", ""]),
            Self::WebhookLog => (Some(("id", Digits)), API_KEY, true, ["created", "updated"]),
        };
        Kind { id, parent, has_account, dates }
    }

    /// What is gone with it.
    const fn children(self) -> &'static [Resource] {
        match self {
            Self::Address => &[Self::AddressReservation, Self::AddressToken, Self::AddressUnit],
            Self::ApiKey => &[Self::AdvancedApiKey, Self::ApiKeyToken, Self::WebhookLog],
            _ => &[],
        }
    }

    /// The members that the service writes in any case, as they are at first.
    fn defaults(self) -> Value {
        match self {
            Self::AccountUser => json!({"type": 0, "name": "", "email": ""}),
            Self::Address => json!({"name": "", "smartlockIds": []}),
            Self::AddressUnit => json!({"name": ""}),
            Self::AddressReservation => json!({
                "name": "", "email": "", "guests": 1, "guestsIssued": 0, "state": "accepted", "automation": 0,
                "hasCustomAccessTimes": false, "isCurrentlyIssuingAuth": false, "isCurrentlyRevokingAuth": false,
                "keypadIssued": false, "startDate": "2026-07-01T14:00:00.000Z", "endDate": "2026-07-08T09:00:00.000Z",
            }),
            Self::ApiKeyToken => json!({"scopes": []}),
            Self::AdvancedApiKey => json!({
                "name": "", "country": "", "description": "", "email": "", "type": "OTHER", "url": "", "status": "APPLIED",
                "restricted": false, "webhookUrl": "", "webhookFeatures": [],
            }),
            Self::DecentralWebhook => json!({"webhookUrl": "", "webhookFeatures": []}),
            Self::Notification => json!({"os": 2, "pushId": "", "status": 0, "settings": []}),
            Self::OpenerBrand => json!({"brand": ""}),
            Self::OpenerIntercom => json!({
                "brandId": 0, "model": "", "type": 0, "verified": 1, "busModeSwitch": 0, "busModeSwitchShortCircuitDuration": 0, "conAudioout": "",
                "conBusAudio": "", "conDoorbellMinus": "", "conDoorbellPlus": "", "conGndAnalogue": "", "conGndBus": "",
                "conOpendoor": "",
            }),
            Self::SmartlockAuth => json!({"name": "", "type": 0, "enabled": true, "remoteAllowed": false, "lockCount": 0}),
            Self::SmartlockLog => json!({
                "name": "", "action": 1, "trigger": 0, "state": 0, "autoUnlock": false, "deviceType": 4
            }),
            _ => json!({}),
        }
    }
}

/// One thing that is kept.
#[derive(Clone)]
pub(super) struct Record {
    /// The master account that it belongs to; 0 when it is everybody's.
    pub(super) owner: i32,
    /// The id of what it belongs to, as it stands in a path.
    pub(super) parent: String,
    pub(super) json: Value,
    pub(super) change: Option<Change>,
}

/// A change that is under way, and when it will have been carried out.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) at: DateTime<Utc>,
    /// What it will be then; nothing when it will be gone.
    pub(super) to: Option<Value>,
}

impl Record {
    pub(super) fn new(owner: i32, parent: impl ToString, json: Value) -> Record {
        Record { owner, parent: parent.to_string(), json, change: None }
    }

    /// Whether it is there yet. What is still on its way to a device is not.
    pub(super) fn is_there(&self) -> bool {
        !self.json.is_null()
    }

    /// What it is, or will be when the change is carried out that is under way.
    pub(super) fn latest(&self) -> &Value {
        match &self.change {
            Some(Change { to: Some(to), .. }) => to,
            _ => &self.json,
        }
    }

    /// Begins a change, unless another one is under way.
    pub(super) fn begin(&mut self, change: Change, operation: &str) -> Result<(), Refusal> {
        if self.change.is_some() {
            return Err(Refusal::busy());
        }
        self.json["operationId"] = operation.into();
        self.change = Some(change);
        Ok(())
    }
}

#[derive(Clone, Default)]
pub(super) struct Store(BTreeMap<Resource, Vec<Record>>);

impl Store {
    /// All that is kept of a kind, whoever owns it.
    pub(super) fn all(&self, kind: Resource) -> &[Record] {
        self.0.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn all_mut(&mut self, kind: Resource) -> &mut Vec<Record> {
        self.0.entry(kind).or_default()
    }

    /// What an account has of a kind, or what there is below a parent.
    pub(super) fn of<'s>(&'s self, kind: Resource, owner: i32, parent: &'s str) -> impl DoubleEndedIterator<Item = &'s Record> {
        self.all(kind).iter().filter(move |record| record.is_of(owner, parent))
    }

    pub(super) fn find(&self, kind: Resource, owner: i32, parent: &str, id: &str) -> Result<&Record, Refusal> {
        let found = self.all(kind).iter().find(|record| record.is_of(owner, parent) && record.has_id(kind, id));
        found.ok_or_else(|| not_there(kind))
    }

    pub(super) fn find_mut(&mut self, kind: Resource, owner: i32, parent: &str, id: &str) -> Result<&mut Record, Refusal> {
        let mut records = self.all_mut(kind).iter_mut();
        records.find(|record| record.is_of(owner, parent) && record.has_id(kind, id)).ok_or_else(|| not_there(kind))
    }

    /// Adds a new one; the members that the service gives are set unless they are there.
    pub(super) fn add(&mut self, kind: Resource, mut record: Record, rng: &mut fastrand::Rng, now: DateTime<Utc>) -> Value {
        let Kind { id, parent, has_account, dates } = kind.kind();
        let mut members = match kind.defaults() {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        if let Value::Object(given) = without_nulls(record.json) {
            members.extend(given);
        }
        let mut give = |name: &str, value: Value| {
            if !name.is_empty() {
                members.entry(name).or_insert(value);
            }
        };
        for name in dates {
            give(name, date(now).into());
        }
        if has_account {
            give("accountId", record.owner.into());
        }
        if let Some((_, name)) = parent.filter(|_| !matches!(kind, Resource::AdvancedApiKey | Resource::ApiKeyToken)) {
            give(name, record.parent.parse::<i64>().map_or_else(|_| record.parent.as_str().into(), Value::from));
        }
        if let Some((name, form)) = id {
            give(name, self.new_id(kind, name, form, rng));
        }
        record.json = members.into();
        let json = record.json.clone();
        self.all_mut(kind).push(record);
        json
    }

    fn new_id(&self, kind: Resource, name: &str, form: Id, rng: &mut fastrand::Rng) -> Value {
        loop {
            let id: Value = match form {
                Id::Number => rng.i32(100_000..=i32::MAX).into(),
                Id::Digits => hex(rng, 24).into(),
            };
            if self.all(kind).iter().all(|record| record.latest()[name] != id) {
                return id;
            }
        }
    }

    /// Removes one, with all that belongs to it.
    pub(super) fn remove(&mut self, kind: Resource, owner: i32, parent: &str, id: &str) -> Result<Value, Refusal> {
        let records = self.all_mut(kind);
        let found = records.iter().position(|record| record.is_of(owner, parent) && record.has_id(kind, id));
        let removed = records.remove(found.ok_or_else(|| not_there(kind))?);
        for child in kind.children() {
            self.all_mut(*child).retain(|record| record.owner != owner || record.parent != id);
        }
        Ok(removed.json)
    }

    /// Lets the changes happen whose time has come, and says what is gone.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) {
        // Of logs nothing changes, and they are long.
        let changing = self.0.iter_mut().filter(|(kind, _)| !matches!(kind, Resource::SmartlockLog | Resource::WebhookLog));
        for (_, records) in changing {
            records.retain_mut(|record| {
                let Some(change) = record.change.take_if(|change| change.at <= now) else { return true };
                let gone = change.to.is_none();
                record.json = change.to.unwrap_or_default();
                !gone
            });
        }
    }

    /// When an account goes, all of its things go.
    pub(super) fn forget(&mut self, owner: i32) {
        self.0.values_mut().for_each(|records| records.retain(|record| record.owner != owner));
    }
}

impl Record {
    fn is_of(&self, owner: i32, parent: &str) -> bool {
        (self.owner == owner || self.owner == 0) && self.parent == parent && self.is_there()
    }

    fn has_id(&self, kind: Resource, id: &str) -> bool {
        match kind.kind().id {
            Some((name, _)) => super::service::id_text(&self.json[name]).is_some_and(|own| own == id),
            None => true,
        }
    }
}

/// Members of an update: a null clears, everything else is set.
pub(super) fn merge(into: &mut Value, update: Value) {
    if into.is_null() {
        *into = json!({});
    }
    let (Value::Object(members), Value::Object(update)) = (into, update) else { return };
    for (name, value) in update {
        match value {
            Value::Null => drop(members.remove(&name)),
            value => drop(members.insert(name, value)),
        }
    }
}

pub(super) fn hex(rng: &mut fastrand::Rng, digits: usize) -> String {
    (0..digits).map(|_| char::from(b"0123456789abcdef"[rng.usize(..16)])).collect()
}

fn not_there(kind: Resource) -> Refusal {
    let name = format!("{kind:?}").chars().fold(String::new(), |text, letter| match letter.is_uppercase() && !text.is_empty() {
        true => format!("{text} {}", letter.to_ascii_lowercase()),
        false => format!("{text}{letter}"),
    });
    Refusal::not_found(format!("{name} does not exist"))
}
