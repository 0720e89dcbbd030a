//! A server that says bytes, well-formed or not, and breaks connections: what no HTTP library would do for a test.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use nuki_api::{Client, ClientBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::world::TOKEN;

/// What the server does on each connection, in order; then it closes it.
#[derive(Clone)]
pub enum Step {
    /// Reads a whole request.
    Read,
    /// Says this.
    Say(Bytes),
    /// Says this again and again, as long as somebody listens.
    Repeat(Bytes),
    /// Ends the connection with a reset.
    Reset,
    /// Keeps the connection open, and says nothing more.
    Hang,
}

/// The requests that were read, in small letters.
type Requests = Arc<Mutex<Vec<String>>>;

/// A server on a free port of this machine, until it is dropped.
pub struct Wire {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Requests,
    task: JoinHandle<()>,
}

impl Wire {
    pub async fn doing(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, connections) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let requests = Requests::default();
        let (count, seen) = (connections.clone(), requests.clone());
        let task = tokio::spawn(async move {
            let mut tasks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tasks.spawn(play(stream, steps.clone(), seen.clone()));
            }
        });
        Self { address, connections, requests, task }
    }

    /// Reads a request, and says this.
    pub async fn saying(text: impl Into<Bytes>) -> Self {
        Self::doing(vec![Step::Read, Step::Say(text.into())]).await
    }

    pub fn builder(&self) -> ClientBuilder {
        Client::builder().base_url(format!("http://{}", self.address)).token(TOKEN)
    }

    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The requests as they were read, in small letters.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many connections were made; each of them carries one request.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn play(mut stream: TcpStream, steps: Vec<Step>, requests: Requests) {
    for step in steps {
        match step {
            Step::Read => {
                let request = read(&mut stream).await;
                requests.lock().unwrap().push(request);
            }
            Step::Repeat(text) => while stream.write_all(&text).await.is_ok() {},
            // The client may have had enough of it.
            Step::Say(text) => drop(stream.write_all(&text).await),
            Step::Reset => return drop(stream.set_zero_linger()),
            Step::Hang => std::future::pending().await,
        }
    }
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        if stream.read_buf(&mut request).await.is_ok_and(|read| read == 0) {
            return text;
        }
    }
}
