//! Whether promises stay kept while a plan is carried out: after every request of it, in rehearsal.
//!
//! What is promised has to be true at the end; [`crate::prove()`] decides that on the network that is wanted. On the way
//! there, of what is live:
//!
//! - What must not be delivered may only become less: a network that is broken can be mended, and nothing new slips
//!   through meanwhile.
//! - What has to be delivered, and is, stays so for those who stay. Who is in a subnet, carries a group or stands in an
//!   endpoint that is replaced has to move anyway.
//! - A new subnet counts from when it follows the table and the ACL that it is wanted with: AWS makes it with those of
//!   the VPC, and nobody is in it by then.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::guarantee::{End, Expect, Guarantee, Terms};
use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::Endpoint;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::{Call, Flaw, Graph, Handle, Key, Kind, Live, Network, Plan, StepId, rehearse};

use crate::deliveries::reasons;
use crate::footprint::is_met;
use crate::party::{Beyond, Party, Stand};
use crate::prove::{Verdict, delivered_beyond, lost};
use crate::set::Set;
use crate::world::World;

/// A request after which something is no longer as it was promised.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The step that it belongs to.
    pub step: StepId,
    /// The request.
    pub call: Call,
    /// Which of the promises, as an index.
    pub guarantee: usize,
    /// A packet that shows it, in what there is then.
    pub verdict: Verdict,
    /// Why it counts although it may be so for a moment only.
    pub why: Why,
    /// What there is then.
    pub live: Live,
}

/// Why a state in between counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The promise is kept now.
    Kept,
    /// It is broken now, but not by this packet.
    Widened,
}

/// What has to stay true of a promise.
#[derive(Clone, Debug)]
enum Had {
    /// No other packets than these get through: for certain, and perhaps.
    Only { must: Set, may: Set },
    /// Everything gets through for certain.
    Reached,
    /// Everything gets through perhaps, which the blueprint takes for granted.
    Assumed,
    /// Nothing: it is not true now.
    Nothing,
}

/// Holds the states that a plan passes against what is promised and is true now.
#[derive(Debug)]
pub struct Watch<'a> {
    graph: &'a Graph,
    want: &'a Network,
    start: &'a Live,
    terms: &'a Terms,
    /// Whose each identifier is at the start.
    owners: BTreeMap<&'a str, &'a Key>,
    had: Vec<Had>,
}

/// Carries a plan out in memory and returns the first request that breaks a promise, if one does.
pub fn check_steps(
    graph: &Graph,
    want: &Network,
    live: &Live,
    terms: &Terms,
) -> Result<Option<Box<Breach>>, Flaw> {
    // A network that goes as a whole has nobody to protect.
    if terms.guarantees.is_empty() || want.resources.is_empty() {
        return Ok(None);
    }
    let watch = Watch::new(graph, want, live, terms);
    let mut touched: Vec<BTreeSet<Key>> = watch.footprints(live);
    let mut breach = None;
    rehearse(graph, live, |step, call, live| {
        if breach.is_none() {
            breach = watch.after(step, call, live, Some(&mut touched));
        }
    })?;
    Ok(breach)
}

/// Returns the steps of a plan in an order in which no request breaks a promise: the present one, if it does not; or the
/// first request that does so, if no other order is found.
pub fn safeguard(
    plan: &Plan,
    graph: Graph,
    want: &Network,
    live: &Live,
    terms: &Terms,
) -> Result<Result<Graph, Box<Breach>>, Flaw> {
    let Some(breach) = check_steps(&graph, want, live, terms)? else { return Ok(Ok(graph)) };
    let watch = Watch::new(&graph, want, live, terms);
    let reordered =
        graph.reordered(plan, live, &mut |step, call, live| watch.after(step, call, live, None).is_none());
    Ok(reordered.ok_or(breach))
}

impl<'a> Watch<'a> {
    /// Returns who watches over a plan that begins at `live`.
    pub fn new(graph: &'a Graph, want: &'a Network, live: &'a Live, terms: &'a Terms) -> Watch<'a> {
        let objects = live.objects().iter();
        let owners = objects.flat_map(|(key, it)| {
            let parts = it.parts.values().map(String::as_str);
            parts.chain([it.id.as_str()]).map(move |id| (id, key))
        });
        let owners = owners.collect();
        let mut watch = Watch { graph, want, start: live, terms, owners, had: Vec::new() };
        let world = World::live(live, terms);
        watch.had = terms.guarantees.iter().map(|it| watch.had(&world, it)).collect();
        watch
    }

    /// Returns what a request has broken, if it has. Promises of which nothing has been `touched` are left out.
    pub fn after(
        &self,
        step: &StepId,
        call: &Call,
        live: &Live,
        touched: Option<&mut Vec<BTreeSet<Key>>>,
    ) -> Option<Box<Breach>> {
        let changed = self.changed(call);
        if changed.as_ref().is_some_and(BTreeSet::is_empty) {
            return None;
        }
        let world = World::live(live, self.terms);
        let mut footprints = touched;
        for (at, guarantee) in self.terms.guarantees.iter().enumerate() {
            let parties = self.parties(&world, guarantee, live);
            if let Some(footprints) = footprints.as_deref_mut() {
                // Also behind a request of which nobody knows what it changes: the next is held against what is then.
                let footprint = world.footprint(guarantee, [&parties[0], &parties[1]]);
                let had = std::mem::replace(&mut footprints[at], footprint);
                let is_touched = |it: &Key| had.contains(it) || footprints[at].contains(it);
                if changed.as_ref().is_some_and(|it| !it.iter().any(is_touched)) {
                    continue;
                }
            }
            if let Some((verdict, why)) = self.broken(&world, at, &parties) {
                let (step, call) = (step.clone(), call.clone());
                let live = live.clone();
                return Some(Box::new(Breach { step, call, guarantee: at, verdict, why, live }));
            }
        }
        None
    }

    fn footprints(&self, live: &Live) -> Vec<BTreeSet<Key>> {
        let world = World::live(live, self.terms);
        let guarantees = self.terms.guarantees.iter();
        let footprints = guarantees.map(|guarantee| {
            let [from, to] = self.parties(&world, guarantee, live);
            world.footprint(guarantee, [&from, &to])
        });
        footprints.collect()
    }

    /// Returns the objects that a request may have changed and that packets meet; none if that is not known.
    fn changed(&self, call: &Call) -> Option<BTreeSet<Key>> {
        let request = call.request();
        let settles = |it: &Key| matches!(it.kind, Kind::NatGateway | Kind::Endpoint);
        let mut changed = BTreeSet::new();
        if let Call::Tagging(_) = call {
            return Some(changed);
        }
        changed.extend(request.stamp().map(|it| it.key.clone()));
        for handle in request.handles().into_iter().chain(request.writes()) {
            match handle {
                Handle::Part { key, .. } => drop(changed.insert(key.clone())),
                Handle::Value(id) => {
                    let key = *self.owners.get(id.as_str())?;
                    changed.insert(key.clone());
                    // It may have a successor by now.
                    changed.extend(self.start.object(key).map(|it| Key::new(key.kind, &it.id)));
                }
            }
        }
        changed.retain(|it| is_met(it.kind) && (!request.only_looks() || settles(it)));
        Some(changed)
    }

    fn had<'l>(&self, world: &World<'l>, guarantee: &'l Guarantee) -> Had {
        let [from, to] = self.parties(world, guarantee, self.start);
        if let Some((deliveries, _)) = world.violations(guarantee, &from, &to) {
            let [mut must, mut may] = [Set::none(), Set::none()];
            for it in deliveries {
                must = must.or(it.passing.must);
                may = may.or(it.passing.may);
            }
            return Had::Only { must, may };
        }
        let demands = world.demands(guarantee, &from, &to);
        match () {
            () if demands.is_empty() => Had::Nothing,
            () if lost(&demands, &|it| &it.must).is_none() => Had::Reached,
            () if guarantee.assume.is_some() && lost(&demands, &|it| &it.may).is_none() => Had::Assumed,
            () => Had::Nothing,
        }
    }

    fn broken<'l>(
        &self,
        world: &World<'l>,
        at: usize,
        [from, to]: &[Party<'l>; 2],
    ) -> Option<(Verdict, Why)> {
        let guarantee = &self.terms.guarantees[at];
        match &self.had[at] {
            Had::Nothing => None,
            Had::Only { must, may } => {
                let (deliveries, fault) = world.violations(guarantee, from, to)?;
                let why = if may.is_empty() { Why::Kept } else { Why::Widened };
                if let Some(witness) = delivered_beyond(&deliveries, fault, &|it| it.must.minus(must)) {
                    return Some((Verdict::Broken(witness), why));
                }
                if guarantee.assume.is_some() {
                    return None;
                }
                let witness = delivered_beyond(&deliveries, fault, &|it| it.may.minus(may))?;
                let doubts = reasons(deliveries.iter().map(|it| &it.passing));
                Some((Verdict::Undetermined(doubts, Some(witness)), why))
            }
            Had::Reached => {
                let demands = world.demands(guarantee, from, to);
                if let Some(witness) = lost(&demands, &|it| &it.may) {
                    return Some((Verdict::Broken(witness), Why::Kept));
                }
                let witness = lost(&demands, &|it| &it.must)?;
                let doubts = reasons(demands.iter().map(|it| &it.delivered));
                Some((Verdict::Undetermined(doubts, Some(witness)), Why::Kept))
            }
            Had::Assumed => {
                let witness = lost(&world.demands(guarantee, from, to), &|it| &it.may)?;
                Some((Verdict::Broken(witness), Why::Kept))
            }
        }
    }

    /// Returns who counts in a state: of what has to be reached, who stays; of what must not, everybody who is there.
    fn parties<'l>(&self, world: &World<'l>, guarantee: &'l Guarantee, live: &Live) -> [Party<'l>; 2] {
        let party = |end: &'l End| {
            let mut party = world.party(end);
            match guarantee.expect {
                Expect::Reachable => {
                    let is_service = matches!(party.beyond, Some(Beyond::Service(_)));
                    let endpoint =
                        |it: &Stand<'_>| is_service || it.endpoint.is_none_or(|it| self.lasts(it, live));
                    party.stands.retain(|it| {
                        self.lasts(it.key, live)
                            && it.groups.known().iter().all(|it| self.lasts(it, live))
                            && endpoint(it)
                    });
                    party.beyond.take_if(|it| self.moves(world, it, live));
                }
                _ => party.stands.retain(|it| self.is_born(it, world, live)),
            }
            party
        };
        [party(&guarantee.from), party(&guarantee.to)]
    }

    /// Whether an object stays as long as the plan is carried out.
    fn lasts(&self, key: &Key, live: &Live) -> bool {
        let id = |of: &Live| of.object(key).map(|it| it.id.clone());
        let is_same = id(self.start).is_some_and(|it| id(live) == Some(it));
        key.is_existing() || is_same && !self.graph.steps.contains_key(&StepId::Remove(key.clone()))
    }

    /// Whether what is behind an endpoint is reached by another one meanwhile.
    fn moves(&self, world: &World<'_>, beyond: &Beyond<'_>, live: &Live) -> bool {
        match beyond {
            Beyond::Gateway(key) => !self.lasts(key, live),
            Beyond::Service(service) => {
                world.of_kind::<Endpoint>().any(|(key, it)| it.service == *service && world.is_elder(key))
            }
            Beyond::Internet | Beyond::Outside(_) | Beyond::Block(_) => false,
        }
    }

    /// Whether somebody can be in a subnet: those that a plan makes are born once they follow what they shall follow.
    fn is_born(&self, stand: &Stand<'_>, world: &World<'_>, live: &Live) -> bool {
        let was_there = live.object(stand.key).is_none_or(|it| self.owners.contains_key(it.id.as_str()));
        let wanted = self.want.resources.get(stand.key).and_then(Subnet::of);
        let Some(wanted) = wanted.filter(|_| !was_there) else { return true };
        let follows =
            wanted.route_table == stand.subnet.route_table && wanted.network_acl == stand.subnet.network_acl;
        // Without an ACL of its own it follows that of the VPC.
        let vpc = self.want.resources.get(&wanted.vpc).and_then(Vpc::of);
        let has_default = wanted.network_acl.is_some()
            || vpc.is_none_or(|vpc| world.vpc.is_some_and(|(_, it)| it.defaults.acl == vpc.defaults.acl));
        follows && has_default
    }
}
