//! What a request without a clear answer has done, judged by what there is afterwards.

use crate::handle::{Handle, Known, Learned, Part};
use crate::kinds::{Call, Request};
use crate::live::Live;

/// Returns what the answer to `call` would have taught, if `live` shows that it has been carried out.
///
/// `known` tells which objects it was about: an object of an earlier generation never passes for the new one.
pub fn outcome(call: &Call, known: &Known, live: &Live) -> Option<Learned> {
    let is_done = match call.request().stamp() {
        Some(stamp) => live.object(&stamp.key).is_some_and(|it| it.generation == stamp.generation),
        None => is_visible(call.request(), known, live) && is_done(call, live),
    };
    if is_done { live.taught_by(call).ok() } else { None }
}

/// Whether the keys in the request mean the same objects in `live` as they did when it was sent.
fn is_visible(request: &dyn Request, known: &Known, live: &Live) -> bool {
    request.handles().into_iter().all(|handle| match handle {
        Handle::Part { key, part: Part::Id } => {
            known.resolve(handle).as_deref() == live.object(key).map(|it| it.id.as_str())
        }
        Handle::Part { .. } | Handle::Value(_) => true,
    })
}

/// Whether the request would change nothing.
fn is_done(call: &Call, live: &Live) -> bool {
    if call.is_done(live) {
        return true;
    }
    let mut after = live.clone();
    call.effect(&mut after).is_ok() && after == *live
}
