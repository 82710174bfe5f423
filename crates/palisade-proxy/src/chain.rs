//! The chain of layers through which each call to EC2 goes, from the client to LocalStack.

use std::pin::Pin;

use crate::answer::{Answer, Failure};
use crate::call::Call;
use crate::element::Element;
use crate::mends::pages::list_of;
use crate::upstream::Upstream;

/// One thing that stands between the client and LocalStack.
///
/// It may change the call before it sends it on, ask something else first, refuse it, or change the answer.
pub(crate) trait Layer: Send + Sync {
    /// Answers a call, usually by sending it on.
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a>;
}

/// The work on a call.
pub(crate) type Handling<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// What is behind a layer.
#[derive(Clone, Copy)]
pub(crate) struct Next<'a> {
    layers: &'a [Box<dyn Layer>],
    upstream: &'a Upstream,
}

impl<'a> Next<'a> {
    /// Returns the whole chain.
    pub(crate) fn all(layers: &'a [Box<dyn Layer>], upstream: &'a Upstream) -> Next<'a> {
        Next { layers, upstream }
    }

    /// Sends a call on.
    pub(crate) async fn send(self, call: Call) -> Answer {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.handle(call, Next { layers, ..self }).await,
            None => self.upstream.send(&call).await,
        }
    }

    /// Sends a request to another service of LocalStack.
    pub(crate) fn upstream(self) -> &'a Upstream {
        self.upstream
    }

    /// Returns what there is that fulfils a condition, in the place of a call.
    pub(crate) async fn describe(
        self,
        call: &Call,
        action: &str,
        (filter, value): (&str, &str),
    ) -> Result<Vec<Element>, Failure> {
        let filter = [("Filter.1.Name", filter), ("Filter.1.Value.1", value)];
        self.list(call.other(action, filter)).await
    }

    /// Returns everything of a kind, in the place of a call.
    pub(crate) async fn all_of(self, call: &Call, action: &str) -> Result<Vec<Element>, Failure> {
        self.list(call.other(action, [])).await
    }

    /// Returns the object of a kind whose field has this value, in the place of a call.
    ///
    /// Everything is asked for, because LocalStack does not know the conditions on ids of every kind.
    pub(crate) async fn find(
        self,
        call: &Call,
        action: &str,
        (field, value): (&str, &str),
    ) -> Result<Option<Element>, Failure> {
        Ok(self.all_of(call, action).await?.into_iter().find(|it| it.text_of(field) == value))
    }

    async fn list(self, call: Call) -> Result<Vec<Element>, Failure> {
        let list = list_of(&call.action);
        let mut answer = self.send(call).await?;
        Ok(std::mem::take(&mut answer.child_mut(list).children))
    }
}
