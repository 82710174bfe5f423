//! The way to an account: profiles, endpoints, and what listens on loopback instead of AWS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use crate::sandbox::{SMALL, Sandbox, output};

const CONFIG: &str = "[profile lab]\naws_access_key_id = OFPROFILE\naws_secret_access_key = secret\n";

/// Returns the binary with credentials in its environment and a profile in a file.
fn plan(sandbox: &Sandbox, endpoint: &str, more: &[&str]) -> Command {
    sandbox.write("config", CONFIG);
    let mut command = sandbox.bare(&[&["plan"], more].concat());
    command.env("AWS_CONFIG_FILE", sandbox.path("config"));
    command.env("AWS_SHARED_CREDENTIALS_FILE", sandbox.path("credentials"));
    command.env("AWS_ACCESS_KEY_ID", "OFENVIRONMENT").env("AWS_SECRET_ACCESS_KEY", "secret");
    command.env("AWS_ENDPOINT_URL", endpoint);
    command
}

/// Returns the access key with which the first request is signed. Nobody is let in.
fn signer(more: &[&str], variable: Option<(&str, &str)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let sandbox = Sandbox::with(SMALL);
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut buffer = [0; 16_384];
            let n = connection.read(&mut buffer).unwrap_or_default();
            let _ = sender.send(String::from_utf8_lossy(&buffer[..n]).into_owned());
            let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
            let head =
                format!("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: {}", body.len());
            let _ = connection.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
        }
    });
    let mut command = plan(&sandbox, &endpoint, more);
    command.envs(variable);
    let seen = sandbox.seen(&output(&mut command));
    assert!(seen.starts_with("exit code 1\n"), "{seen}");
    let request = receiver.recv().expect("a request");
    let (_, signature) = request.split_once("Credential=").expect("a signed request");
    signature.split('/').next().expect("a key").to_owned()
}

#[test]
fn a_profile_that_is_named_wins_over_the_environment() {
    assert_eq!(signer(&[], None), "OFENVIRONMENT");
    assert_eq!(signer(&["--profile", "lab"], None), "OFPROFILE");
    assert_eq!(signer(&[], Some(("PALISADE_PROFILE", "lab"))), "OFPROFILE");
}

#[test]
fn a_profile_that_does_not_exist_is_named() {
    let sandbox = Sandbox::with(SMALL);
    let seen = output(&mut plan(&sandbox, "http://127.0.0.1:1", &["--profile", "nope"]));
    insta::assert_snapshot!(sandbox.seen(&seen), @"
    exit code 1
    --- stderr
    error: cannot read the account
      cause: the profile `nope` does not exist or has no credentials (profile `nope` was not defined: could not find source profile nope referenced from the root profile); profiles are looked for in `~/.aws/config` and `~/.aws/credentials`, or where `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say
      help: sign in with `aws sso login`, or name a profile: `--profile NAME` or `AWS_PROFILE`
      help: without an account, try `--sandbox sandbox.json`
    ");
}

#[test]
fn a_profile_of_the_environment_that_does_not_exist_is_named() {
    let sandbox = Sandbox::with(SMALL);
    let mut command = plan(&sandbox, "http://127.0.0.1:1", &[]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.env("AWS_PROFILE", "nope");
    let seen = sandbox.seen(&output(&mut command));
    let told: Vec<&str> = seen.lines().filter(|it| !it.contains("cause:")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    exit code 1
    --- stderr
    error: cannot read the account
      help: `AWS_PROFILE` is `nope`: does it exist, and has it credentials? See `aws configure list-profiles`
      help: sign in with `aws sso login`, or name a profile: `--profile NAME` or `AWS_PROFILE`
      help: without an account, try `--sandbox sandbox.json`
    ");
}

#[test]
fn an_endpoint_that_does_not_listen_is_named() {
    let sandbox = Sandbox::with(SMALL);
    let seen = sandbox.seen(&output(&mut plan(&sandbox, "http://127.0.0.1:1", &[])));
    let told: Vec<&str> = seen.lines().filter(|it| !it.contains("cause:")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    exit code 1
    --- stderr
    error: cannot read the account
      help: requests go to `http://127.0.0.1:1`, as `AWS_ENDPOINT_URL` says: does it listen?
      help: try again; nothing has been changed
    ");
}

#[test]
fn an_endpoint_that_is_none() {
    let sandbox = Sandbox::with(SMALL);
    let seen = output(&mut plan(&sandbox, "localhost:4566", &[]));
    insta::assert_snapshot!(sandbox.seen(&seen), @"
    exit code 1
    --- stderr
    error: cannot read the account
      cause: `localhost:4566` is no endpoint: endpoint must contain scheme (see `AWS_ENDPOINT_URL`)
      help: write a URL such as `http://127.0.0.1:4566` into `AWS_ENDPOINT_URL`, or unset it
    ");
}

#[test]
fn a_signal_while_the_account_is_read_is_the_end() {
    for signal in ["INT", "TERM"] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let sandbox = Sandbox::with(SMALL);
        let mut command = plan(&sandbox, &endpoint, &[]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
        let _waits_for_an_answer = listener.accept().expect("a connection");
        let sent = output(Command::new("kill").args(["-s", signal, &child.id().to_string()]));
        assert!(sent.status.success());
        let ended = sandbox.seen(&child.wait_with_output().expect("an end"));
        assert_eq!(ended, "exit code 130\n--- stderr\nerror: interrupted; nothing was changed\n");
    }
}
