//! What a plan passes on its way: from one network to another, after every request.

use palisade_core::guarantee::Expect;
use palisade_core::kinds::vpc::HasIpv6;
use palisade_core::{Graph, Intent, Live, plan, rehearse_to_the_end};
use palisade_verify::{Packet, Verdict, Why, safeguard};

use crate::net::{Net, carrying, guarantee, tier, traffic};

/// Returns what there is once a network has been built.
fn built(net: &Net) -> Live {
    let start = Live::default();
    let plan = plan(&net.network, &start, &Intent::default());
    let graph = Graph::new(&plan, &net.network, &start).expect("an order");
    rehearse_to_the_end(&graph, &net.network, &start).expect("an end")
}

/// Returns what becomes of the plan from what there is to a network: its requests, or why it is stopped.
fn way(live: &Live, net: &Net) -> String {
    let plan = plan(&net.network, live, &Intent::default());
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    let graph = Graph::new(&plan, &net.network, live).expect("an order");
    match safeguard(&plan, graph, &net.network, live, &net.terms).expect("a rehearsal") {
        Ok(graph) => {
            rehearse_to_the_end(&graph, &net.network, live).expect("the same end");
            let calls =
                graph.order.iter().flat_map(|it| graph.steps[it].calls.iter().map(|it| format!("{it}\n")));
            let cuts = graph.cuts.iter().map(|it| format!("cut: {it}\n"));
            calls.chain(cuts).collect()
        }
        Err(breach) => {
            let why = match breach.why {
                Why::Kept => "is kept now",
                Why::Widened => "is broken otherwise now",
            };
            format!("{}\n{}, and {why}\n", breach.call, packet(&breach.verdict))
        }
    }
}

fn packet(verdict: &Verdict) -> String {
    let text = |it: &Packet| it.to_string();
    match verdict {
        Verdict::Broken(it) => text(&it.packet),
        Verdict::Undetermined(_, Some(it)) => format!("perhaps {}", text(&it.packet)),
        other => format!("{other:?}"),
    }
}

/// Returns two tiers, and that who carries the group `app` in one never reaches a database in the other.
fn two_tiers() -> Net {
    let mut net = Net::new(HasIpv6::No).subnet("app", "10.0.1.0/24", &[]).subnet("data", "10.0.2.0/24", &[]);
    let mut never = guarantee(
        carrying(tier("app").place, &["app"]),
        carrying(tier("data").place, &["data"]),
        Expect::OneWayIsolated,
    );
    never.name = "no database".to_owned();
    net.terms.guarantees.push(never);
    net
}

#[test]
fn what_closes_comes_before_what_opens() {
    let net = |out: &str, within: &str| {
        let mut net = two_tiers().group("app", "", out).group("data", within, "");
        net.terms.guarantees[0].traffic = vec![traffic("tcp 5432")];
        net
    };
    let first = net("tcp 5432 group:data", "tcp 443 group:app");
    let second = net("tcp 443 group:data", "tcp 5432 group:app");
    insta::assert_snapshot!(way(&built(&first), &second), @"
    AuthorizeSecurityGroupEgress sg-0000000000000000b: tcp 443 sg-0000000000000000c
    RevokeSecurityGroupEgress sg-0000000000000000b: tcp 5432 sg-0000000000000000c
    AuthorizeSecurityGroupIngress sg-0000000000000000c: tcp 5432 sg-0000000000000000b
    RevokeSecurityGroupIngress sg-0000000000000000c: tcp 443 sg-0000000000000000b
    ");
}

#[test]
fn the_old_goes_first_where_both_together_leak() {
    let both = |out: &str, within: &str| {
        let mut net = two_tiers().group("app", within, out);
        net.terms.guarantees[0].to = carrying(tier("app").place, &["app"]);
        net
    };
    let first = both("tcp 5432 group:app", "tcp 443 group:app");
    let second = both("tcp 443 group:app", "tcp 5432 group:app");
    insta::assert_snapshot!(way(&built(&first), &second), @"
    RevokeSecurityGroupIngress sg-0000000000000000b: tcp 443 sg-0000000000000000b
    RevokeSecurityGroupEgress sg-0000000000000000b: tcp 5432 sg-0000000000000000b
    AuthorizeSecurityGroupIngress sg-0000000000000000b: tcp 5432 sg-0000000000000000b
    AuthorizeSecurityGroupEgress sg-0000000000000000b: tcp 443 sg-0000000000000000b
    cut: unwire security-group.app
    ");
}

/// Returns the tiers with an ACL out of the first one that does not let everything through.
fn with_acl(outbound: &str) -> Net {
    let mut net = two_tiers().acl("app", "100 allow all 0.0.0.0/0", outbound);
    net.terms.guarantees[0] = guarantee(tier("app"), tier("data"), Expect::OneWayIsolated);
    net
}

/// Returns a group of which everybody reaches everybody by 443, and nobody by a database's port or by a shell's.
fn peers(outbound: &str, inbound: &str) -> Net {
    let mut net = two_tiers().group("app", inbound, outbound);
    let everybody = || carrying(tier("app").place, &["app"]);
    let (mut never, mut always) = (
        guarantee(everybody(), everybody(), Expect::OneWayIsolated),
        guarantee(everybody(), everybody(), Expect::Reachable),
    );
    never.traffic = vec![traffic("tcp 5432"), traffic("tcp 22")];
    always.traffic = vec![traffic("tcp 443")];
    net.terms.guarantees = vec![never, always];
    net
}

#[test]
fn a_plan_whose_middle_breaks_a_promise_in_every_order_is_stopped() {
    let first = peers("tcp 443 group:app\ntcp 5432 group:app", "tcp 443 group:app");
    let second = peers("tcp 443 group:app", "tcp 400-6000 group:app");
    insta::assert_snapshot!(way(&built(&first), &second), @"
    AuthorizeSecurityGroupIngress sg-0000000000000000b: tcp 400-6000 sg-0000000000000000b
    tcp 10.0.1.4 port 49152 -> 10.0.1.4 port 5432, and is kept now
    ");
}

#[test]
fn a_first_apply_is_not_stopped_by_what_is_not_there_yet() {
    let mut net = with_acl("100 deny all 10.0.2.0/24\n200 allow all 0.0.0.0/0")
        .group("app", "", "tcp 443 group:data")
        .group("data", "tcp 443 group:app", "");
    let mut reached = guarantee(
        carrying(tier("data").place, &["data"]),
        carrying(tier("data").place, &["data"]),
        Expect::Reachable,
    );
    reached.name = "among themselves".to_owned();
    net.terms.guarantees.push(reached);
    let way = way(&Live::default(), &net);
    assert!(way.starts_with("CreateVpc"), "{way}");
    assert!(!way.contains("cut:"), "{way}");
}

#[test]
fn a_broken_network_is_mended() {
    let first = with_acl("100 allow all 0.0.0.0/0");
    let second = with_acl("50 deny all 10.0.2.0/24\n100 allow all 0.0.0.0/0");
    insta::assert_snapshot!(way(&built(&first), &second), @"CreateNetworkAclEntry acl-0000000000000000b outbound 50 deny all 10.0.2.0/24");
}

#[test]
fn a_broken_network_is_not_broken_further() {
    let shell = "tcp 22 group:app\ntcp 443 group:app";
    let first = peers(&format!("{shell}\ntcp 5432 group:app"), shell);
    let second = peers("tcp 443 group:app", "tcp 400-6000 group:app");
    insta::assert_snapshot!(way(&built(&first), &second), @"
    AuthorizeSecurityGroupIngress sg-0000000000000000b: tcp 400-6000 sg-0000000000000000b
    tcp 10.0.1.4 port 49152 -> 10.0.1.4 port 5432, and is broken otherwise now
    ");
}

#[test]
fn a_new_tier_is_isolated_from_birth() {
    let first = Net::new(HasIpv6::No).subnet("data", "10.0.2.0/24", &[]);
    let second = with_acl("100 deny all 10.0.2.0/24\n200 allow all 0.0.0.0/0");
    let way = way(&built(&first), &second);
    assert!(way.contains("ReplaceNetworkAclAssociation"), "{way}");
    // It would be, were its ACL made wide once it is in use; entries come before that.
    let entry = way.find("outbound 100 deny").expect("an entry");
    assert!(entry < way.find("ReplaceNetworkAclAssociation").expect("an association"), "{way}");
}

#[test]
fn what_is_reached_stays_reached() {
    let reached = |outbound: &str| {
        let mut net = two_tiers()
            .acl("app", "100 allow all 0.0.0.0/0", outbound)
            .group("app", "", "tcp 443 group:data")
            .group("data", "tcp 443 group:app", "");
        let mut web = guarantee(
            carrying(tier("app").place, &["app"]),
            carrying(tier("data").place, &["data"]),
            Expect::Reachable,
        );
        web.traffic = vec![traffic("tcp 443")];
        net.terms.guarantees = vec![web];
        net
    };
    let first = reached("100 allow tcp 443 10.0.2.0/24");
    let second = reached("100 deny tcp 22 10.0.2.0/24\n200 allow tcp 443 10.0.2.0/24");
    insta::assert_snapshot!(way(&built(&first), &second), @"
    CreateNetworkAclEntry acl-0000000000000000b outbound 200 allow tcp 443 10.0.2.0/24
    ReplaceNetworkAclEntry acl-0000000000000000b outbound 100 deny tcp 22 10.0.2.0/24
    ");
}
