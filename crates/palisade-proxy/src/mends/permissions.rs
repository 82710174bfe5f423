//! The rules of a security group, one peer each, as a call writes them and as an answer does.

use crate::element::Element;
use crate::parameters::Parameters;

/// Where the peers of a permission are: the list and its field, in a call and in an answer.
const PEERS: [[&str; 4]; 4] = [
    ["Groups", "GroupId", "groups", "groupId"],
    ["IpRanges", "CidrIp", "ipRanges", "cidrIp"],
    ["Ipv6Ranges", "CidrIpv6", "ipv6Ranges", "cidrIpv6"],
    ["PrefixListIds", "PrefixListId", "prefixListIds", "prefixListId"],
];

/// What a rule says, but for its description.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule {
    protocol: String,
    from: String,
    to: String,
    pub(crate) peer: String,
}

impl Rule {
    fn new([protocol, from, to]: [&str; 3], peer: &str) -> Rule {
        let protocol = match protocol {
            "1" => "icmp",
            "6" => "tcp",
            "17" => "udp",
            "58" => "icmpv6",
            it => it,
        };
        let has_ports = matches!(protocol, "icmp" | "tcp" | "udp" | "icmpv6");
        let [from, to] = [from, to].map(|it| if has_ports { it.to_owned() } else { String::new() });
        Rule { protocol: protocol.to_owned(), from, to, peer: peer.to_owned() }
    }
}

/// Takes the descriptions out of the permissions of a call, and returns each rule with the one it had.
pub(crate) fn take_descriptions(parameters: &mut Parameters) -> Vec<(Rule, Option<String>)> {
    let mut rules = Vec::new();
    let mut permissions = parameters.members("IpPermissions");
    for permission in &mut permissions {
        for [list, field, ..] in PEERS {
            let mut peers = permission.members(list);
            for peer in &mut peers {
                let packets = ["IpProtocol", "FromPort", "ToPort"].map(|it| permission.text(it));
                let rule = Rule::new(packets, peer.text(field));
                rules.push((rule, peer.value("Description").map(str::to_owned)));
                peer.remove("Description");
            }
            permission.set_members(list, &peers);
        }
    }
    parameters.set_members("IpPermissions", &permissions);
    rules
}

/// Visits each peer of the permissions of a group in an answer.
pub(crate) fn for_each_peer(permissions: &mut Element, mut visit: impl FnMut(Rule, &mut Element)) {
    for permission in &mut permissions.children {
        let [protocol, from, to] =
            ["ipProtocol", "fromPort", "toPort"].map(|it| permission.text_of(it).to_owned());
        for [.., list, field] in PEERS {
            for peer in &mut permission.child_mut(list).children {
                visit(Rule::new([&protocol, &from, &to], peer.text_of(field)), peer);
            }
        }
    }
}

/// Returns what a rule says that is listed by itself.
pub(crate) fn listed(rule: &Element) -> Rule {
    let packets = ["ipProtocol", "fromPort", "toPort"].map(|it| rule.text_of(it));
    let group = rule.child("referencedGroupInfo").map_or("", |it| it.text_of("groupId"));
    let peers = [rule.text_of("cidrIpv4"), rule.text_of("cidrIpv6"), rule.text_of("prefixListId"), group];
    Rule::new(packets, peers.into_iter().find(|it| !it.is_empty()).unwrap_or_default())
}
