//! What is there to be looked up: the Opener's intercoms, and the listing services that an account can link.

use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::super::store::Resource;
use super::Answer;
use super::call::Call;

/// The intercoms of a brand, or with `recentlyChanged` those of all brands. `ignoreVerified` shows those as well that do not
/// work.
pub(super) fn intercoms(state: &State, call: &Call<'_>) -> Answer {
    let brand = call.query_as::<i64>("brandId");
    let flag = |name| call.query_as::<bool>(name).unwrap_or(false);
    let (all, with_others) = (flag("recentlyChanged"), flag("ignoreVerified"));
    let intercoms = state.store.all(Resource::OpenerIntercom).iter().map(|record| &record.json);
    let fits = |json: &&serde_json::Value| {
        (all || brand.is_some_and(|brand| json["brandId"] == brand)) && (with_others || json["verified"] != 3)
    };
    Ok(ok(&intercoms.filter(fits).cloned().collect()))
}

pub(super) fn services(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let wanted = call.query("serviceIds");
    let fits = |id: &str| wanted.as_deref().is_none_or(|wanted| wanted.split(',').any(|wanted| wanted.trim() == id));
    let services = state.store.of(Resource::Service, home, "").map(|record| &record.json);
    Ok(ok(&services.filter(|json| fits(json["serviceId"].as_str().unwrap_or_default())).cloned().collect()))
}

/// Answers with the page on which the user agrees. The sandbox takes that for done.
pub(super) fn link(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let id = call.path("serviceId");
    let service = &mut state.store.find_mut(Resource::Service, home, "", id)?.json;
    if service["linked"] == true {
        return Err(Refusal::bad_request("The service is linked already"));
    }
    service["linked"] = true.into();
    Ok(ok(&format!("https://{id}.invalid/authorize").into()))
}

pub(super) fn sync(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    linked(state, call, home)?;
    Ok(no_content())
}

pub(super) fn unlink(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    linked(state, call, home)?["linked"] = false.into();
    Ok(no_content())
}

fn linked<'s>(state: &'s mut State, call: &Call<'_>, home: i32) -> Result<&'s mut serde_json::Value, Refusal> {
    let service = &mut state.store.find_mut(Resource::Service, home, "", call.path("serviceId"))?.json;
    match service["linked"] == true {
        true => Ok(service),
        false => Err(Refusal::bad_request("The service is not linked")),
    }
}
