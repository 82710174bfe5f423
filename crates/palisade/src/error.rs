//! The one error type of the commands: what failed, how the process ends, and what to do next.

use std::error::Error;
use std::fmt;

use palisade_core::CloudError;

use crate::exit::ExitCode;
use crate::settings;

/// What kind of failure it is, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// AWS, a file or a person said no.
    Failed,
    /// Another palisade is at work.
    Locked,
    /// A saved plan does not fit what is there any more.
    Stale,
    /// The command line makes no sense.
    Usage,
    /// A file that was given makes no sense.
    Invalid,
    /// What is wanted breaks a promise.
    Violated,
    /// Palisade is wrong.
    Bug,
    /// Somebody has stopped it before it changed anything.
    Interrupted,
}

/// A command that cannot go on.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// What kind of failure it is.
    pub(crate) kind: Kind,
    /// What failed, with its causes; nothing if it has been told already.
    pub(crate) source: Option<Box<dyn Error + Send + Sync>>,
    /// What to do next.
    pub(crate) hints: Vec<String>,
}

/// A message in front of its cause.
#[derive(Debug)]
struct Context {
    message: String,
    cause: Box<dyn Error + Send + Sync>,
}

impl CommandError {
    /// Returns an error with its message or its cause.
    pub(crate) fn new(kind: Kind, source: impl Into<Box<dyn Error + Send + Sync>>) -> CommandError {
        CommandError { kind, source: Some(source.into()), hints: Vec::new() }
    }

    /// Returns an error about which everything has been printed.
    pub(crate) fn told(kind: Kind) -> CommandError {
        CommandError { kind, source: None, hints: Vec::new() }
    }

    /// Returns an error whose cause needs a sentence in front.
    pub(crate) fn because(
        kind: Kind,
        message: impl Into<String>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> CommandError {
        CommandError::new(kind, Context { message: message.into(), cause: cause.into() })
    }

    /// Adds the next step.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> CommandError {
        self.hints.push(hint.into());
        self
    }

    /// Returns the messages of the error and its causes, outermost first.
    pub(crate) fn chain(&self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut next = self.source.as_deref().map(|it| it as &(dyn Error + 'static));
        while let Some(error) = next {
            messages.push(error.to_string());
            next = error.source();
        }
        messages
    }

    /// Returns the code with which the process ends.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            Kind::Failed => ExitCode::Failed,
            Kind::Locked => ExitCode::Locked,
            Kind::Stale => ExitCode::Stale,
            Kind::Usage => ExitCode::Usage,
            Kind::Invalid => ExitCode::Invalid,
            Kind::Violated => ExitCode::Violated,
            Kind::Bug => ExitCode::Bug,
            Kind::Interrupted => ExitCode::Interrupted,
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Context {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// The account could not be read, so nothing has been changed.
pub(crate) fn unreadable(error: CloudError) -> CommandError {
    let message = "cannot read the account";
    match error {
        CloudError::Denied { ref action, .. } => {
            let hint = format!("ask for the IAM action `{action}`, or use another profile: `--profile NAME`");
            CommandError::because(Kind::Failed, message, error).hint(hint)
        }
        CloudError::Unusable(ref why) if why.contains("AWS_ENDPOINT_URL") => {
            CommandError::because(Kind::Failed, message, error)
                .hint("write a URL such as `http://127.0.0.1:4566` into `AWS_ENDPOINT_URL`, or unset it")
        }
        CloudError::Unusable(_) => {
            // The SDK goes on to whatever else there may be, and may have forgotten the profile in the end.
            let profile = settings::aws_profile().map(|it| {
                format!("`AWS_PROFILE` is `{it}`: does it exist, and has it credentials? See `aws configure list-profiles`")
            });
            let error = CommandError::because(Kind::Failed, message, error);
            let error = profile.into_iter().fold(error, CommandError::hint);
            error
                .hint("sign in with `aws sso login`, or name a profile: `--profile NAME` or `AWS_PROFILE`")
                .hint("without an account, try `--sandbox sandbox.json`")
        }
        CloudError::Transient(_) | CloudError::Lost(_) => {
            let endpoint = settings::aws_endpoint();
            let endpoint = endpoint
                .map(|it| format!("requests go to `{it}`, as `AWS_ENDPOINT_URL` says: does it listen?"));
            let error = CommandError::because(Kind::Failed, message, error);
            let error = endpoint.into_iter().fold(error, CommandError::hint);
            error.hint("try again; nothing has been changed")
        }
        CloudError::Refused(_) => CommandError::because(Kind::Failed, message, error),
    }
}
