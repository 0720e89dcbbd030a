//! What the figures should be.

use super::figures::Figures;

/// One of them.
pub struct Target {
    pub what: &'static str,
    pub limit: f64,
    pub found: f64,
}

impl Target {
    pub fn is_met(&self) -> bool {
        self.found <= self.limit
    }
}

/// All of them, in the order in which they are shown.
pub fn all(figures: &Figures) -> Vec<Target> {
    let instructions = |case, contender| figures.call(case, contender).instructions as f64;
    let ratio = |case, of, to| instructions(case, of) / instructions(case, to);
    let allocations = |case, contender| figures.call(case, contender).heap.allocations() as f64;
    let more = |case| allocations(case, "facade") - allocations(case, "generated");
    let setup = |way, pick: fn(&super::figures::Setup) -> u64| figures.setups.get(way).map_or(f64::NAN, |it| pick(it) as f64);
    let long = figures.call("list-10000", "facade").heap;
    let targets = [
        ("GET /account, to reqwest as people write it", 0.95, ratio("read", "facade", "reqwest")),
        ("GET /account, to hyper", 1.55, ratio("read", "facade", "hyper")),
        ("POST /account, to reqwest as people write it", 1.0, ratio("update", "facade", "reqwest")),
        ("GET /account, to nuki-api-gen alone", 1.03, ratio("read", "facade", "generated")),
        ("POST /account, to nuki-api-gen alone", 1.03, ratio("update", "facade", "generated")),
        ("GET /account, allocations more than nuki-api-gen alone", 6.0, more("read")),
        ("POST /account, allocations more than nuki-api-gen alone", 6.0, more("update")),
        ("GET /account, allocations", 60.0, allocations("read", "facade")),
        ("100 items, to hyper", 0.70, ratio("list-100", "facade", "hyper")),
        ("10,000 items, to 100 items", 102.0, instructions("list-10000", "facade") / instructions("list-100", "facade")),
        ("10,000 items, peak of the heap to the body", 2.7, long.peak as f64 / long.body as f64),
        ("with_token, million instructions", 0.05, figures.with_token as f64 / 1e6),
        ("another client, Mozilla's roots, million instructions", 0.6, setup("facade-webpki-roots", |it| it.later) / 1e6),
        (
            "another client, trust store of the system, to the first",
            0.1,
            setup("facade-rustls", |it| it.later) / setup("facade-rustls", |it| it.first),
        ),
    ];
    targets.into_iter().map(|(what, limit, found)| Target { what, limit, found }).collect()
}
