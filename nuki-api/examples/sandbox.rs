//! Serves the sandbox on a port of 127.0.0.1 until it is stopped with Ctrl-C:
//!
//! ```text
//! cargo run --example sandbox [-- --token VALUE --port N]
//! ```
//!
//! The first and only line on stdout is the base URL, for scripts to read.
#![allow(clippy::print_stderr)]

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use nuki_api::Token;
use nuki_api::testkit::Sandbox;

/// Serve the sandbox on this machine, and print its base URL.
#[derive(Parser)]
struct Options {
    /// The token that it takes.
    #[arg(long, default_value = Sandbox::TOKEN)]
    token: String,
    /// The port; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    // Not by clap, which would repeat what it refuses.
    let token = match options.token.parse::<Token>() {
        Ok(token) => token,
        Err(reason) => {
            eprintln!("error: --token {reason}");
            return ExitCode::from(2);
        }
    };
    let sandbox = Sandbox::builder().without_tokens().token(token.expose(), Sandbox::ACCOUNT_ID).build();
    let server = match sandbox.serve(options.port).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("error: cannot listen on port {} of 127.0.0.1: {error}", options.port);
            return ExitCode::FAILURE;
        }
    };
    // Whoever started it may have stopped reading; that is no reason to stop serving.
    let _ = writeln!(std::io::stdout(), "{}", server.base_url());
    server.run().await;
    ExitCode::SUCCESS
}
