//! A port of 127.0.0.1 that can be closed at any moment, and opened again.

use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::sandbox::lock;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

pub(super) struct Port {
    address: SocketAddr,
    runtime: Handle,
    state: Mutex<State>,
    closing: Arc<Notify>,
}

struct State {
    door: Door,
    /// Waits for a connection, and has to be told of another listener.
    accepting: Option<Waker>,
}

enum Door {
    Open(TcpListener),
    /// The socket keeps the port and does not listen, so the system refuses every connection.
    Refusing(Option<TcpSocket>),
    Closed,
}

impl Port {
    /// Opens a port, any free one when it is 0, in the runtime of the caller.
    pub(super) fn open(port: u16) -> io::Result<Port> {
        let listener = bind((Ipv4Addr::LOCALHOST, port).into())?.listen(BACKLOG)?;
        Ok(Port {
            address: listener.local_addr()?,
            runtime: Handle::current(),
            state: Mutex::new(State { door: Door::Open(listener), accepting: None }),
            closing: Arc::default(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next connection, with what tells it that the port does not accept any more.
    pub(super) async fn accept(&self) -> io::Result<(TcpStream, OwnedNotified)> {
        poll_fn(|context| {
            let mut state = lock(&self.state);
            state.accepting = Some(context.waker().clone());
            let Door::Open(listener) = &state.door else { return Poll::Pending };
            listener.poll_accept(context).map_ok(|(stream, _)| (stream, Arc::clone(&self.closing).notified_owned()))
        })
        .await
    }

    /// From now on, refuses every connection or accepts them.
    pub(super) fn refuse(&self, refuse: bool) {
        let mut state = lock(&self.state);
        match &mut state.door {
            Door::Open(_) if refuse => {
                // The listener first: nobody else can have its port while it listens.
                state.door = Door::Closed;
                state.door = Door::Refusing(bind(self.address).ok());
                self.closing.notify_waiters();
            }
            Door::Refusing(socket) if !refuse => {
                let _runtime = self.runtime.enter();
                let socket = socket.take().map_or_else(|| bind(self.address), Ok);
                if let Ok(listener) = socket.and_then(|socket| socket.listen(BACKLOG)) {
                    state.door = Door::Open(listener);
                    state.accepting.take().into_iter().for_each(Waker::wake);
                }
            }
            _ => {}
        }
    }

    /// Gives the port back, for good.
    pub(super) fn close(&self) {
        lock(&self.state).door = Door::Closed;
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // As every listener of tokio: else the connections of the one before would keep the port for a minute.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
