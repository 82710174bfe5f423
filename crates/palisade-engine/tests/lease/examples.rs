//! What becomes of a lease, one thing at a time.

use std::time::Duration;

use palisade_core::{LeaseState, LeaseStore};
use palisade_engine::lease::{Ending, NotTaken};
use tokio::time::advance;
use tokio_util::sync::CancellationToken;

use crate::store::{LIFE, Memory, leases};

#[tokio::test(start_paused = true)]
async fn it_is_taken_given_back_and_taken_by_the_next() {
    let memory = Memory::default();
    for (who, states) in [("ada", vec!["1 held"]), ("bob", vec!["1 free", "2 held"])] {
        let leases = leases(memory.clone(), who);
        let seen = leases.look().await.expect("an answer");
        assert_eq!((seen.held(), seen.unsettled()), (None, None));
        let lease = leases.take(&seen).await.expect("nobody else is there");
        assert_eq!(memory.states(), states);
        lease.may_send().expect("it is held");
        lease.release(Ending::Settled).await.expect("an answer");
        lease.may_send().expect_err("it is given back");
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_it_is_told_until_its_life_is_over() {
    let memory = Memory::default();
    memory.write(7, LeaseState::Held);
    let leases = leases(memory.clone(), "ada");
    advance(LIFE - Duration::from_millis(1)).await;
    let seen = leases.look().await.expect("an answer");
    assert_eq!(seen.held().expect("a holder").holder.who, "gone");
    advance(Duration::from_millis(1)).await;
    let seen = leases.look().await.expect("an answer");
    assert_eq!(seen.held(), None);
    assert_eq!(seen.unsettled().expect("who was killed").holder.who, "gone");
    leases.take(&seen).await.expect("it is over");
    assert_eq!(memory.states(), ["7 held", "8 held"]);
}

#[tokio::test(start_paused = true)]
async fn who_left_requests_under_way_is_told_of() {
    let memory = Memory::default();
    let leases = leases(memory.clone(), "ada");
    let lease = leases.take(&leases.look().await.expect("an answer")).await.expect("nobody else is there");
    lease.release(Ending::Unsettled).await.expect("an answer");
    let seen = leases.look().await.expect("an answer");
    assert!(seen.held().is_none() && seen.unsettled().is_some());
}

#[tokio::test(start_paused = true)]
async fn who_came_and_went_since_is_told() {
    let memory = Memory::default();
    let (ada, bob) = (leases(memory.clone(), "ada"), leases(memory.clone(), "bob"));
    let seen = ada.look().await.expect("an answer");
    let lease = bob.take(&seen).await.expect("nobody else is there");
    lease.release(Ending::Settled).await.expect("an answer");
    match ada.take(&seen).await {
        Err(NotTaken::Overtaken(by)) => assert_eq!(by.holder.who, "bob"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_renewed_for_as_long_as_a_run_takes() {
    let memory = Memory::default();
    let leases = leases(memory.clone(), "ada");
    let lease = leases.take(&leases.look().await.expect("an answer")).await.expect("nobody else is there");
    let stop = CancellationToken::new();
    let working = async {
        for _ in 0..40 {
            tokio::time::sleep(LIFE / 4).await;
            lease.may_send().expect("it is renewed");
            assert!(leases.look().await.expect("an answer").held().is_some());
        }
        stop.cancel();
    };
    assert_eq!(tokio::join!(lease.keep(&stop), working).0, None);
}

#[tokio::test(start_paused = true)]
async fn without_renewal_nothing_is_sent_while_an_answer_might_come_too_late() {
    let leases = leases(Memory::default(), "ada");
    let lease = leases.take(&leases.look().await.expect("an answer")).await.expect("nobody else is there");
    advance(LIFE - leases.terms().request - Duration::from_millis(200)).await;
    lease.may_send().expect("there is time for a request");
    advance(Duration::from_millis(200)).await;
    let refused = lease.may_send().expect_err("there is not").to_string();
    assert_eq!(refused, "not sent: the lease runs out");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_unlocked_stops_at_the_next_renewal() {
    let memory = Memory::default();
    let (ada, bob) = (leases(memory.clone(), "ada"), leases(memory.clone(), "bob"));
    let lease = ada.take(&ada.look().await.expect("an answer")).await.expect("nobody else is there");
    let seen = bob.look().await.expect("an answer");
    bob.unlock(&seen, "its machine is gone").await.expect("an answer");
    assert_eq!(memory.states(), ["1 held", "2 abandoned"]);
    assert_eq!(memory.records()[&2].reason.as_deref(), Some("its machine is gone"));
    let lost = lease.keep(&CancellationToken::new()).await;
    assert_eq!(lost.as_deref(), Some("somebody else has taken the lease"));
    lease.may_send().expect_err("it is lost");
    assert!(bob.look().await.expect("an answer").unsettled().is_some());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_wrote_there_is_held_until_it_is_unlocked() {
    let memory = Memory::default();
    memory.put(3, "hands off");
    let leases = leases(memory.clone(), "ada");
    advance(LIFE * 1000).await;
    let seen = leases.look().await.expect("an answer");
    assert_eq!(seen.held().expect("a holder").holder.who, "somebody else than palisade");
    leases.unlock(&seen, "nobody knows what that was").await.expect("an answer");
    assert!(leases.look().await.expect("an answer").held().is_none());
}

#[tokio::test(start_paused = true)]
async fn old_leases_are_tidied_and_the_latest_stay() {
    let memory = Memory::default();
    for _ in 0..40 {
        let leases = leases(memory.clone(), "ada");
        let lease =
            leases.take(&leases.look().await.expect("an answer")).await.expect("nobody else is there");
        lease.release(Ending::Settled).await.expect("an answer");
        // A page of SSM has ten.
        assert!(memory.records().len() <= 9, "{:?}", memory.states());
    }
    assert_eq!(memory.records().keys().next_back(), Some(&40));
}

#[tokio::test(start_paused = true)]
async fn who_is_gone_from_the_list_gives_up_before_its_life_is_over() {
    let memory = Memory::default();
    let leases = leases(memory.clone(), "ada");
    let lease = leases.take(&leases.look().await.expect("an answer")).await.expect("nobody else is there");
    memory.delete("lab", &[1]).await.expect("an answer");
    let lost = lease.keep(&CancellationToken::new()).await.expect("it is lost");
    assert!(lost.contains("cannot be seen"), "{lost}");
    lease.may_send().expect_err("it is lost");
}

/// Only the second look tells: the number is free again, though others have worked since.
#[tokio::test(start_paused = true)]
async fn a_number_that_was_tidied_away_is_worth_nothing() {
    let memory = Memory::default();
    let (ada, bob) = (leases(memory.clone(), "ada"), leases(memory.clone(), "bob"));
    let seen = ada.look().await.expect("an answer");
    for _ in 0..9 {
        let lease = bob.take(&bob.look().await.expect("an answer")).await.expect("nobody else is there");
        lease.release(Ending::Settled).await.expect("an answer");
    }
    assert_eq!(memory.states(), ["7 free", "8 free", "9 free"]);
    match ada.take(&seen).await {
        Err(NotTaken::Overtaken(by)) => {
            assert_eq!((by.holder.who.as_str(), by.state), ("bob", LeaseState::Free));
        }
        other => panic!("{other:?}"),
    }
}
