//! What a blueprint comes to in an account: zones, addresses, numbers, and how much AWS takes.

pub(crate) mod draft;
pub(crate) mod element_places;
pub(crate) mod fixtures;
pub(crate) mod layout;
pub(crate) mod limits;
pub(crate) mod lower;
pub(crate) mod numbers;
pub(crate) mod on_the_way;
pub(crate) mod pin;
pub(crate) mod placement;
pub(crate) mod places;
pub(crate) mod quotas;
pub(crate) mod terms;
pub(crate) mod view;
pub(crate) mod workloads;
