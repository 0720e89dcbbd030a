//! What others learn of a call on its way: readers of the log, and proxies that pack headers.

use nuki_api::{Client, Method, Retry};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::secrets::Log;
use crate::world::{TOKEN, World};

#[tokio::test]
async fn no_path_of_another_endpoint_is_in_a_trace() {
    for status in [200, 404] {
        let world = World::answering(status, "{}").await;
        let log = Log::default();
        let listening = log.listen();
        let call = world.nuki.request(Method::GET, "/brand/canary-17/auth").query("canary", 1);
        let _ = call.send_raw().await;
        drop(listening);
        let text = log.text();
        let ours = text.lines().filter(|line| line.contains("nuki_api")).collect::<Vec<_>>();
        assert!(ours.iter().any(|line| line.contains("GET other")), "{text}");
        assert!(!ours.iter().any(|line| line.contains("canary") || line.contains("smartlock")), "{ours:?}");
    }
}

/// HTTP/2 packs headers, and remembers them along the way. One that is sensitive says that nobody may remember it.
#[tokio::test]
async fn the_token_is_sent_so_that_no_proxy_remembers_it() {
    /// RFC 7541: a literal that is never indexed, `0001`, with the name 23 of the static table, `authorization`.
    const NEVER_INDEXED: [u8; 2] = [0x1f, 23 - 15];
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const HEADERS: u8 = 1;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let http = reqwest::Client::builder().http2_prior_knowledge();
    let builder = Client::builder().base_url(format!("http://{}", listener.local_addr().unwrap())).token(TOKEN);
    let nuki = builder.http(http).retry(Retry::never()).build().unwrap();
    let call = tokio::spawn(nuki.account().get().send());
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).await.unwrap();
    assert_eq!(preface, PREFACE);
    let headers = loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let mut frame = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        stream.read_exact(&mut frame).await.unwrap();
        if head[3] == HEADERS {
            break frame;
        }
    };
    assert!(headers.windows(2).any(|bytes| bytes == NEVER_INDEXED), "{headers:x?}");
    drop(stream);
    assert!(call.await.unwrap().is_err());
}
