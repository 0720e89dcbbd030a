//! Generated client for the account endpoints of the Nuki Web API.
