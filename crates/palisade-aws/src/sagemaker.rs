//! SageMaker's API: requests and answers as the JSON that they are on the wire, and what tells one kind from another.
//!
//! What a blueprint says of its objects are the API's own fields under the API's own names, and more of them appear with
//! every release of the API. So nothing here maps them to types: the SDK signs, finds the endpoint, repeats and sorts
//! errors, and the bodies are ours.

mod answer;
mod request;
mod shape;
mod wire;

pub(crate) use answer::{found, is_gone, owner, read, reason, state, status};
pub(crate) use request::{create, delete, update, written};
pub(crate) use shape::{APP_TYPE, DOMAIN_ID, SPACE_NAME, Shape, USER_PROFILE_NAME, last, sibling};
pub(crate) use wire::{Client, Fields, ask, fields, if_found, pages, text};
