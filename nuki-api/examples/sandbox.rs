//! Serves the sandbox on a port of 127.0.0.1 until it is stopped with Ctrl-C:
//!
//! ```text
//! cargo run -p nuki-api --features testkit --example sandbox -- [--token VALUE] [--port N]
//! ```
//!
//! The first and only line on stdout is the base URL, for scripts to read.
#![allow(clippy::print_stderr)]

use std::io::Write;
use std::process::ExitCode;

use nuki_api::testkit::Sandbox;

struct Options {
    token: String,
    /// 0 is any free port.
    port: u16,
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { token: Sandbox::TOKEN.to_owned(), port: 0 };
    while let Some(argument) = arguments.next() {
        // Both `--port 80` and `--port=80`.
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || inline.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
        match name {
            "--token" => options.token = value().and_then(token)?,
            "--port" => options.port = value().and_then(port)?,
            _ => return Err(format!("unknown argument {name}")),
        }
    }
    Ok(options)
}

/// What a header can carry without doubt.
fn token(value: String) -> Result<String, String> {
    match !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(value),
        false => Err("--token must be visible ASCII without spaces".to_owned()),
    }
}

fn port(value: String) -> Result<u16, String> {
    value.parse().map_err(|_| format!("--port must be a number from 0 to 65535, not {value}"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let options = match options(arguments) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("sandbox: {problem}; usage: sandbox [--token VALUE] [--port N]");
            return ExitCode::from(2);
        }
    };
    let sandbox = Sandbox::builder().without_tokens().token(options.token, Sandbox::ACCOUNT_ID).build();
    let server = match sandbox.serve(options.port).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("sandbox: cannot listen on port {} of 127.0.0.1: {error}", options.port);
            return ExitCode::FAILURE;
        }
    };
    // Whoever started it may have stopped reading; that is no reason to stop serving.
    let _ = writeln!(std::io::stdout(), "{}", server.base_url());
    server.run().await;
    ExitCode::SUCCESS
}
