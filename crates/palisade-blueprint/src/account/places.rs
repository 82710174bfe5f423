//! Where in the text something is written, for those who say something about it later.

use std::collections::BTreeMap;

use palisade_core::{Key, Kind};

use crate::account::draft::Draft;
use crate::tables::tiers::NatGateways;
use crate::text::tree::{Section, Span};

/// The names of tables in the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    tables: BTreeMap<(&'static str, String), Span>,
}

const TIERS: &str = "tiers";
const GROUPS: &str = "security-groups";
const LISTS: &str = "prefix-lists";
const VPC_CONFIGS: &str = "vpc-configs";
/// Keys of the file and of `[vpc]`.
const WHOLE: &str = "";

impl Places {
    pub(crate) fn read(document: &Section<'_>) -> Places {
        let mut places = Places::default();
        for table in [TIERS, GROUPS, LISTS] {
            for (name, section) in document.sections(table) {
                places.tables.insert((table, name.it.to_owned()), name.span.clone());
                if table == TIERS && section.has("network-acl") {
                    places
                        .tables
                        .insert(("network-acl", name.it.to_owned()), section.key_span("network-acl"));
                }
            }
        }
        let vpc = document.section("vpc");
        for (section, keys) in [(Some(document), &["vpc"][..]), (vpc.as_ref(), &["dhcp", "flow-logs"])] {
            for key in keys {
                let has_it = section.filter(|it| it.has(key));
                places.tables.extend(has_it.map(|it| ((WHOLE, (*key).to_owned()), it.key_span(key))));
            }
        }
        let configs = document.section("sagemaker").map(|it| it.sections(VPC_CONFIGS)).unwrap_or_default();
        let configs = configs.into_iter().map(|(name, _)| ((VPC_CONFIGS, name.it.to_owned()), name.span));
        places.tables.extend(configs);
        places
    }

    fn of(&self, table: &'static str, name: &str) -> Option<Span> {
        self.tables.get(&(table, name.to_owned())).cloned()
    }
}

impl Draft {
    /// Returns the place of what the blueprint says of an object: as a rule the name of its table. What exists already is
    /// where its id is.
    pub fn place_of(&self, key: &Key) -> Option<Span> {
        let parts = &self.parts;
        if key.is_existing() {
            let vpc = self.existing_vpc.iter().filter(|it| key.kind == Kind::Vpc && key.name == it.it);
            let named = parts.existing().into_iter().filter(|it| it.key == *key).map(|it| it.span);
            return vpc.map(|it| it.span.clone()).chain(named).next();
        }
        let name = key.name.as_str();
        let tier = || self.places.of(TIERS, name.split_once('@').map_or(name, |(tier, _)| tier));
        let host = || {
            let mut hosts = parts.tiers.iter().filter(|(_, it)| it.way.nat.it != NatGateways::None);
            self.places.of(TIERS, hosts.next()?.0)
        };
        match key.kind {
            Kind::Subnet | Kind::RouteTable => tier(),
            Kind::NetworkAcl => self.places.of("network-acl", name),
            Kind::NatGateway | Kind::ElasticIp => host(),
            Kind::SecurityGroup => self.places.of(GROUPS, name),
            Kind::PrefixList => self.places.of(LISTS, name),
            Kind::Endpoint => parts.endpoints.get(name).map(|it| it.span.clone()),
            Kind::DhcpOptions => self.places.of(WHOLE, "dhcp"),
            Kind::FlowLog => self.places.of(WHOLE, "flow-logs"),
            Kind::Vpc | Kind::InternetGateway | Kind::EgressOnlyGateway => self.places.of(WHOLE, "vpc"),
            _ => parts.sagemaker.things.get(key).map(|it| it.span.clone()),
        }
    }

    /// Returns the place of a `[sagemaker.vpc-configs]` table's name.
    pub fn place_of_vpc_config(&self, name: &str) -> Option<Span> {
        self.places.of(VPC_CONFIGS, name)
    }
}
