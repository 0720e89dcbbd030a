//! Whom a client trusts.

use std::sync::Arc;

use nuki_api::{Client, ErrorKind, Tls};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::answers;
use crate::world::TOKEN;

/// A service with a certificate that it made itself; its base URL.
async fn of_doubtful_identity() -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not trust it hangs up.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {}
            let body = answers::MY_ACCOUNT;
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_unless_ones_own_settings_take_it() {
    let base_url = of_doubtful_identity().await;
    let builder = || Client::builder().base_url(&base_url).token(TOKEN);
    let trusting = || reqwest::Client::builder().tls_danger_accept_invalid_certs(true);
    let refusing = [builder(), builder().tls(Tls::Rustls), builder().http(trusting()).tls(Tls::Rustls)];
    for builder in refusing {
        let error = builder.build().unwrap().account().get().await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Connect, false), "{error}");
        assert!(std::error::Error::source(&error).is_some(), "the cause is told: {error:?}");
    }
    let nuki = builder().http(trusting()).build().unwrap();
    assert_eq!(nuki.account().get().await.unwrap().email, "ada@example.com");
}
