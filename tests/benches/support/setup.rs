//! What it costs to make a client, in a process that has made so many before.

use nuki_api::{Client, Tls};

use super::contender::TOKEN;

/// Makes clients by one of the ways below.
pub fn make(way: &str, times: usize) {
    for _ in 0..times {
        match way {
            "nothing" => {}
            "facade-rustls" => drop(facade(Tls::Rustls)),
            #[cfg(feature = "webpki-roots")]
            "facade-webpki-roots" => drop(facade(Tls::WebpkiRoots)),
            #[cfg(feature = "native-tls")]
            "facade-native-tls" => drop(facade(Tls::Native)),
            "reqwest-rustls" => {
                super::use_ring();
                drop(reqwest::Client::builder().tls_backend_rustls().build().expect("a client"));
            }
            #[cfg(feature = "native-tls")]
            "reqwest-native-tls" => drop(reqwest::Client::builder().tls_backend_native().build().expect("a client")),
            _ => panic!("no way {way} to make a client: the features do not bring it"),
        }
    }
}

/// Makes clients for other users out of one.
pub fn with_token(times: usize) {
    let nuki = Client::builder().token(TOKEN).build().expect("a client");
    for _ in 0..times {
        drop(std::hint::black_box(nuki.with_token(std::hint::black_box(TOKEN)).expect("a client")));
    }
}

fn facade(tls: Tls) -> Client {
    Client::builder().token(TOKEN).tls(tls).build().expect("a client")
}
