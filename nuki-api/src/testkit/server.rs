//! The door on a port: HTTP/1.1 on 127.0.0.1, and the faults that only a wire can show.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Sleep;

use super::service::MAX_BODY;
use super::{Delivery, Sandbox};

/// A [`Sandbox`] on a port of 127.0.0.1. Dropping it stops the listener and every connection.
pub struct Server {
    base_url: String,
    accepting: JoinSet<()>,
}

impl Server {
    /// The base URL, such as `http://127.0.0.1:40123`, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Serves until the future is dropped.
    pub async fn run(mut self) {
        self.accepting.join_next().await;
    }

    pub(super) async fn start(sandbox: Sandbox, port: u16) -> io::Result<Server> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(sandbox, listener));
        Ok(Server { base_url, accepting })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// The connections live in here, so that they end with the task that accepts them.
async fn accept(sandbox: Sandbox, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(sandbox.clone(), stream));
            }
            // Out of file descriptors, perhaps: wait for a connection to end before the next try.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(sandbox: Sandbox, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let sandbox = sandbox.clone();
        Box::pin(async move { on_wire(sandbox.deliver(read(request).await?).await) })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let end = poll_fn(|context| connection.poll_without_shutdown(context)).await;
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

fn on_wire(delivery: Delivery) -> Result<Response<WireBody>, Lost> {
    match delivery {
        Delivery::Response(response) => Ok(response.map(|body| WireBody::new([Step::Data(body)]))),
        Delivery::ResetBefore | Delivery::ResetAfter => Err(Lost::Reset),
        Delivery::Truncated { response, keep } => Ok(with_length(response)
            .map(|body| WireBody::new([Step::Data(body.slice(..keep.min(body.len()))), Step::Flush, Step::Cut]))),
        Delivery::SlowBody { response, delay } => {
            let pause = Step::Pause(Box::pin(tokio::time::sleep(delay)));
            Ok(with_length(response).map(|body| WireBody::new([pause, Step::Data(body)])))
        }
    }
}

/// Where the body comes in steps, its length must be told before.
fn with_length(mut response: Response<Bytes>) -> Response<Bytes> {
    let length = response.body().len();
    if length > 0 {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    response
}

/// How a connection ends before its time.
#[derive(Debug)]
enum Lost {
    Reset,
    Cut,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sandbox ends this connection")
    }
}

impl std::error::Error for Lost {}

fn is_reset(error: &hyper::Error) -> bool {
    let source = std::error::Error::source(error);
    matches!(source.and_then(|source| source.downcast_ref()), Some(Lost::Reset))
}

/// A body that arrives in steps.
struct WireBody {
    steps: std::collections::VecDeque<Step>,
}

enum Step {
    Data(Bytes),
    Pause(Pin<Box<Sleep>>),
    /// Lets the connection send what it has.
    Flush,
    Cut,
}

impl WireBody {
    fn new(steps: impl IntoIterator<Item = Step>) -> WireBody {
        let is_empty = |step: &Step| matches!(step, Step::Data(data) if data.is_empty());
        WireBody { steps: steps.into_iter().filter(|step| !is_empty(step)).collect() }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Lost;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Lost>>> {
        loop {
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(Step::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Step::Cut) => return Poll::Ready(Some(Err(Lost::Cut))),
                Some(Step::Flush) => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Step::Pause(mut sleep)) => {
                    if sleep.as_mut().poll(context).is_pending() {
                        self.steps.push_front(Step::Pause(sleep));
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self.steps.iter().next() {
            None => SizeHint::with_exact(0),
            Some(Step::Data(data)) if self.steps.len() == 1 => SizeHint::with_exact(data.len() as u64),
            Some(_) => SizeHint::default(),
        }
    }
}
