//! A proxy on loopback that passes HTTP/1.1 on, and notes when each request and its answer have come.
//!
//! LocalStack closes a connection behind each answer. AWS keeps it, and so does the proxy towards the client.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::exchanges::Exchange;

/// A proxy for one run of the binary.
pub(super) struct Proxy {
    endpoint: String,
    noted: Arc<Mutex<Noted>>,
}

/// What a proxy has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted {
    /// In the order in which the answers came.
    pub(super) exchanges: Vec<Exchange>,
    /// How many connections the client has opened.
    pub(super) n_connections: usize,
}

impl Proxy {
    /// Starts a proxy in front of `emulator`, such as `http://127.0.0.1:4566`. It ends with this process.
    pub(super) fn start(emulator: &str) -> io::Result<Proxy> {
        Proxy::noting_in(Arc::default(), emulator)
    }

    /// Starts a proxy in front of another emulator, which notes what it sees together with this one.
    pub(super) fn beside(&self, emulator: &str) -> io::Result<Proxy> {
        Proxy::noting_in(self.noted.clone(), emulator)
    }

    fn noting_in(noted: Arc<Mutex<Noted>>, emulator: &str) -> io::Result<Proxy> {
        let upstream = emulator.strip_prefix("http://").unwrap_or(emulator).trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let notes = noted.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (noted, upstream) = (notes.clone(), upstream.clone());
                lock(&noted).n_connections += 1;
                // A connection that breaks is the client's to notice.
                thread::spawn(move || drop(pass_on(&client, &upstream, &noted)));
            }
        });
        Ok(Proxy { endpoint, noted })
    }

    /// Returns what `AWS_ENDPOINT_URL` takes.
    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns what has been seen so far.
    pub(super) fn noted(&self) -> Noted {
        lock(&self.noted).clone()
    }
}

fn lock(noted: &Mutex<Noted>) -> MutexGuard<'_, Noted> {
    noted.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes on one request after the other, until the client closes the connection.
fn pass_on(mut client: &TcpStream, upstream: &str, noted: &Mutex<Noted>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut from_client = BufReader::new(client);
    while let Some(request) = message(&mut from_client)? {
        let action = action(&request);
        let began = Instant::now();
        let server = TcpStream::connect(upstream)?;
        server.set_nodelay(true)?;
        (&server).write_all(&request)?;
        let Some(answer) = message(&mut BufReader::new(&server))? else { break };
        let exchange = Exchange { action, began, ended: Instant::now() };
        lock(noted).exchanges.push(exchange);
        client.write_all(&answer)?;
    }
    Ok(())
}

/// Returns what a request asks for. EC2 and STS have it in the body, as a field of a form; SageMaker and the tagging API
/// in the head, behind their own name.
fn action(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let in_body = || body.split('&').find_map(|field| field.strip_prefix("Action="));
    let target = |line: &'_ str| line.to_ascii_lowercase().starts_with("x-amz-target:");
    let in_head = head.lines().find(|it| target(it)).and_then(|it| it.rsplit('.').next());
    in_head.or_else(in_body).unwrap_or("unknown").trim().to_owned()
}

/// Reads one message, head and body, but for the word that the connection ends with it; nothing if there is no more.
fn message(stream: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let mut length = 0;
    let mut is_chunked = false;
    loop {
        let start = message.len();
        let line = line(stream, &mut message)?;
        match line.to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().map_err(io::Error::other)?,
            Some(("transfer-encoding", value)) => is_chunked = value.contains("chunked"),
            Some(("connection", value)) if value.trim() == "close" => message.truncate(start),
            Some(_) => {}
            None if message.is_empty() => return Ok(None),
            None if line.is_empty() => break,
            // The first line of a message.
            None => {}
        }
    }
    if is_chunked {
        chunks(stream, &mut message)?;
    } else {
        exactly(stream, length, &mut message)?;
    }
    Ok(Some(message))
}

/// Reads up to the last, empty chunk. Nobody sends trailers here.
fn chunks(stream: &mut impl BufRead, message: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let line = line(stream, message)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
        // Each chunk ends with a line break.
        exactly(stream, size + 2, message)?;
        if size == 0 {
            return Ok(());
        }
    }
}

/// Adds a line to the message and returns it without its end.
fn line(stream: &mut impl BufRead, message: &mut Vec<u8>) -> io::Result<String> {
    let start = message.len();
    stream.read_until(b'\n', message)?;
    Ok(String::from_utf8_lossy(&message[start..]).trim_end().to_owned())
}

fn exactly(stream: &mut impl BufRead, length: u64, message: &mut Vec<u8>) -> io::Result<()> {
    let n_read = stream.take(length).read_to_end(message)?;
    match u64::try_from(n_read) == Ok(length) {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let first = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nA=B:C";
        let second = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        let third = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
        let stream = [first, second, third].concat();
        let mut stream = stream.as_bytes();
        for expected in [first, second, third] {
            assert_eq!(message(&mut stream).unwrap().unwrap(), expected.as_bytes());
        }
        assert_eq!(message(&mut stream).unwrap(), None);
    }

    #[test]
    fn the_end_of_a_connection_is_not_passed_on() {
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nA";
        let passed_on = message(&mut answer.as_bytes()).unwrap().unwrap();
        assert_eq!(passed_on, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA");
    }

    #[test]
    fn a_request_tells_what_it_asks_for() {
        let head = "POST /?Action=Head HTTP/1.1\r\nContent-Length: 1\r\n\r\n";
        assert_eq!(action(format!("{head}Action=CreateVpc&Version=2016-11-15").as_bytes()), "CreateVpc");
        assert_eq!(action(format!("{head}Version=1&Action=DeleteVpc").as_bytes()), "DeleteVpc");
        assert_eq!(action(head.as_bytes()), "unknown");
        let json = "POST / HTTP/1.1\r\nX-Amz-Target: SageMaker.CreateModel\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(action(json.as_bytes()), "CreateModel");
    }

    #[test]
    fn half_a_message_is_none() {
        assert!(message(&mut "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nA=B".as_bytes()).is_err());
    }
}
