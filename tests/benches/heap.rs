//! Counts what calls take from the heap, for `cargo xtask bench`: `heap <case> <contender> <times>`.
#![allow(clippy::print_stdout, reason = "it is a command")]

mod support;

use std::alloc::System;

use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait};
use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use support::case::Case;
use support::contender::Contender;
use support::server::{self, SERVE, Server};

#[global_allocator]
static PEAK: PeakMemAlloc<&StatsAlloc<System>> = PeakMemAlloc::new(&INSTRUMENTED_SYSTEM);

fn main() -> std::io::Result<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [SERVE] => server::serve()?,
        [case, contender, times] => measure(case, contender, times.parse().expect("a number of times")),
        _ => println!("this counts nothing by itself: `cargo xtask bench` does"),
    }
    Ok(())
}

/// Prints allocations, reallocations and bytes of all the calls, and the peak of the last, the first ones left out: they
/// open the connection and grow its buffers.
fn measure(case: &str, contender: &str, times: usize) {
    let case = Case::parse(case).expect("a case");
    let server = Server::start();
    support::runtime().block_on(async {
        let contender = Contender::new(contender, &server.base_url(case));
        for _ in 0..5 {
            contender.call(case).await;
        }
        let before = INSTRUMENTED_SYSTEM.stats();
        for _ in 0..times {
            contender.call(case).await;
        }
        let used = INSTRUMENTED_SYSTEM.stats() - before;
        PEAK.reset_peak_memory();
        contender.call(case).await;
        let peak = PEAK.get_peak_memory();
        let report = json!({
            "times": times,
            "allocations": used.allocations,
            "reallocations": used.reallocations,
            "bytes": used.bytes_allocated.saturating_add_signed(used.bytes_reallocated),
            "peak": peak,
            "body": case.body().len(),
        });
        println!("{report}");
    });
}
