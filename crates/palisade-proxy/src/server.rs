//! Serving HTTP on loopback.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::answer::Failure;
use crate::faults::Body;

/// What answers requests; one that is lost closes the connection.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Answers a request.
    fn answer(&self, request: Request<Bytes>) -> Answering<'_>;
}

/// The work on a request.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, Failure>> + Send + 'a>>;

/// Takes a port of loopback; 0 takes a free one.
pub(crate) async fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, handler: Arc<impl Handler>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        // A connection that could not be accepted is the client's to try again.
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(attend(stream, Arc::clone(&handler)));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn attend(stream: TcpStream, handler: Arc<impl Handler>) {
    let service = service_fn(|request: Request<Incoming>| async {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Closed)?.to_bytes();
        handler.answer(Request::from_parts(head, body)).await.map_err(|_| Closed)
    });
    // How a connection ends is nobody's business: clients hang up, and a lost answer ends it on purpose.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Ends a connection without an answer, or in the middle of one.
#[derive(Debug)]
pub(crate) struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("the connection is closed without the end of an answer")
    }
}

impl std::error::Error for Closed {}
