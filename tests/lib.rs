//! Compiles and runs the programs of the README, and shows which mistakes do not compile. The contract tests are in
//! `contract/`.

#[doc = include_str!("../README.md")]
pub mod readme {}

/// The three layouts of rights cannot be mixed up: the bit that lets somebody operate a lock in one of them lets them
/// manage it in another.
///
/// Each goes where it belongs:
///
/// ```
/// use nuki_api::{AccountRights, Client, CreateRights, UpdateRights};
///
/// fn all_three(nuki: &Client, read: AccountRights) {
///     let subs = nuki.account().sub_accounts();
///     let _ = subs.create("ops@example.com", nuki_api::Password::new("correct horse"), "Ops", CreateRights::OPERATE_SMARTLOCKS, "de");
///     let _ = subs.update(2002).rights(UpdateRights::OPERATE_SMARTLOCKS);
///     assert!(read.contains(AccountRights::OPERATE_SMARTLOCKS));
/// }
/// ```
///
/// What was read does not create:
///
/// ```compile_fail,E0308
/// use nuki_api::{AccountRights, Client};
///
/// fn mixed(nuki: &Client, read: AccountRights) {
///     let _ = nuki.account().sub_accounts().create("ops@example.com", nuki_api::Password::new("correct horse"), "Ops", read, "de");
/// }
/// ```
///
/// nor update:
///
/// ```compile_fail,E0308
/// use nuki_api::{AccountRights, Client};
///
/// fn mixed(nuki: &Client, read: AccountRights) {
///     let _ = nuki.account().sub_accounts().update(2002).rights(read);
/// }
/// ```
///
/// What creates does not update, and the other way round:
///
/// ```compile_fail,E0308
/// use nuki_api::{Client, CreateRights};
///
/// fn mixed(nuki: &Client) {
///     let _ = nuki.account().sub_accounts().update(2002).rights(CreateRights::OPERATE_SMARTLOCKS);
/// }
/// ```
///
/// ```compile_fail,E0308
/// use nuki_api::{Client, UpdateRights};
///
/// fn mixed(nuki: &Client) {
///     let rights = UpdateRights::OPERATE_SMARTLOCKS;
///     let _ = nuki.account().sub_accounts().create("ops@example.com", nuki_api::Password::new("correct horse"), "Ops", rights, "de");
/// }
/// ```
///
/// They do not convert into each other, nor compare:
///
/// ```compile_fail,E0277
/// use nuki_api::{AccountRights, CreateRights};
///
/// let _: CreateRights = AccountRights::OPERATE_SMARTLOCKS.into();
/// ```
///
/// ```compile_fail,E0308
/// use nuki_api::{AccountRights, UpdateRights};
///
/// let _ = AccountRights::OPERATE_SMARTLOCKS == UpdateRights::OPERATE_SMARTLOCKS;
/// ```
///
/// And a call without an id of an integration cannot be written:
///
/// ```compile_fail,E0061
/// use nuki_api::Client;
///
/// fn nothing_named(nuki: &Client) {
///     let _ = nuki.account().integrations().delete();
/// }
/// ```
pub mod mistakes {}
