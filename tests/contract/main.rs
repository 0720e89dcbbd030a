//! Contract tests.


