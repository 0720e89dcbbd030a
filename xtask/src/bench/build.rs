//! What a clean build of a minimal program costs, beside the same with reqwest alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};

/// A minimal program: its name, its dependencies and its `main`.
struct Program {
    name: &'static str,
    dependencies: String,
    main: &'static str,
}

/// What it costs to build.
struct Cost {
    seconds: f64,
    crates: BTreeSet<String>,
    bytes: u64,
}

const FACADE: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let me = nuki_api::Client::from_env()?.account().get().await?;
    println!("{}", me.email);
    Ok(())
}
"#;

const REQWEST: &str = r#"
#[derive(serde::Deserialize)]
struct Account { email: String }

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = reqwest::Client::new().get("https://api.nuki.io/account").bearer_auth(std::env::var("NUKI_API_TOKEN")?);
    let me: Account = request.send().await?.error_for_status()?.json().await?;
    println!("{}", me.email);
    Ok(())
}
"#;

pub fn run(root: &Path) -> Result<ExitCode> {
    let facade = |features: &str| format!("nuki-api = {{ path = {:?}{features} }}\n", root.join("nuki-api"));
    let reqwest = |features: &str| {
        format!(
            "reqwest = {{ version = \"0.13\", default-features = false, features = [{features}] }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
        )
    };
    let ring = "rustls = { version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }\n";
    let same = r#""http2", "json", "rustls-no-provider", "system-proxy""#;
    let programs = [
        Program { name: "nuki-api", dependencies: facade(""), main: FACADE },
        Program {
            name: "nuki-api, Mozilla's roots",
            dependencies: facade(", default-features = false, features = [\"webpki-roots\"]"),
            main: FACADE,
        },
        Program { name: "reqwest alone, ring", dependencies: reqwest(same) + ring, main: REQWEST },
        Program {
            name: "reqwest alone, aws-lc (its default)",
            dependencies: reqwest(r#""http2", "json", "rustls", "system-proxy""#),
            main: REQWEST,
        },
    ];
    println!("| clean release build of | CPU seconds | crates | stripped bytes |\n|---|---:|---:|---:|");
    let mut costs = Vec::new();
    for program in &programs {
        match build(root, program) {
            Ok(cost) => {
                println!("| {} | {:.0} | {} | {} |", program.name, cost.seconds, cost.crates.len(), cost.bytes);
                costs.push((program.name, cost));
            }
            Err(error) => println!("| {} | cannot be built here: {error:#} | | |", program.name),
        }
    }
    let of = |name: &str| costs.iter().find(|(program, _)| *program == name).map(|(_, cost)| &cost.crates);
    if let (Some(facade), Some(reqwest)) = (of("nuki-api"), of("reqwest alone, ring")) {
        let more = facade.difference(reqwest).map(String::as_str).collect::<Vec<_>>();
        println!("\nnuki-api adds {} crates to those of reqwest: {}", more.len(), more.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds it in a folder of its own, with the versions of our lock.
fn build(root: &Path, program: &Program) -> Result<Cost> {
    let folder = std::env::temp_dir().join(format!("nuki-api-build-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"minimal\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]\nstrip = true\n\n\
         [dependencies]\n{}tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n",
        program.dependencies
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("src/main.rs"), program.main)?;
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let cost = measure(&folder);
    std::fs::remove_dir_all(&folder).context("cannot remove the temporary folder")?;
    cost
}

fn measure(folder: &Path) -> Result<Cost> {
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
        command.stderr(Stdio::null());
        command
    };
    let tree = cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]).output()?;
    ensure!(tree.status.success(), "its dependencies cannot be had");
    let crates = String::from_utf8(tree.stdout)?
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "minimal")
        .map(str::to_owned)
        .collect();
    let before = cpu_seconds_of_children()?;
    ensure!(cargo(&["build", "--release"]).status()?.success(), "it does not build");
    let seconds = cpu_seconds_of_children()? - before;
    let bytes = std::fs::metadata(folder.join("target/release/minimal"))?.len();
    Ok(Cost { seconds, crates, bytes })
}

/// User and system time of all processes that this one has started and seen end. Linux only.
fn cpu_seconds_of_children() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("CPU time is read from /proc, which is not here")?;
    // The second field is a name in parentheses, which may hold spaces; after it come the third and so on.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    let ticks = [13, 14].map(|field| fields.get(field).and_then(|text| text.parse::<f64>().ok()));
    let [Some(user), Some(system)] = ticks else { anyhow::bail!("/proc/self/stat is not what it should be") };
    // A tick is a hundredth of a second on every Linux that there is.
    Ok((user + system) / 100.0)
}
