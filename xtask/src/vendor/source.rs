//! Getting the document: a file or a URL, in bounded time and memory.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Error, Result, ensure};
use reqwest::{Client, Url, redirect};

/// How much and how long.
pub(super) struct Limits {
    pub(super) bytes: u64,
    /// Until there is a connection.
    pub(super) connect: Duration,
    /// Until the last byte is there.
    pub(super) total: Duration,
    pub(super) redirects: usize,
}

impl Default for Limits {
    /// The vendor's document has some 300 KB.
    fn default() -> Self {
        Self { bytes: 32 * 1024 * 1024, connect: Duration::from_secs(10), total: Duration::from_secs(60), redirects: 5 }
    }
}

/// Reads a file or an http(s) URL.
pub(super) fn read(source: &str, limits: &Limits) -> Result<Vec<u8>> {
    if source.starts_with("http://") || source.starts_with("https://") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(download(source, limits)).with_context(|| format!("cannot download {source}"));
    }
    let read = || -> Result<Vec<u8>> { capped(File::open(source)?, limits) };
    read().with_context(|| format!("cannot read {source}"))
}

/// Reads to the end, which must come before the limit.
pub(super) fn capped(reader: impl Read, limits: &Limits) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let length = reader.take(limits.bytes + 1).read_to_end(&mut text)?;
    ensure!(length as u64 <= limits.bytes, too_large(limits));
    Ok(text)
}

fn too_large(limits: &Limits) -> String {
    format!("the document is larger than {} bytes", limits.bytes)
}

/// Downloads a document.
pub(super) async fn download(url: &str, limits: &Limits) -> Result<Vec<u8>> {
    let url = Url::parse(url)?;
    let mut response = client(&url, limits)?.get(url).send().await.map_err(|error| explain(error, limits))?;
    let status = response.status();
    ensure!(status.is_success(), "the server answered {status}");
    // An honest length saves the download; a missing or false one is caught below.
    ensure!(response.content_length().is_none_or(|length| length <= limits.bytes), too_large(limits));
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(error, limits))? {
        ensure!((text.len() + chunk.len()) as u64 <= limits.bytes, too_large(limits));
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}

fn client(url: &Url, limits: &Limits) -> Result<Client> {
    // Fails when there is a provider already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder()
        .user_agent(concat!("nuki-api-xtask/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .redirect(redirect::Policy::limited(limits.redirects));
    // A proxy of the environment cannot reach a server of this machine.
    let is_local = url.host_str().is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
    Ok(if is_local { client.no_proxy() } else { client }.build()?)
}

/// What went wrong in words, with reqwest's own below them.
fn explain(error: reqwest::Error, limits: &Limits) -> Error {
    let what = match () {
        () if error.is_connect() => "no connection".to_owned(),
        () if error.is_timeout() => format!("no complete answer within {:?}", limits.total),
        () if error.is_redirect() => format!("more than {} redirects", limits.redirects),
        () if error.is_body() || error.is_decode() => "the download was cut off".to_owned(),
        () => "no answer".to_owned(),
    };
    Error::new(error.without_url()).context(what)
}
