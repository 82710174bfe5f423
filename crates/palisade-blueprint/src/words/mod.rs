//! The words that stand in more than one table.

pub(crate) mod cidr;
pub(crate) mod forms;
pub(crate) mod guess;
pub(crate) mod names;
pub(crate) mod peers;
pub(crate) mod policy;
pub(crate) mod services;
pub(crate) mod traffic;
pub(crate) mod zones;
