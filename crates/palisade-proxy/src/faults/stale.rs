//! EC2 is eventually consistent: for a while after a change, readings show what was there before, and what has been made
//! is not found by its id.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Faults;
use crate::answer::{Answer, Failure, refused};
use crate::call::{Asker, Call};
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::parameters::Parameters;
use crate::place::PerPlace;

/// Shows an old world for as long as the weather says.
pub(crate) struct Stale {
    faults: Arc<Faults>,
    seen: PerPlace<Seen>,
}

/// What the client has seen, and what it does not see yet.
#[derive(Default)]
struct Seen {
    /// The last true answer to each question.
    answers: BTreeMap<Question, Element>,
    /// How often each question still gets its last answer.
    lagging: BTreeMap<Question, u32>,
    /// How often the ids of what has been made are still not found.
    unseen: BTreeMap<String, u32>,
}

type Question = (String, Parameters);

impl Stale {
    pub(crate) fn new(faults: Arc<Faults>) -> Stale {
        Stale { faults, seen: PerPlace::default() }
    }

    async fn read(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let question = (call.action.clone(), call.parameters.clone());
        if let Some(old) = self.seen.at(&place, |it| it.old(&question)) {
            return Ok(old);
        }
        let answer = next.send(call).await?;
        self.seen.at(&place, |it| it.answers.insert(question, answer.clone()));
        Ok(answer)
    }

    async fn change(&self, call: Call, next: Next<'_>) -> Answer {
        let answer = next.send(call.clone()).await?;
        let lag = self.faults.lag();
        if 0 < lag {
            self.seen.at(&call.place, |it| it.lag(lag, new_ids(&answer, &call.parameters)));
        }
        Ok(answer)
    }
}

impl Seen {
    fn lag(&mut self, n_readings: u32, made: Vec<String>) {
        self.lagging = self.answers.keys().map(|it| (it.clone(), n_readings)).collect();
        self.unseen.extend(made.into_iter().map(|it| (it, n_readings)));
    }

    fn old(&mut self, question: &Question) -> Option<Element> {
        let n_left = self.lagging.get_mut(question)?;
        *n_left -= 1;
        if *n_left == 0 {
            self.lagging.remove(question);
        }
        self.answers.get(question).cloned()
    }

    /// Misses what a call names and has been made a moment ago.
    fn miss(&mut self, parameters: &Parameters) -> Result<(), Failure> {
        let Some(id) = self.unseen.keys().find(|it| parameters.mention(it)).cloned() else { return Ok(()) };
        let n_left = self.unseen.get_mut(&id).expect("it has just been found");
        *n_left -= 1;
        if *n_left == 0 {
            self.unseen.remove(&id);
        }
        Err(refused(not_found(&id), format!("The ID '{id}' does not exist")))
    }
}

/// Returns the ids in an answer that the question did not name.
fn new_ids(answer: &Element, parameters: &Parameters) -> Vec<String> {
    let mut ids = Vec::new();
    answer.for_each_text(&mut |text| {
        if CODES.iter().any(|(prefix, _)| text.starts_with(prefix)) && !parameters.mention(text) {
            ids.push(text.to_owned());
        }
    });
    ids
}

/// By what an id begins with, the code under which it is missed.
const CODES: [(&str, &str); 13] = [
    ("acl-", "InvalidNetworkAclID.NotFound"),
    ("dopt-", "InvalidDhcpOptionID.NotFound"),
    ("eigw-", "InvalidEgressOnlyInternetGatewayId.NotFound"),
    ("eipalloc-", "InvalidAllocationID.NotFound"),
    ("fl-", "InvalidFlowLogId.NotFound"),
    ("igw-", "InvalidInternetGatewayID.NotFound"),
    ("nat-", "NatGatewayNotFound"),
    ("pl-", "InvalidPrefixListID.NotFound"),
    ("rtb-", "InvalidRouteTableID.NotFound"),
    ("sg-", "InvalidGroup.NotFound"),
    ("subnet-", "InvalidSubnetID.NotFound"),
    ("vpc-", "InvalidVpcID.NotFound"),
    ("vpce-", "InvalidVpcEndpointId.NotFound"),
];

fn not_found(id: &str) -> &'static str {
    CODES.iter().find(|(prefix, _)| id.starts_with(prefix)).map_or("InvalidID.NotFound", |(_, code)| code)
}

impl Layer for Stale {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            if call.asker == Asker::Mend {
                return next.send(call).await;
            }
            if !self.faults.has_lag() {
                // Who clears the weather wants to see what there is.
                self.seen.at(&call.place, |it| *it = Seen::default());
                return next.send(call).await;
            }
            self.seen.at(&call.place, |it| it.miss(&call.parameters))?;
            match call.action.starts_with("Describe") || call.action.starts_with("Get") {
                true => self.read(call, next).await,
                false => self.change(call, next).await,
            }
        })
    }
}
