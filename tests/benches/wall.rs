//! Wall time, by criterion: `cargo bench -p benches --bench wall`.
#![allow(clippy::print_stdout, reason = "it is a command")]

mod support;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use support::case::Case;
use support::contender::Contender;
use support::server::{self, SERVE, Server};
use tokio::task::JoinSet;

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(SERVE) {
        return server::serve();
    }
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    let server = Server::start();
    let runtime = support::runtime();
    for case in Case::ALL {
        let mut group = criterion.benchmark_group(case.name());
        for name in Contender::NAMES {
            let contender = Contender::new(name, &server.base_url(case));
            group.bench_function(name, |bencher| bencher.iter(|| runtime.block_on(contender.call(black_box(case)))));
        }
    }
    let mut group = criterion.benchmark_group("together-64");
    for name in Contender::NAMES {
        let contender = Arc::new(Contender::new(name, &server.base_url(Case::Read)));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    let mut calls = JoinSet::new();
                    for _ in 0..64 {
                        let contender = contender.clone();
                        calls.spawn(async move { contender.call(Case::Read).await });
                    }
                    calls.join_all().await
                })
            });
        });
    }
    group.finish();
    criterion.final_summary();
    Ok(())
}
