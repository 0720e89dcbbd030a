//! Does one thing so many times, and nothing else: what callgrind counts for `cargo xtask bench`.
//!
//! ```text
//! count call <case> <contender> <times>     count together <case> <contender> <rounds of 64>
//! count setup <way> <times>                 count with-token <times>
//! ```
#![allow(clippy::print_stdout, reason = "it is a command")]

mod support;

use std::sync::Arc;

use support::case::Case;
use support::contender::Contender;
use support::server::{self, SERVE, Server};
use support::setup;
use tokio::task::JoinSet;

fn main() -> std::io::Result<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let times = |text: &str| text.parse::<usize>().expect("a number of times");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [SERVE] => server::serve()?,
        ["call", case, contender, count] => calls(case, contender, times(count)),
        ["together", case, contender, rounds] => together(case, contender, times(rounds)),
        ["setup", way, count] => setup::make(way, times(count)),
        ["with-token", count] => setup::with_token(times(count)),
        _ => println!("this counts nothing by itself: `cargo xtask bench` does"),
    }
    Ok(())
}

/// Makes calls, one after the other, over one connection.
fn calls(case: &str, contender: &str, times: usize) {
    let case = Case::parse(case).expect("a case");
    let server = Server::start();
    support::runtime().block_on(async {
        let contender = Contender::new(contender, &server.base_url(case));
        for _ in 0..times {
            contender.call(case).await;
        }
    });
}

/// Makes 64 calls at a time.
fn together(case: &str, contender: &str, rounds: usize) {
    let case = Case::parse(case).expect("a case");
    let server = Server::start();
    support::runtime().block_on(async {
        let contender = Arc::new(Contender::new(contender, &server.base_url(case)));
        for _ in 0..rounds {
            let mut calls = JoinSet::new();
            for _ in 0..64 {
                let contender = contender.clone();
                calls.spawn(async move { contender.call(case).await });
            }
            calls.join_all().await;
        }
    });
}
