//! Tests on the wire: the real SDK against a server on loopback that answers what a test says.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_types::retry::RetryConfig;
use palisade_core::cloud::Reason;
use palisade_core::tags::wanted;
use palisade_core::{Call, Cloud, CloudError, Handle, Key, Known, Learned, Refused, Stamp, Tags};
use serde_json::{Value, json};

use crate::{Aws, Settings};

/// One answer of the server.
pub(crate) enum Say {
    /// An answer with a body.
    Xml(u16, String),
    /// An answer of SageMaker, EFS or the tagging API.
    Json(u16, Value),
    /// The same, with the time at which AWS answers.
    Dated(&'static str, Value),
    /// None: the connection ends after the request was read.
    HangUp,
}

impl Say {
    /// Returns a good answer to `operation`.
    pub(crate) fn ok(operation: &str, inside: &str) -> Say {
        if operation == "GetResources" {
            return Say::Json(200, json!({}));
        }
        Say::Xml(200, format!("<{operation}Response>{inside}</{operation}Response>"))
    }

    /// Returns a refusal.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Say {
        let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Say::Xml(status, format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>"))
    }

    /// Returns a refusal of SageMaker, EFS or the tagging API.
    pub(crate) fn json_error(status: u16, code: &str, message: &str) -> Say {
        // EFS says the code in another field.
        Say::Json(status, json!({ "__type": code, "ErrorCode": code, "code": code, "message": message }))
    }
}

/// A server that remembers the requests.
pub(crate) struct Server {
    endpoint: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// A request.
struct Heard {
    /// What it asks for: an operation, or for EFS a method and a path.
    operation: String,
    body: String,
}

impl Heard {
    fn is_form(&self) -> bool {
        self.body.starts_with("Action=")
    }

    /// Returns its first filter, or all that it says in JSON.
    fn filter(&self) -> String {
        if self.is_form() { filter_of(&self.body) } else { self.body.clone() }
    }

    /// Returns its parameters, one in a line, without those that every request has.
    fn lines(&self) -> String {
        let Heard { operation, body } = self;
        if self.is_form() {
            let is_own = |it: &&str| !it.starts_with("Version=");
            return body.split('&').filter(is_own).map(decoded).collect::<Vec<_>>().join("\n");
        }
        match serde_json::from_str::<Value>(body) {
            Ok(body) => format!("{operation} {body}"),
            Err(_) => operation.clone(),
        }
    }
}

impl Server {
    /// Starts a server that gives these answers, and then none that is good. It ends with the process.
    pub(crate) fn that_says(answers: impl IntoIterator<Item = Say>) -> Server {
        let mut answers: VecDeque<Say> = answers.into_iter().collect();
        Server::that_answers(move |_| {
            answers.pop_front().unwrap_or_else(|| Say::error(400, "NoMoreAnswers", ""))
        })
    }

    /// Starts a server that answers an operation with what `say` says. It ends with the process.
    pub(crate) fn that_answers(mut say: impl FnMut(&str) -> Say + Send + 'static) -> Server {
        Server::that_filters(move |operation, _| say(operation))
    }

    /// Starts a server that answers an operation and its filter, as in `vpc-id=vpc-1,vpc-2`, with what `say` says; of a
    /// service that speaks JSON, its target and its body. It ends with the process.
    pub(crate) fn that_filters(mut say: impl FnMut(&str, &str) -> Say + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let list = heard.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let heard = read(&stream);
                let said = say(&heard.operation, &heard.filter());
                lock(&list).push(heard);
                match said {
                    Say::Xml(status, body) => answer(&mut stream, status, "", &body),
                    Say::Json(status, body) => answer(&mut stream, status, "", &body.to_string()),
                    Say::Dated(date, body) => {
                        answer(&mut stream, 200, &format!("date: {date}\r\n"), &body.to_string());
                    }
                    Say::HangUp => {}
                }
            }
        });
        Server { endpoint, heard }
    }

    /// Returns the parameters of each request, one in a line, without those that every request has; what is JSON stands
    /// in one line.
    pub(crate) fn requests(&self) -> Vec<String> {
        lock(&self.heard).iter().map(Heard::lines).collect()
    }

    /// Returns a connection to the server.
    pub(crate) fn connect(&self) -> Aws {
        connect(&self.endpoint)
    }

    /// Makes one call and returns its outcome.
    pub(crate) async fn call(&self, call: impl Into<Call>) -> Result<Learned, CloudError> {
        self.call_knowing(call, Learned::new()).await
    }

    /// Makes one call of a run that has learned something before, and returns its outcome.
    pub(crate) async fn call_knowing(
        &self,
        call: impl Into<Call>,
        learned: Learned,
    ) -> Result<Learned, CloudError> {
        let mut known = Known::default();
        known.learn(learned);
        self.connect().call(&call.into(), &known).await
    }
}

/// Returns a connection to `endpoint` that waits for nothing and reads nothing of the environment.
pub(crate) fn connect(endpoint: &str) -> Aws {
    let credentials = Credentials::new("AKID", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .build();
    let (region, run_id) = ("eu-west-1".to_owned(), "run-1".to_owned());
    Aws::over(&config, Settings { region, profile: None, run_id })
}

/// Returns the handle of what AWS calls `text`.
pub(crate) fn id(text: &str) -> Handle {
    Handle::Value(text.to_owned())
}

/// Returns a refusal as a call gives it.
pub(crate) fn refused(reason: Reason, message: &str) -> CloudError {
    CloudError::Refused(Refused::new(reason, message))
}

/// Returns the stamp of a first object.
pub(crate) fn stamp(key: &str) -> Stamp {
    let key: Key = key.parse().expect("a key");
    Stamp::new(&key, 1, &wanted("lab", &key, &Tags::new()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(stream: &TcpStream) -> Heard {
    let mut reader = BufReader::new(stream);
    let (mut length, mut operation) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let line = line.trim();
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "" => break,
            "content-length" => length = value.trim().parse().expect("a length"),
            // As in `SageMaker.CreateModel`.
            "x-amz-target" => operation = value.rsplit('.').next().unwrap_or_default().to_owned(),
            _ if operation.is_empty() && name.ends_with(" HTTP/1.1") => {
                operation = name.trim_end_matches(" HTTP/1.1").to_owned();
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let body = String::from_utf8(body).expect("text");
    let action = body.split('&').find_map(|it| it.strip_prefix("Action=")).map(str::to_owned);
    Heard { operation: action.unwrap_or(operation), body }
}

/// Returns the first filter of a request; empty if it has none.
fn filter_of(body: &str) -> String {
    let fields: Vec<String> = body.split('&').map(decoded).collect();
    let name = fields.iter().find_map(|it| it.strip_prefix("Filter.1.Name="));
    let values = fields.iter().filter_map(|it| it.strip_prefix("Filter.1.Value.")?.split_once('='));
    let values: Vec<&str> = values.map(|(_, value)| value).collect();
    name.map(|it| format!("{it}={}", values.join(","))).unwrap_or_default()
}

fn answer(stream: &mut TcpStream, status: u16, more: &str, body: &str) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} Said\r\nx-amzn-requestid: r-1\r\ncontent-length: {length}\r\n{more}");
    // A client that has gone away has no use for the answer.
    let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
}

/// Takes the percent signs out of a form's field.
fn decoded(field: &str) -> String {
    let mut pieces = field.split('%');
    let mut text = pieces.next().unwrap_or_default().replace('+', " ");
    for piece in pieces {
        let (code, rest) = piece.split_at(2);
        text.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits").into());
        text.push_str(&rest.replace('+', " "));
    }
    text
}
