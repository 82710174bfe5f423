//! The tables of the language, one file each: from the text to what it says.

pub(crate) mod acl;
pub(crate) mod dhcp;
pub(crate) mod endpoints;
pub(crate) mod existing;
pub(crate) mod flow_logs;
pub(crate) mod groups;
pub(crate) mod guarantees;
pub(crate) mod head;
pub(crate) mod moved;
pub(crate) mod nat;
pub(crate) mod outside;
pub(crate) mod policy;
pub(crate) mod prefix_lists;
pub(crate) mod routes;
pub(crate) mod sagemaker;
pub(crate) mod sets;
pub(crate) mod tiers;
pub(crate) mod vpc;
