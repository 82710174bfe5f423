//! Bad days: one apply lands in any storm, and nothing is there twice.

use std::sync::Arc;

use palisade_core::Memory;
use palisade_testkit::faults::FaultyCloud;
use palisade_testkit::networks::{Edit, edits, sample};
use palisade_testkit::storms::Storm;
use proptest::prelude::*;

use crate::scene::{assert_landed, built, in_virtual_time, reach, settled};

const N_STORMS: usize = 1_000;
const N_THREADS: usize = 4;

#[test]
#[expect(clippy::print_stdout, reason = "whoever asks how much has been tried runs it with --nocapture")]
fn a_storm_delays_and_breaks_nothing() {
    let edits = sample(&edits(), N_STORMS);
    let edits: Vec<(u64, Edit)> = (0..).zip(edits).collect();
    let failed = std::thread::scope(|scope| {
        let threads = edits.chunks(N_STORMS / N_THREADS).map(|some| scope.spawn(|| all_weathered(some)));
        let threads: Vec<_> = threads.collect();
        let failed = threads.into_iter().flat_map(|it| it.join().expect("no thread panics"));
        failed.collect::<Vec<String>>()
    });
    assert!(failed.is_empty(), "{} of {N_STORMS} storms\n{}", failed.len(), failed.join("\n"));
    println!("{N_STORMS} storms");
}

/// Returns what went wrong.
fn all_weathered(edits: &[(u64, Edit)]) -> Vec<String> {
    let ends = edits.iter().map(|(seed, edit)| (seed, in_virtual_time(weathered(*seed, edit.clone()))));
    ends.filter_map(|(seed, end)| Some(format!("storm {seed}: {}", end.err()?))).collect()
}

/// Builds the first network of an edit in fair weather, and makes the second of it in a storm.
async fn weathered(seed: u64, edit: Edit) -> Result<(), TestCaseError> {
    let Edit { world, first, life: _, second } = edit;
    let world = built(world, &first).await?;
    let cloud = FaultyCloud::in_storm(Memory::new(world), Storm::new(seed), vec![1, 30]);
    let cloud = Arc::new(cloud);
    let (plan, report) = reach(&cloud, &second).await;
    prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
    prop_assert!(report.is_complete(), "{:#?}", report.failed);
    assert_landed(&settled(&cloud), &second).await
}
