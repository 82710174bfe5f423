//! What machines read.

mod diagnostics;
mod drift;
mod events;
mod facts;
mod ipv6;
mod plan;
mod problems;

use palisade_core::kinds::endpoint::Endpoint;

use crate::worlds::{World, private_training};

/// Equal input gives equal bytes.
#[test]
fn twice_the_same() {
    let plan = || {
        let mut world = World::made(private_training());
        world.edit("endpoint.s3", |it: &mut Endpoint| {
            it.service = "com.amazonaws.eu-west-1.dynamodb".to_owned();
        });
        world.told(super::plan)
    };
    assert_eq!(plan(), plan());
}
