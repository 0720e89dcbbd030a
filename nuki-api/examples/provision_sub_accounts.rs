//! Creates sub-accounts from a CSV file, several at a time, and reports what became of each.
//!
//! Without a token it runs against a sandbox in this process; with `NUKI_API_TOKEN` set, and the flag `--yes`, against the
//! real service. Who has a sub-account already is passed over, so it can be run again after a failure.
//!
//! ```text
//! cargo run --example provision_sub_accounts [-- people.csv --at-once 4 --yes]
//! ```
//!
//! The file has a header, and rights by name:
//!
//! ```csv
//! name,email,password,language,rights
//! Ada,ada@example.com,correct horse,en,operate_smartlocks view_smartlock_logs
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod common;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::Parser;
use futures_util::{StreamExt, stream};
use indicatif::ProgressBar;
use nuki_api::testkit::{Operation, Sandbox};
use nuki_api::{Client, CreateRights, EmailAddress, Error, Language, Password, Retry};

/// What is used without a file.
const SAMPLE: &str = "\
name,email,password,language,rights
Ada Lovelace,ada@example.com,correct horse,en,operate_smartlocks view_smartlock_logs
Emmy Noether,emmy@example.com,battery staple,de,operate_smartlocks
Grace Hopper,grace@example.com,nano seconds,en,operate_smartlocks manage_sub_accounts
";

/// Create sub-accounts from a CSV file.
#[derive(Parser)]
struct Options {
    /// The file, with the columns name, email, password, language and rights; a small sample if none is given.
    file: Option<PathBuf>,
    /// How many are created at a time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..))]
    at_once: u8,
    /// Create them in a real account.
    #[arg(long)]
    yes: bool,
}

/// What the header of the file has to name, in any order.
const COLUMNS: [&str; 5] = ["name", "email", "password", "language", "rights"];

/// A line of the file, found good: values of these types are what the service can take.
struct Person {
    name: String,
    email: EmailAddress,
    password: Password,
    language: Language,
    rights: CreateRights,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    common::end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<()> {
    let text = match &options.file {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("nothing was sent: {}", path.display()))?,
        None => SAMPLE.to_owned(),
    };
    let people = parse(&text).context("nothing was sent")?;
    let sandbox = Sandbox::new();
    // So that there is something to see.
    sandbox.on(Operation::SubAccountCreate).always().delay(Duration::from_millis(300));
    let ground = common::Ground::new(sandbox)?;
    ground.confirm(options.yes, &format!("create {} sub-accounts", people.len()))?;
    provision(&ground.nuki, &people, options.at_once.into()).await
}

/// Reads all lines, and names each one that is wrong: nothing is sent for half a file.
fn parse(text: &str) -> Result<Vec<Person>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let at = COLUMNS.map(|column| header.iter().position(|name| name == column));
    let lacking = COLUMNS.iter().zip(at).filter(|(_, at)| at.is_none()).map(|(column, _)| *column).collect::<Vec<_>>();
    if !lacking.is_empty() {
        bail!("the first line lacks {}: it has to name the columns, with commas between them", lacking.join(", "));
    }
    let at = at.map(Option::unwrap_or_default);
    if let Some(twice) = COLUMNS.iter().find(|column| header.iter().filter(|name| name == *column).count() > 1) {
        bail!("the first line names {twice} twice");
    }
    let (mut people, mut wrong, mut lines) = (Vec::new(), Vec::new(), HashMap::new());
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = at.map(|at| record.get(at).unwrap_or_default());
        let person = if record.len() == header.len() {
            person(cells)
        } else {
            Err(anyhow!("{} columns instead of {}", record.len(), header.len()))
        };
        match person {
            Ok(person) => match lines.insert(person.email.as_str().to_lowercase(), line) {
                Some(first) => wrong.push(format!("line {line} has the e-mail address of line {first}")),
                None => people.push(person),
            },
            Err(error) => wrong.push(format!("line {line}: {error:#}")),
        }
    }
    match (wrong.is_empty(), people.is_empty()) {
        (true, false) => Ok(people),
        (true, true) => bail!("the file names nobody"),
        (false, _) => bail!("{}", wrong.join("; ")),
    }
}

fn person([name, email, password, language, rights]: [&str; 5]) -> Result<Person> {
    if name.trim().is_empty() {
        bail!("name: is empty");
    }
    if password != password.trim() {
        bail!("password: begins or ends with a space, which nobody would know");
    }
    Ok(Person {
        name: name.trim().to_owned(),
        email: email.trim().parse().context("email")?,
        password: password.parse().context("password")?,
        language: language.trim().parse().context("language")?,
        rights: parse_rights(rights).context("rights")?,
    })
}

/// Rights by the names of [`CreateRights`], in any case, with spaces between them.
fn parse_rights(names: &str) -> Result<CreateRights> {
    let known = || CreateRights::all().iter_names().map(|(name, _)| name.to_ascii_lowercase()).collect::<Vec<_>>().join(", ");
    let right = |name: &str| {
        CreateRights::from_name(&name.to_ascii_uppercase()).with_context(|| format!("`{name}` is none of {}", known()))
    };
    names.split_whitespace().map(right).collect()
}

async fn provision(nuki: &Client, people: &[Person], at_once: usize) -> Result<()> {
    let subs = nuki.account().sub_accounts();
    // Also the proof that service and token are good, before anything is created.
    let there = subs.list().await.context("nothing was created")?;
    let there = there.into_iter().map(|sub| sub.email.to_lowercase()).collect::<HashSet<_>>();
    let (there, missing): (Vec<_>, Vec<_>) =
        people.iter().partition(|person| there.contains(&person.email.as_str().to_lowercase()));

    let bar = ProgressBar::new(missing.len() as u64);
    let create = |person: &Person| {
        let Person { name, email, password, language, rights } = person;
        let call = subs.create(email, password, name, *rights, language);
        // A 429 is a refusal, so to wait and try again cannot create anybody twice.
        let call = call.retry(Retry::default().creates_when_rate_limited(true));
        let email = email.clone();
        async move { (email, call.await) }
    };
    let results = stream::iter(missing).map(create).buffer_unordered(at_once).inspect(|_| bar.inc(1)).collect::<Vec<_>>().await;
    bar.finish_and_clear();
    report(&results.into_iter().map(|(email, result)| (email, result.map(|sub| sub.account_id))).collect::<Vec<_>>(), there.len())
}

fn report(results: &[(EmailAddress, Result<i32, Error>)], there: usize) -> Result<()> {
    let (mut failed, mut open) = (0, 0);
    for (email, result) in results {
        match result {
            Ok(id) => println!("created  {email} as {id}"),
            Err(error) => {
                failed += 1;
                open += u32::from(error.may_have_been_applied());
                println!("failed   {email}: {error}");
            }
        }
    }
    println!("{} created, {there} were there already, {failed} failed.", results.len() - failed);
    if failed > 0 {
        let open = if open > 0 { format!(" ({open} of them may exist all the same)") } else { String::new() };
        bail!("{failed} sub-accounts were not created{open}; run it again, it passes over those that exist");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_line_is_named_and_no_password_shown() {
        let text = format!(
            "{SAMPLE}Eve,eve,geheim1,en,\nBob,bob@example.com,canary,en,\nBob\nCy,cy@example.com,pass word,en,fly\nDee,dee@example.com, canary canary,en,\n\
             ,finn@example.com,correct horse,en,\n \t,gus@example.com,correct horse,en,\n"
        );
        let error = parse(&text).err().unwrap().to_string();
        for part in [
            "line 5: email: has no `@`",
            "line 6: password: is too short",
            "line 7: 1 columns instead of 5",
            "line 8: rights: `fly` is none of operate_smartlocks, ",
            "line 9: password: begins or ends with a space",
            "line 10: name: is empty",
            "line 11: name: is empty",
        ] {
            assert!(error.contains(part), "{error}");
        }
        assert!(!error.contains("canary") && !error.contains("geheim"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_what_it_should_be_is_refused_as_a_whole() {
        let refused = |text: &str| parse(text).err().unwrap().to_string();
        assert!(refused("name,email\nAda,a@b.de\n").starts_with("the first line lacks password, language, rights: "));
        assert!(refused("").starts_with("the first line lacks name, "));
        assert!(refused(&SAMPLE.replace(',', ";")).starts_with("the first line lacks name, "));
        assert_eq!(refused(SAMPLE.lines().next().unwrap()), "the file names nobody");
        assert_eq!(refused(&SAMPLE.replacen("rights", "rights,email", 1)), "the first line names email twice");
    }

    #[tokio::test]
    async fn nothing_is_sent_for_a_file_with_an_empty_name() {
        let file = std::env::temp_dir().join(format!("people-{}.csv", std::process::id()));
        std::fs::write(&file, format!("{SAMPLE},finn@example.com,correct horse,en,\n")).unwrap();
        let refused = run(&Options { file: Some(file.clone()), at_once: 1, yes: false }).await.unwrap_err();
        std::fs::remove_file(file).unwrap();
        assert_eq!(format!("{refused:#}"), "nothing was sent: line 5: name: is empty");
    }

    #[test]
    fn columns_may_stand_in_any_order_and_with_spaces_around() {
        let text = "\u{feff}rights, language ,password,email,name\r\n, de ,correct horse, ada@example.com, Ada \r\n";
        let people = parse(text).unwrap();
        assert_eq!((people[0].name.as_str(), people[0].email.as_str()), ("Ada", "ada@example.com"));
        assert_eq!(people[0].rights, CreateRights::empty());
    }

    #[test]
    fn an_address_that_stands_twice_is_refused() {
        let error = parse(&format!("{SAMPLE}Ada,ADA@example.com,correct horse,en,\n")).err().unwrap();
        assert_eq!(error.to_string(), "line 5 has the e-mail address of line 2");
    }

    #[tokio::test]
    async fn what_failed_is_told_and_a_second_run_creates_the_rest() {
        let (sandbox, people) = (Sandbox::new(), parse(SAMPLE).unwrap());
        let nuki = sandbox.client().unwrap();
        sandbox.on(Operation::SubAccountCreate).nth(1).reset_after();
        sandbox.on(Operation::SubAccountCreate).nth(2).respond_status(403);
        let error = provision(&nuki, &people, 1).await.unwrap_err().to_string();
        assert!(error.starts_with("2 sub-accounts were not created (1 of them may exist all the same)"), "{error}");

        provision(&nuki, &people, 2).await.unwrap();
        assert_eq!(sandbox.sub_accounts(Sandbox::ACCOUNT_ID).len(), 3);
        // Three at first; then only the one that was refused: the lost one was there.
        assert_eq!(sandbox.requests_of(Operation::SubAccountCreate).len(), 4);
    }

    #[tokio::test]
    async fn with_a_wrong_token_nobody_is_tried() {
        let sandbox = Sandbox::new();
        let nuki = sandbox.client_builder().token("wrong").build().unwrap();
        assert!(provision(&nuki, &parse(SAMPLE).unwrap(), 2).await.is_err());
        sandbox.assert_requests(&["GET /account/sub"]);
    }
}
