//! Builds and runs the measuring programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

/// The built programs.
pub struct Programs {
    count: PathBuf,
    heap: PathBuf,
    wall: PathBuf,
    setup: PathBuf,
    pub native_tls: bool,
    criterion: PathBuf,
}

/// What calls take from the heap.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Heap {
    times: u64,
    allocations: u64,
    reallocations: u64,
    bytes: u64,
    /// Of one call, in bytes.
    pub peak: u64,
    /// The size of the answer's body, in bytes.
    pub body: u64,
}

impl Heap {
    /// For each call, rounded.
    pub fn allocations(&self) -> u64 {
        (self.allocations + self.times / 2) / self.times.max(1)
    }

    pub fn reallocations(&self) -> u64 {
        (self.reallocations + self.times / 2) / self.times.max(1)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes / self.times.max(1)
    }
}

pub fn valgrind_is_here() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

impl Programs {
    /// All of them; the ways to make a client with every TLS that can be built here.
    pub fn build(root: &Path) -> Result<Self> {
        let calls = compile(root, &["--bench", "count", "--bench", "heap", "--bench", "wall"])?;
        // native-tls needs the headers of OpenSSL, on Linux.
        let native_tls = !cfg!(target_os = "linux")
            || Command::new("pkg-config").args(["--exists", "openssl"]).status().is_ok_and(|status| status.success());
        let features = if native_tls { "webpki-roots,native-tls" } else { "webpki-roots" };
        let setup = compile(root, &["--bench", "count", "--features", features])?;
        let program = |all: &[(String, PathBuf)], name: &str| {
            let found = all.iter().find(|(target, _)| target == name).map(|(_, path)| path.clone());
            found.with_context(|| format!("cargo built no {name}"))
        };
        Ok(Self {
            count: program(&calls, "count")?,
            heap: program(&calls, "heap")?,
            wall: program(&calls, "wall")?,
            setup: program(&setup, "count")?,
            native_tls,
            criterion: std::env::temp_dir().join(format!("nuki-api-criterion-{}", std::process::id())),
        })
    }

    /// Only what counts calls.
    pub fn for_calls(root: &Path) -> Result<Self> {
        let calls = compile(root, &["--bench", "count", "--bench", "heap"])?;
        let program = |name: &str| {
            let found = calls.iter().find(|(target, _)| target == name).map(|(_, path)| path.clone());
            found.with_context(|| format!("cargo built no {name}"))
        };
        let none = PathBuf::new();
        let (count, heap) = (program("count")?, program("heap")?);
        Ok(Self { count, heap, wall: none.clone(), setup: none.clone(), native_tls: false, criterion: none })
    }

    /// Instructions of one call, the steady state: the difference of two run lengths.
    pub fn instructions(&self, what: &str, case: &str, contender: &str, times: u64) -> Result<u64> {
        // On a busy machine a read now and then finds nothing yet, and is made again: the least of a few runs has least of that.
        let runs = if times > 10 { 3 } else { 1 };
        let run = |times: u64| -> Result<u64> {
            let counts = (0..runs).map(|_| callgrind(&self.count, &[what, case, contender, &times.to_string()]));
            counts.collect::<Result<Vec<_>>>()?.into_iter().min().context("no run")
        };
        Ok(run(2 * times)?.saturating_sub(run(times)?) / times)
    }

    /// Instructions to make the first client of a process, and those to make another.
    pub fn setup(&self, way: &str) -> Result<(u64, u64)> {
        let run = |times: &str| callgrind(&self.setup, &["setup", way, times]);
        let (none, first, eleven) = (callgrind(&self.setup, &["setup", "nothing", "1"])?, run("1")?, run("11")?);
        Ok((first.saturating_sub(none), eleven.saturating_sub(first) / 10))
    }

    /// Instructions of `Client::with_token`.
    pub fn with_token(&self) -> Result<u64> {
        let run = |times: &str| callgrind(&self.setup, &["with-token", times]);
        Ok(run("200")?.saturating_sub(run("100")?) / 100)
    }

    pub fn heap(&self, case: &str, contender: &str, times: u64) -> Result<Heap> {
        let output = Command::new(&self.heap).args([case, contender, &times.to_string()]).output().context("cannot run heap")?;
        ensure!(output.status.success(), "heap {case} {contender} failed: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).context("heap printed something else")
    }

    /// Runs criterion over everything.
    pub fn run_wall(&self) -> Result<()> {
        let status = Command::new(&self.wall)
            .args(["--bench", "--noplot", "--quiet"])
            .env("CRITERION_HOME", &self.criterion)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("cannot run wall")?;
        ensure!(status.success(), "wall failed");
        Ok(())
    }

    /// The median that criterion found, in nanoseconds.
    pub fn wall(&self, group: &str, contender: &str) -> Result<f64> {
        let path = self.criterion.join(group).join(contender).join("new/estimates.json");
        let text = std::fs::read(&path).with_context(|| format!("criterion wrote no {}", path.display()))?;
        let estimates: Value = serde_json::from_slice(&text)?;
        estimates["median"]["point_estimate"].as_f64().context("criterion found no median")
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        if self.criterion.is_dir() {
            let _ = std::fs::remove_dir_all(&self.criterion);
        }
    }
}

/// Builds bench targets, and says where cargo put them.
fn compile(root: &Path, arguments: &[&str]) -> Result<Vec<(String, PathBuf)>> {
    let output = Command::new(env!("CARGO"))
        .args(["bench", "--package", "benches", "--no-run", "--quiet", "--message-format", "json-render-diagnostics"])
        .args(arguments)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "the measuring programs do not build");
    let mut programs = Vec::new();
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).context("cargo printed something else")?;
        if let (Some(name), Some(path)) = (message["target"]["name"].as_str(), message["executable"].as_str()) {
            programs.push((name.to_owned(), path.into()));
        }
    }
    Ok(programs)
}

/// How many instructions the program itself takes, without the server that it starts.
fn callgrind(program: &Path, arguments: &[&str]) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output()
        .context("cannot run valgrind")?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{} failed under callgrind:\n{text}", arguments.join(" "));
    }
    let collected = text.lines().find_map(|line| line.split_once("Collected : ")).context("callgrind collected nothing")?;
    collected.1.trim().parse().context("callgrind collected something else")
}
