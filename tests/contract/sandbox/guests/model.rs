//! What is known of authorizations and users: who refuses what, and when a change shows.

use std::collections::{BTreeMap, BTreeSet};

use nuki_api::testkit::Sandbox;
use serde_json::json;

use super::super::model::call;
use super::{CODES, NAMES, Step, with};

const NEVER: &str = "5f0c1ab2c3d4e5f6a7b8c9d0";

/// What lists show of an authorization.
#[derive(Clone)]
struct Shown {
    code: i64,
    name: &'static str,
    window: usize,
    /// The user as a number of this test.
    user: Option<usize>,
}

/// A change that is under way.
#[derive(Clone)]
struct Change {
    /// When it is carried out; never while it waits for its lock to be online.
    at: Option<i64>,
    /// What lists show then; nothing of what is deleted.
    to: Option<Shown>,
}

#[derive(Clone)]
struct Auth {
    lock: usize,
    /// Known once it was listed.
    id: Option<String>,
    /// Nothing before its lock has it.
    shown: Option<Shown>,
    change: Option<Change>,
}

impl Auth {
    fn is_being_deleted(&self) -> bool {
        matches!(self.change, Some(Change { to: None, .. }))
    }

    fn belongs_to(&self, user: usize) -> bool {
        let to = self.change.as_ref().and_then(|change| change.to.as_ref());
        self.shown.as_ref().or(to).and_then(|shown| shown.user) == Some(user)
    }
}

#[derive(Clone, Copy)]
struct User {
    id: i64,
    is_being_deleted: bool,
    is_gone: bool,
}

pub(super) struct Model {
    now: i64,
    change_time: i64,
    pub(super) locks: [i64; 2],
    is_online: [bool; 2],
    /// In the order in which they were created, which is the order of the lists by the sandbox's choice.
    auths: Vec<Auth>,
    /// Of all that was ever listed, with its lock.
    ids: Vec<(usize, String)>,
    users: Vec<User>,
}

impl Model {
    pub(super) fn new(locks: [i64; 2], change_time: i64) -> Model {
        let is_online = [true; 2];
        Model { now: 0, change_time, locks, is_online, auths: Vec::new(), ids: Vec::new(), users: Vec::new() }
    }

    /// The one that a step means, with its lock: mostly one that is listed, else one that may be gone or never was.
    pub(super) fn id(&self, auth: usize) -> (usize, String) {
        let listed: Vec<_> = self.auths.iter().filter_map(|auth| Some((auth.lock, auth.id.clone()?))).collect();
        let known = if auth < 10 && !listed.is_empty() { &listed } else { &self.ids };
        known.get(auth % (known.len() + usize::from(auth >= 10)).max(1)).cloned().unwrap_or_else(|| (0, NEVER.to_owned()))
    }

    fn find(&self, auth: usize) -> Option<usize> {
        let (_, id) = self.id(auth);
        self.auths.iter().position(|auth| auth.id.as_ref() == Some(&id))
    }

    /// The authorizations of a step for many, each once: what a repeated one would mean is not known.
    pub(super) fn once(&self, auths: &[(usize, Option<usize>)]) -> Vec<(usize, Option<usize>)> {
        let mut seen = BTreeSet::new();
        auths.iter().filter(|(auth, _)| seen.insert(self.id(*auth))).copied().collect()
    }

    /// A lock knows a code from the request for it on, and until it was told that it is gone.
    fn is_taken(&self, lock: usize, code: i64, but_for: Option<usize>) -> bool {
        let others = self.auths.iter().enumerate().filter(|(other, auth)| auth.lock == lock && Some(*other) != but_for);
        let mut codes = others.flat_map(|(_, auth)| [auth.shown.as_ref(), auth.change.as_ref().and_then(|it| it.to.as_ref())]);
        codes.any(|shown| shown.is_some_and(|shown| shown.code == code))
    }

    fn begin(&mut self, auth: usize, to: Option<Shown>) {
        let auth = &mut self.auths[auth];
        auth.change = Some(Change { at: self.is_online[auth.lock].then_some(self.now + self.change_time), to });
    }

    /// What an update makes of an authorization, unless it is refused.
    fn updated(&self, auth: usize, code: Option<usize>, name: usize, window: usize) -> Result<(usize, Shown), u16> {
        let found = self.find(auth).ok_or(404_u16)?;
        let Auth { lock, change: None, shown: Some(shown), .. } = &self.auths[found] else { return Err(423) };
        // That the code and the user stay when they are not sent is the sandbox's choice; of windows it is known.
        let code = code.map_or(shown.code, |code| CODES[code]);
        if self.is_taken(*lock, code, Some(found)) {
            Err(409)
        } else {
            Ok((found, Shown { code, name: NAMES[name], window, user: shown.user }))
        }
    }

    /// All or none, by the sandbox's choice; and that it is a 403 if one is not there.
    fn update_many(&mut self, auths: &[(usize, Option<usize>)], name: usize, window: usize) -> Result<(), u16> {
        let mut updated = Vec::new();
        for (auth, code) in self.once(auths) {
            let next = self.updated(auth, code, name, window).map_err(|status| if status == 404 { 403 } else { status })?;
            updated.push(next);
        }
        if clash(&self.auths, &updated) {
            return Err(409);
        }
        updated.into_iter().for_each(|(auth, shown)| self.begin(auth, Some(shown)));
        Ok(())
    }

    fn delete_user(&mut self, user: usize) -> Result<(), u16> {
        let found = self.users.get(user).filter(|user| !user.is_gone).ok_or(404_u16)?;
        let own: Vec<usize> = (0..self.auths.len()).filter(|auth| self.auths[*auth].belongs_to(user)).collect();
        if found.is_being_deleted || own.iter().any(|auth| self.auths[*auth].is_being_deleted()) {
            return Err(423);
        }
        self.users[user].is_being_deleted = true;
        // That it takes the place of an update is the sandbox's choice.
        own.into_iter().for_each(|auth| self.begin(auth, None));
        Ok(())
    }

    /// What the sandbox should answer to a step: the status, if it is a call.
    pub(super) fn expect(&mut self, step: &Step) -> Option<u16> {
        let done = match step {
            Step::Create { user: Some(user), .. } if !self.is_user(*user) => Err(400),
            Step::Create { locks, code, .. } if locks.iter().any(|lock| self.is_taken(*lock, CODES[*code], None)) => Err(409),
            Step::Create { locks, code, name, window, user } => {
                for lock in *locks {
                    self.auths.push(Auth { lock: *lock, id: None, shown: None, change: None });
                    let shown = Shown { code: CODES[*code], name: NAMES[*name], window: *window, user: *user };
                    self.begin(self.auths.len() - 1, Some(shown));
                }
                Ok(204)
            }
            Step::Update { auth, code, name, window } => {
                self.updated(*auth, *code, *name, *window).map(|(auth, shown)| self.begin(auth, Some(shown))).map(|()| 204)
            }
            Step::UpdateMany { auths, name, window } => self.update_many(auths, *name, *window).map(|()| 204),
            Step::Delete { auth } => match self.find(*auth) {
                None => Err(404),
                Some(found) if self.auths[found].change.is_some() => Err(423),
                Some(found) => {
                    self.begin(found, None);
                    Ok(204)
                }
            },
            // All or none, by the sandbox's choice; and that those do not matter that are gone already.
            Step::DeleteMany { auths } => {
                let found: Vec<usize> = auths.iter().filter_map(|auth| self.find(*auth)).collect();
                if found.iter().any(|auth| self.auths[*auth].change.is_some()) {
                    Err(423)
                } else {
                    found.into_iter().for_each(|auth| self.begin(auth, None));
                    Ok(204)
                }
            }
            Step::CreateUser => Ok(200),
            Step::DeleteUser { user } => self.delete_user(*user).map(|()| 204),
            Step::Advance(by) => {
                self.now += by;
                self.settle();
                return None;
            }
            // A change that is on its way reaches a lock that goes offline meanwhile, by the sandbox's choice.
            Step::Online { lock, is_online } => {
                self.is_online[*lock] = *is_online;
                let at = self.now + self.change_time;
                let here = self.auths.iter_mut().filter(|auth| auth.lock == *lock && *is_online);
                here.filter_map(|auth| auth.change.as_mut()).for_each(|change| change.at = change.at.or(Some(at)));
                return None;
            }
        };
        self.settle();
        Some(done.unwrap_or_else(|status| status))
    }

    /// The one that a step means, or one that never was.
    pub(super) fn user_id(&self, user: usize) -> i64 {
        self.users.get(user).map_or(1, |user| user.id)
    }

    pub(super) fn created_user(&mut self, id: i64) {
        self.users.push(User { id, is_being_deleted: false, is_gone: false });
    }

    fn is_user(&self, user: usize) -> bool {
        self.users.get(user).is_some_and(|user| !user.is_being_deleted)
    }

    /// Carries out what is due. A user is gone as soon as the last authorization is.
    fn settle(&mut self) {
        for auth in &mut self.auths {
            let now = self.now;
            if let Some(change) = auth.change.take_if(|change| change.at.is_some_and(|at| at <= now)) {
                auth.shown = change.to;
            }
        }
        self.auths.retain(|auth| auth.shown.is_some() || auth.change.is_some());
        for (number, user) in self.users.iter_mut().enumerate() {
            user.is_gone = user.is_being_deleted && !self.auths.iter().any(|auth| auth.belongs_to(number));
        }
    }

    /// Compares all that is listed, and learns the ids of what is new.
    pub(super) fn check(&mut self, sandbox: &Sandbox) {
        for lock in 0..2 {
            let (_, listed) = call(sandbox, "GET", &format!("/smartlock/{}/auth", self.locks[lock]));
            let mut listed = listed.as_array().unwrap().iter();
            for auth in self.auths.iter_mut().filter(|auth| auth.lock == lock) {
                let Some(shown) = &auth.shown else { continue };
                let found = listed.next().expect("one more");
                let user = shown.user.map(|user| self.users[user].id);
                let expected =
                    with(json!({ "name": shown.name, "code": shown.code, "accountUserId": user, "type": 13 }), shown.window);
                let members = ["allowedFromDate", "allowedUntilDate", "allowedWeekDays", "allowedFromTime", "allowedUntilTime"];
                for member in ["name", "code", "accountUserId", "type"].into_iter().chain(members) {
                    assert_eq!(found[member], expected[member], "{member} of {found}");
                }
                assert_eq!(found["operationId"].is_null(), auth.change.is_none(), "{found}");
                assert!(found["authId"].is_number(), "its lock has it: {found}");
                let id = found["id"].as_str().unwrap().to_owned();
                if auth.id.is_none() {
                    self.ids.push((lock, id.clone()));
                }
                assert_eq!(*auth.id.get_or_insert_with(|| id.clone()), id);
            }
            assert_eq!(listed.next(), None, "too much");
        }
        let (_, users) = call(sandbox, "GET", "/account/user");
        let users = users.as_array().unwrap().iter();
        let found = users.map(|user| (user["accountUserId"].as_i64().unwrap(), user["operationId"].is_string()));
        let expected = self.users.iter().filter(|user| !user.is_gone).map(|user| (user.id, user.is_being_deleted));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), expected.collect::<BTreeMap<_, _>>());
    }
}

/// Whether two of these would have one code at one lock.
fn clash(auths: &[Auth], updated: &[(usize, Shown)]) -> bool {
    let codes: BTreeSet<_> = updated.iter().map(|(auth, shown)| (auths[*auth].lock, shown.code)).collect();
    codes.len() < updated.len()
}
