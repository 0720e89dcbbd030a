//! `/smartlock`: what a device does, named by what the door does, and whether it did.

mod actions;
mod config;
mod confirm;
mod following;
mod poll;

pub use actions::PerformSmartlockAction;
pub(crate) use actions::by_number;
pub use config::ModifyConfig;
pub use confirm::Confirmed;
pub use following::{Following, Progress, Step};
pub(crate) use poll::Polls;
