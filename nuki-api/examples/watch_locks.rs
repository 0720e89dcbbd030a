//! A live table of all devices: state, door, battery, connection and last change. It only reads.
//!
//! Without a token it watches a sandbox in this process, where somebody comes and goes; with `NUKI_API_TOKEN` set it watches the
//! real account. One request is sent for each table, whatever the number of devices.
//!
//! ```text
//! cargo run --example watch_locks [-- --every 10 --times 3]
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod common;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::Parser;
use nuki_api::Client;
use nuki_api::testkit::Sandbox;
use nuki_api::types::{DoorState, Smartlock};

/// Watch all devices of the account.
#[derive(Parser)]
struct Options {
    /// Seconds between two tables. The service limits how often it is asked: 5 are the least.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(5..))]
    every: u64,
    /// How many tables are shown; without it, they go on until Ctrl-C.
    #[arg(long)]
    times: Option<u64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    common::end(watch(&options).await)
}

async fn watch(options: &Options) -> Result<()> {
    let ground = common::Ground::new(Sandbox::new())?;
    let (mut every, nuki) = (tokio::time::interval(Duration::from_secs(options.every)), ground.nuki);
    for number in 0..options.times.unwrap_or(u64::MAX) {
        every.tick().await;
        if let Some(sandbox) = &ground.sandbox {
            live(sandbox, number).await?;
        }
        let table = table(&nuki, Utc::now()).await;
        match table {
            Ok(table) => show(&table),
            // One that fails is no reason to stop, but for the first.
            Err(error) if number > 0 => eprintln!("{error:#}"),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Somebody comes home to the sandbox, and leaves again.
async fn live(sandbox: &Sandbox, number: u64) -> Result<()> {
    let nuki = sandbox.client()?;
    let door = nuki.smartlock(Sandbox::SMARTLOCK_ID);
    match number % 4 {
        1 => door.open().await?,
        2 => sandbox.change_smartlock(Sandbox::SMARTLOCK_ID, |lock| lock.door(3)),
        3 => {
            sandbox.change_smartlock(Sandbox::SMARTLOCK_ID, |lock| lock.door(2));
            door.lock().await?;
        }
        _ => nuki.smartlock(Sandbox::OPENER_ID).activate_ring_to_open().await?,
    }
    Ok(())
}

/// In a terminal the new table takes the place of the old one.
fn show(table: &str) {
    let mut stdout = std::io::stdout();
    let clear = if stdout.is_terminal() { "\x1b[2J\x1b[H" } else { "" };
    // Whoever started it may have stopped reading.
    let _ = writeln!(stdout, "{clear}{table}");
}

async fn table(nuki: &Client, now: DateTime<Utc>) -> Result<String> {
    let locks = nuki.smartlocks().list().await.context("the devices could not be listed")?;
    let mut text = format!("{:<18} {:<22} {:<10} {:<9} {:<9} CHANGED\n", "NAME", "STATE", "DOOR", "BATTERY", "ONLINE");
    for lock in &locks {
        let name = lock.name.as_deref().filter(|name| !name.is_empty()).map_or_else(|| lock.printed_id(), str::to_owned);
        let changed = lock.update_date.map_or_else(|| "-".to_owned(), |at| ago(now, at));
        let online = known(lock.is_online(), "yes", "NO");
        text += &format!("{name:<18} {:<22} {:<10} {:<9} {online:<9} {changed}\n", state(lock), door(lock), battery(lock));
    }
    Ok(text)
}

fn known(answer: Option<bool>, yes: &'static str, no: &'static str) -> &'static str {
    answer.map_or("-", |answer| if answer { yes } else { no })
}

fn state(lock: &Smartlock) -> String {
    match (lock.lock_state(), lock.opener_state()) {
        (Some(state), _) => state.to_string(),
        (_, Some(_)) if lock.is_continuous_mode_active() == Some(true) => "ContinuousMode".to_owned(),
        (_, Some(state)) => state.to_string(),
        // A Box tells nothing, and of a type of the future nobody knows what its numbers mean.
        (None, None) => "-".to_owned(),
    }
}

fn door(lock: &Smartlock) -> &'static str {
    match lock.door_state() {
        Some(DoorState::Open) => "open",
        Some(DoorState::Closed) => "closed",
        Some(DoorState::Unavailable | DoorState::Deactivated) | None => "-",
        Some(_) => "unknown",
    }
}

fn battery(lock: &Smartlock) -> String {
    let low = [lock.battery_is_low(), lock.keypad_battery_is_low(), lock.door_sensor_battery_is_low()].contains(&Some(true));
    let charge = lock.battery_charge().map_or_else(|| "-".to_owned(), |percent| format!("{percent} %"));
    if low { format!("{charge} LOW") } else { charge }
}

fn ago(now: DateTime<Utc>, at: DateTime<Utc>) -> String {
    match (now - at).num_seconds() {
        ..60 => "just now".to_owned(),
        seconds @ 60..3600 => format!("{} min ago", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h ago", seconds / 3600),
        seconds => format!("{} d ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_device_has_a_line_with_what_is_known_of_it() -> Result<()> {
        let sandbox = Sandbox::new();
        sandbox.change_smartlock(Sandbox::SMARTLOCK_ID, |lock| lock.online(false).battery(9).door(3));
        let now = sandbox.clock().now() + chrono::TimeDelta::hours(5);
        let table = table(&sandbox.client()?, now).await?;
        let line = |name: &str| table.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        assert_eq!(table.lines().count(), 7);
        let words = line("Flat 1").split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert_eq!(words, "Flat 1 Locked open 9 % LOW NO 5 h ago");
        assert!(line("House door").contains(" Online ") && line("Key box").contains(" - "), "{table}");
        Ok(())
    }

    #[test]
    fn ages_are_rounded_down() {
        let at = DateTime::UNIX_EPOCH;
        let after = |seconds| ago(at + chrono::TimeDelta::seconds(seconds), at);
        assert_eq!([after(0), after(119), after(7199), after(90_000)], ["just now", "1 min ago", "1 h ago", "1 d ago"]);
    }
}
