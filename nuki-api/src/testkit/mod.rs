//! The test kit: a Nuki account service in this process.
