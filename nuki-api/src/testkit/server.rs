//! The door on a port: HTTP/1.1 on 127.0.0.1, and the faults that only a wire can show.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::futures::OwnedNotified;
use tokio::task::JoinSet;

use super::Sandbox;
use super::port::Port;
use super::sandbox::lock;
use super::service::MAX_BODY;
use super::wire::{Lost, is_reset, on_wire};

/// A [`Sandbox`] on a port of 127.0.0.1.
///
/// Dropping it gives the port back at once, and ends every connection as soon as the runtime comes to it;
/// [`shutdown`](Server::shutdown) waits for that.
pub struct Server {
    base_url: String,
    port: Arc<Port>,
    accepting: JoinSet<()>,
    connections: Connections,
}

type Connections = Arc<Mutex<JoinSet<()>>>;

impl Server {
    /// The base URL, such as `http://127.0.0.1:40123`, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Serves until the future is dropped.
    pub async fn run(mut self) {
        self.accepting.join_next().await;
    }

    /// Gives the port back and ends every connection, also one whose answer is still under way. After it, no request
    /// reaches the sandbox through this server.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let server = nuki_api::testkit::Sandbox::new().serve(0).await?;
    /// server.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn shutdown(mut self) {
        self.port.close();
        self.accepting.shutdown().await;
        let mut connections = std::mem::take(&mut *lock(&self.connections));
        connections.shutdown().await;
    }

    pub(super) fn start(sandbox: Sandbox, port: u16) -> io::Result<Server> {
        let port = Arc::new(Port::open(port)?);
        sandbox.watch(&port);
        let connections = Connections::default();
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(sandbox, Arc::clone(&port), Arc::clone(&connections)));
        Ok(Server { base_url: format!("http://{}", port.address()), port, accepting, connections })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.port.close();
        lock(&self.connections).abort_all();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

async fn accept(sandbox: Sandbox, port: Arc<Port>, connections: Connections) {
    loop {
        match port.accept().await {
            Ok((stream, closing)) => {
                lock(&connections).spawn(connection(sandbox.clone(), stream, closing));
            }
            // Out of file descriptors, perhaps: wait for a connection to end before the next try.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while lock(&connections).try_join_next().is_some() {}
    }
}

/// Serves a connection to its end. When the port closes, it ends after the answer that is under way.
async fn connection(sandbox: Sandbox, stream: TcpStream, closing: OwnedNotified) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let sandbox = sandbox.clone();
        Box::pin(async move { on_wire(sandbox.deliver(read(request).await?).await) })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut closing = pin!(closing);
    let mut is_last = false;
    let end = poll_fn(|context| {
        if !is_last && closing.as_mut().poll(context).is_ready() {
            is_last = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        connection.poll_without_shutdown(context)
    })
    .await;
    if end.is_err_and(|error| is_reset(&error)) {
        // Without this the peer would see an orderly end of the connection.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

/// The request with its whole body. One that is too large is read to its end and kept up to the first byte too many,
/// so that the service refuses it and the peer can still read the refusal.
async fn read(request: Request<Incoming>) -> Result<Request<Bytes>, Lost> {
    let (parts, mut incoming) = request.into_parts();
    let mut body = BytesMut::new();
    while let Some(frame) = incoming.frame().await {
        if let Ok(data) = frame.map_err(|_| Lost::Reset)?.into_data() {
            body.extend_from_slice(&data[..data.len().min(MAX_BODY + 1 - body.len())]);
        }
    }
    Ok(Request::from_parts(parts, body.freeze()))
}
