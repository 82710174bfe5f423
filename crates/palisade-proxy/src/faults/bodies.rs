//! Answers that come as a whole, in two halves, or to their middle.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

use crate::server::Closed;

/// What a client reads.
pub(crate) struct Body {
    n_left: u64,
    first: Option<Bytes>,
    then: Then,
}

/// What comes after the middle.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sending {
    /// The end of the connection.
    Cut,
    /// A pause, and the rest.
    Pausing(Duration),
}

enum Then {
    Nothing,
    Cut,
    Rest(Pin<Box<Sleep>>, Bytes),
}

impl Body {
    pub(crate) fn whole(bytes: Bytes) -> Body {
        Body { n_left: length(&bytes), first: Some(bytes), then: Then::Nothing }
    }

    /// Returns an answer of which the client reads one half before something happens.
    pub(crate) fn halved(mut bytes: Bytes, sending: Sending) -> Body {
        let n_left = length(&bytes);
        let rest = bytes.split_off(bytes.len() / 2);
        let then = match sending {
            Sending::Cut => Then::Cut,
            Sending::Pausing(pause) => Then::Rest(Box::pin(tokio::time::sleep(pause)), rest),
        };
        Body { n_left, first: Some(bytes), then }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        let bytes = match self.first.take() {
            Some(first) => first,
            None => match &mut self.then {
                Then::Nothing => return Poll::Ready(None),
                Then::Cut => return Poll::Ready(Some(Err(Closed))),
                Then::Rest(pause, rest) => {
                    std::task::ready!(pause.as_mut().poll(context));
                    let rest = std::mem::take(rest);
                    self.then = Then::Nothing;
                    rest
                }
            },
        };
        self.n_left -= length(&bytes);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.n_left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.n_left)
    }
}
