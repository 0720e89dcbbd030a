//! What needs thought: the calls, and the parts of calls, that the document cannot say. Each module adds to the generated
//! one of its name, which shows its public items.

pub(crate) mod account;
pub(crate) mod advanced_api;
pub(crate) mod smartlock;
