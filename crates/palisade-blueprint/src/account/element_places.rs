//! Where in the blueprint each part of its network comes from.

use std::collections::BTreeMap;

use palisade_core::traffic::Direction;
use palisade_core::{Element, Facts, Key, Kind, Live};

use crate::account::draft::Draft;
use crate::account::lower::{acl_key, default_destinations, table};
use crate::account::view::View;
use crate::tables::tiers::{NatGateways, Route, Tier};
use crate::text::tree::Span;

/// The places of rules, entries, routes and objects.
#[derive(Clone, Debug, Default)]
pub struct ElementPlaces {
    spans: BTreeMap<Element, Span>,
    /// Of each ACL and direction, where the rules are that own the numbers from one on.
    rules: BTreeMap<(Key, Direction, u16), Span>,
}

impl ElementPlaces {
    /// Returns the place of a part of the network, or of the object that it belongs to, as bytes of the blueprint's
    /// sources.
    pub fn of(&self, element: &Element) -> Option<Span> {
        if let Element::Entry { acl, direction, number: Some(number) } = element {
            let first = (acl.clone(), *direction, 0);
            let owner = self.rules.range(first..=(acl.clone(), *direction, *number)).next_back();
            if let Some((_, span)) = owner {
                return Some(span.clone());
            }
        }
        let whole = || self.spans.get(&Element::Object(element.key().clone()));
        self.spans.get(element).or_else(whole).cloned()
    }

    fn object(&mut self, kind: Kind, name: &str, span: &Span) {
        self.spans.insert(Element::Object(Key::new(kind, name)), span.clone());
    }
}

impl Draft {
    /// Returns where everything comes from, in the account of which `facts` and `live` speak.
    pub fn places(&self, facts: &Facts, live: &Live) -> ElementPlaces {
        let parts = self.parts_in(&mut Vec::new(), facts, live);
        let view = View::new(&parts, &self.region, live, Some(facts));
        let mut places = ElementPlaces::default();
        for (name, tier) in &parts.tiers {
            of_tier(&mut places, name, tier, &view);
        }
        let vpc = Key::new(Kind::Vpc, self.existing_vpc.as_ref().map_or("main", |it| &it.it));
        let groups = parts.groups.keys().map(|name| Key::new(Kind::SecurityGroup, name));
        for key in groups.chain([vpc]) {
            if let Some(span) = self.place_of(&key) {
                places.spans.insert(Element::Object(key), span);
            }
        }
        for (name, group) in &parts.groups {
            for direction in Direction::BOTH {
                for rule in &group.rules(direction).rules {
                    for peer in &rule.peers {
                        for lowered in rule.toward(&peer.it, &|it| view.peers_of(it)) {
                            let group = Key::new(Kind::SecurityGroup, name);
                            let element = Element::Rule { group, direction, rule: lowered };
                            places.spans.entry(element).or_insert_with(|| peer.span.clone());
                        }
                    }
                }
            }
        }
        for (name, list) in &parts.lists {
            places.object(Kind::PrefixList, name, &list.span);
        }
        for (name, endpoint) in &parts.endpoints {
            places.object(Kind::Endpoint, name, &endpoint.span);
        }
        places
    }
}

fn of_tier(places: &mut ElementPlaces, name: &str, tier: &Tier, view: &View<'_>) {
    for place in view.layout.of_tier(name) {
        places.spans.insert(Element::Object(place.key.clone()), tier.block.cidr.span.clone());
        let table = table(name, tier, &place.zone);
        places.spans.insert(Element::Object(table.clone()), tier.way.route.span.clone());
        for (to, via) in &tier.routes {
            places.spans.insert(Element::Route { table: table.clone(), to: *to }, via.span.clone());
        }
        for to in default_destinations() {
            let element = Element::Route { table: table.clone(), to };
            places.spans.entry(element).or_insert_with(|| tier.way.route.span.clone());
        }
        if tier.way.nat.it != NatGateways::None {
            places.object(Kind::NatGateway, &format!("main@{}", place.zone), &tier.way.nat.span);
        }
    }
    match tier.way.route.it {
        Route::Internet => places.object(Kind::InternetGateway, "main", &tier.way.route.span),
        Route::Nat => places.object(Kind::EgressOnlyGateway, "main", &tier.way.route.span),
        Route::Isolated => {}
    }
    let Some(acl) = &tier.acl else { return };
    for direction in Direction::BOTH {
        let rules = acl.rules(direction);
        let none = Element::Entry { acl: acl_key(name), direction, number: None };
        places.spans.insert(none, rules.span.clone());
        for rule in &rules.rules {
            places.rules.insert((acl_key(name), direction, rule.number.it), rule.number.span.clone());
        }
    }
}
