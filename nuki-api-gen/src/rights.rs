//! From one layout of rights to another, by meaning and by name only.
//!
//! The same number means different things in each layout, so the types do not mix:
//!
//! ```compile_fail,E0308
//! use nuki_api_gen::types::{CreateRights, UpdateRights};
//!
//! let rights: UpdateRights = CreateRights::OPERATE_SMARTLOCKS;
//! ```
//!
//! ```compile_fail,E0277
//! use nuki_api_gen::types::{AccountRights, UpdateRights};
//!
//! let rights: UpdateRights = AccountRights::OPERATE_SMARTLOCKS.into();
//! ```

use crate::types::{AccountRights as Read, CreateRights as Create, UpdateRights as Update};

/// What means the same in the layout that is read and in that of updates.
const READ_TO_UPDATE: [(Read, Update); 6] = [
    (Read::OPERATE_SMARTLOCKS, Update::OPERATE_SMARTLOCKS),
    (Read::MANAGE_SMARTLOCK_CONFIG, Update::CHANGE_SMARTLOCK_CONFIG),
    (Read::MANAGE_SMARTLOCK_AUTHORIZATIONS, Update::MANAGE_SMARTLOCK_USERS),
    (Read::VIEW_SMARTLOCK_LOGS, Update::VIEW_SMARTLOCK_LOGS),
    (Read::MANAGE_SUB_ACCOUNTS, Update::MANAGE_SUB_ACCOUNTS),
    (Read::CREATE_SMARTLOCKS, Update::CREATE_SMARTLOCKS),
];

impl Read {
    /// The same rights in the layout of updates, and those that have no counterpart there: `MANAGE_SMARTLOCKS`, and bits
    /// that nobody knows. That a manager of authorizations is a manager of users is inferred, not documented.
    ///
    /// ```
    /// # use nuki_api_gen::types::{AccountRights, UpdateRights};
    /// let rights = AccountRights::OPERATE_SMARTLOCKS | AccountRights::MANAGE_SMARTLOCKS;
    /// let (update, left_over) = rights.to_update_layout();
    /// assert_eq!(update, UpdateRights::OPERATE_SMARTLOCKS);
    /// assert_eq!(left_over, AccountRights::MANAGE_SMARTLOCKS);
    /// ```
    pub fn to_update_layout(self) -> (Update, Self) {
        let (mut update, mut left_over) = (Update::empty(), self.bits());
        for (read, same) in READ_TO_UPDATE {
            if self.contains(read) {
                update = update.union(same);
                left_over &= !read.bits();
            }
        }
        (update, Self::from_bits_retain(left_over))
    }
}

impl Create {
    /// The same rights in the layout of updates, and bits that nobody knows. The five known ones stand at the same place.
    pub fn to_update_layout(self) -> (Update, Self) {
        const KNOWN: i32 = 0b1_1111;
        (Update::from_bits_retain(self.bits() & KNOWN), Self::from_bits_retain(self.bits() & !KNOWN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_keeps_its_name() {
        for (create, update) in [
            (Create::OPERATE_SMARTLOCKS, Update::OPERATE_SMARTLOCKS),
            (Create::CHANGE_SMARTLOCK_CONFIG, Update::CHANGE_SMARTLOCK_CONFIG),
            (Create::MANAGE_SMARTLOCK_USERS, Update::MANAGE_SMARTLOCK_USERS),
            (Create::VIEW_SMARTLOCK_LOGS, Update::VIEW_SMARTLOCK_LOGS),
            (Create::MANAGE_SUB_ACCOUNTS, Update::MANAGE_SUB_ACCOUNTS),
        ] {
            assert_eq!(create.to_update_layout(), (update, Create::empty()));
        }
        for (read, update) in READ_TO_UPDATE {
            assert_eq!(read.to_update_layout(), (update, Read::empty()));
        }
    }

    #[test]
    fn what_has_no_counterpart_is_left_over() {
        let unknown = Read::from_bits_retain(1 << 20);
        assert_eq!((Read::MANAGE_SMARTLOCKS | unknown).to_update_layout(), (Update::empty(), Read::MANAGE_SMARTLOCKS | unknown));
        let unknown = Create::from_bits_retain(32);
        assert_eq!((Create::OPERATE_SMARTLOCKS | unknown).to_update_layout(), (Update::OPERATE_SMARTLOCKS, unknown));
    }
}
