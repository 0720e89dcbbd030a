//! What was measured.

use std::collections::BTreeMap;

use anyhow::Result;

use super::programs::{Heap, Programs};

/// The contenders, by the names that the measuring programs know, and what they are.
pub const CONTENDERS: [(&str, &str); 5] = [
    ("facade", "nuki-api"),
    ("generated", "nuki-api-gen alone"),
    ("reqwest", "reqwest, as people write it"),
    ("prepared", "reqwest, all prepared, our types"),
    ("hyper", "hyper-util, serde_json, chrono"),
];

/// The cases: their names, what they are, and how often they run.
pub const CASES: [(&str, &str, u64); 5] = [
    ("read", "GET /account", 200),
    ("update", "POST /account", 200),
    ("list-1", "GET /account/sub, 1 item", 200),
    ("list-100", "GET /account/sub, 100 items", 40),
    ("list-10000", "GET /account/sub, 10,000 items", 2),
];

/// One call of one case by one contender.
#[derive(Clone, Debug, Default)]
pub struct Call {
    pub instructions: u64,
    pub heap: Heap,
    /// In nanoseconds.
    pub wall: f64,
}

/// The making of a client.
#[derive(Clone, Debug)]
pub struct Setup {
    pub what: &'static str,
    pub first: u64,
    pub later: u64,
}

/// All of it.
pub struct Figures {
    calls: BTreeMap<(&'static str, &'static str), Call>,
    /// 64 reads at a time: instructions and nanoseconds of one round.
    pub together: BTreeMap<&'static str, (u64, f64)>,
    pub setups: BTreeMap<&'static str, Setup>,
    pub with_token: u64,
}

impl Figures {
    /// Measures everything, which takes some minutes.
    pub fn measure(programs: &Programs) -> Result<Self> {
        let mut calls = BTreeMap::new();
        let mut together = BTreeMap::new();
        eprintln!("wall time, by criterion");
        programs.run_wall()?;
        for (contender, _) in CONTENDERS {
            for (case, what, times) in CASES {
                eprintln!("{what}: {contender}");
                let call = Call {
                    instructions: programs.instructions("call", case, contender, times)?,
                    heap: programs.heap(case, contender, times)?,
                    wall: programs.wall(case, contender)?,
                };
                calls.insert((case, contender), call);
            }
            let instructions = programs.instructions("together", "read", contender, 10)?;
            together.insert(contender, (instructions, programs.wall("together-64", contender)?));
        }
        let mut setups = BTreeMap::new();
        for (way, what) in [
            ("facade-rustls", "nuki-api, rustls, trust store of the system"),
            ("facade-webpki-roots", "nuki-api, rustls, Mozilla's roots"),
            ("facade-native-tls", "nuki-api, native-tls"),
            ("reqwest-rustls", "reqwest, rustls, trust store of the system"),
            ("reqwest-native-tls", "reqwest, native-tls"),
        ] {
            if way.ends_with("native-tls") && !programs.native_tls {
                continue;
            }
            eprintln!("a client: {what}");
            let (first, later) = programs.setup(way)?;
            setups.insert(way, Setup { what, first, later });
        }
        Ok(Self { calls, together, setups, with_token: programs.with_token()? })
    }

    /// Figures that differ from each other: each case costs more than the one before, each contender more than nuki-api.
    #[cfg(test)]
    pub fn made_up() -> Self {
        let mut calls = BTreeMap::new();
        let mut together = BTreeMap::new();
        for (more, (contender, _)) in (0_u64..).zip(CONTENDERS) {
            for (times, (case, ..)) in (1_u64..).zip(CASES) {
                let heap = serde_json::json!({
                    "times": 10, "allocations": 660 - 60 * more, "reallocations": 20, "bytes": 12_340, "peak": 3000, "body": 1000,
                });
                let heap = serde_json::from_value(heap).expect("a heap");
                calls.insert((case, contender), Call { instructions: times * 1_000_000 + more * 100_000, heap, wall: 5e4 });
            }
            together.insert(contender, (64_000_000 + more * 16_000_000, 2.5e6));
        }
        let setups = [
            ("facade-rustls", Setup { what: "nuki-api, trust store", first: 4_000_000, later: 1_000_000 }),
            ("facade-webpki-roots", Setup { what: "nuki-api, Mozilla's roots", first: 900_000, later: 500_000 }),
        ];
        Self { calls, together, setups: setups.into(), with_token: 60_000 }
    }

    pub fn call(&self, case: &'static str, contender: &'static str) -> Call {
        self.calls.get(&(case, contender)).cloned().unwrap_or_default()
    }
}
