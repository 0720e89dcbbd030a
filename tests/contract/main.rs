//! Contract tests: what `nuki-api` puts on the wire, and what it makes of what comes back.
//!
//! The modules named like the facade hold the requests and answers of its calls one by one. The others hold what is
//! true of all of them, and go over the table of [`case`]: [`matrix`] every status, [`faults`] everything else that can
//! come back, [`retries`], [`redirects`], [`tokens`] and [`secrets`] what the client may do about it. [`bodies`] and
//! [`unsent`] are about answers and connections that never come to an end, [`environment`] about variables, [`traces`]
//! about the log. [`sandbox`] holds the test kit against the document.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod answers;
mod bodies;
mod builder;
mod case;
mod configurations;
mod confirmed;
mod doors;
mod email;
mod environment;
mod faults;
mod fuzz;
mod inputs;
mod integrations;
mod lab;
mod load;
mod matrix;
mod otp;
mod password;
mod properties;
mod redaction;
mod redirects;
mod request;
mod retries;
mod rows;
mod sandbox;
mod schemas;
mod secrets;
mod settings;
mod spec;
mod sub_accounts;
mod tls;
mod tokens;
mod traces;
mod unsent;
mod wire;
mod world;
