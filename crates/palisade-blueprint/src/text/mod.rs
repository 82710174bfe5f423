//! What a blueprint is read from: texts, laid over each other, as values with their places.

pub(crate) mod merge;
pub(crate) mod set;
pub(crate) mod sources;
pub(crate) mod tree;
