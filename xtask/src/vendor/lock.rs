//! The file `openapi/vendor.lock.json`.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::contract::Contract;

/// Below the root of the workspace.
pub(crate) const PATH: &str = "openapi/vendor.lock.json";

/// The lock, if there is one.
pub(crate) fn read(root: &Path) -> Result<Option<Contract>> {
    match fs::read_to_string(root.join(PATH)) {
        Ok(text) => Contract::from_lock(&text).with_context(|| format!("cannot read {PATH}")).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {PATH}")),
    }
}

/// Replaces the lock as a whole or not at all.
pub(super) fn write(root: &Path, contract: &Contract) -> Result<()> {
    let text = contract.to_lock()?;
    // In the same directory, so that the rename stays on one file system.
    let temporary = root.join(format!("{PATH}.{}.tmp", std::process::id()));
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, root.join(PATH))
    };
    write().inspect_err(|_| drop(fs::remove_file(&temporary))).with_context(|| format!("cannot write {PATH}"))
}
