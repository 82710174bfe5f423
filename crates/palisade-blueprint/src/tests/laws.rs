//! What holds for every blueprint.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::diagnostic::Severity;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::network_acl::{Action, Entry};
use palisade_core::{Graph, Intent, Key, Kind, Live, Network, Spec, plan, rehearse_to_the_end};
use proptest::prelude::*;

use super::resolving::built;
use super::{network, network_of, parse};
use crate::{Input, Parsed};

const SHIPPED: [&str; 4] = [
    super::sagemaker::EVERYTHING,
    include_str!("../../../../blueprints/minimal.toml"),
    include_str!("../../../../blueprints/private-training.toml"),
    include_str!("../../../../blueprints/ml-3az.toml"),
];

/// A base, and what extends it.
const ENVIRONMENTS: [&str; 3] = [
    include_str!("../../../../blueprints/environments/base.toml"),
    include_str!("../../../../blueprints/environments/dev.toml"),
    include_str!("../../../../blueprints/environments/prod.toml"),
];

/// The tiers of a network, each with its zones in the author's order.
type Sketch = BTreeMap<char, Vec<char>>;

/// Any order of any of five zones.
fn zones() -> impl Strategy<Value = Vec<char>> {
    let shuffled = Just(vec!['a', 'b', 'c', 'd', 'e']).prop_shuffle();
    (shuffled, 1..=4_usize).prop_map(|(zones, n_zones)| zones[..n_zones].to_vec())
}

fn sketch() -> impl Strategy<Value = Sketch> {
    prop::collection::btree_map(prop::sample::select(vec!['p', 'q', 'r', 's']), zones(), 1..=4)
}

fn text(sketch: &Sketch) -> String {
    let quoted = |zones: &[char]| zones.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    let tier = |(name, zones): (&char, &Vec<char>)| {
        let block = *name as u32 - 'p' as u32;
        let zones = quoted(zones);
        format!(
            "[tiers.{name}]\nroute = \"isolated\"\ncidr = \"10.0.{}.0/20\"\nzones = [{zones}]\n",
            block * 16
        )
    };
    let tiers: String = sketch.iter().map(tier).collect();
    let all = quoted(&['a', 'b', 'c', 'd', 'e']);
    format!("name = \"lab\"\nregion = \"us-east-1\"\n[vpc]\ncidr = \"10.0.0.0/16\"\nzones = [{all}]\n{tiers}")
}

fn acl_text(ports: &BTreeSet<u16>) -> String {
    let ports = ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    super::with_acl(
        &format!(
            r#"{{ rule = 100, allow = "tcp", ports = [{ports}], from = "vpc" }}, {{ rule = 200, deny = "all", from = "internet" }}"#
        ),
        "",
    )
}

fn entries(network: &Network) -> BTreeMap<u16, &Entry> {
    match &network.resources[&Key::new(Kind::NetworkAcl, "app")] {
        Spec::NetworkAcl(acl) => acl.inbound.iter().map(|(number, it)| (*number, it)).collect(),
        other => panic!("{other:?}"),
    }
}

fn subnets(network: &Network) -> BTreeMap<&Key, &Spec> {
    network.resources.iter().filter(|(key, _)| key.kind == Kind::Subnet).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Adding, removing and reordering zones and tiers changes no other subnet, over any history of edits.
    #[test]
    fn addresses_never_move(history in prop::collection::vec(sketch(), 2..6)) {
        let mut before = network(&text(&history[0]), &Live::default());
        for sketch in &history[1..] {
            let after = network(&text(sketch), &built(&before));
            let had = subnets(&before);
            for (key, subnet) in subnets(&after) {
                prop_assert!(had.get(key).is_none_or(|it| *it == subnet), "{key} has moved");
            }
            before = after;
        }
    }

    /// Whatever the text, nothing panics, every place is in the text, and there is a draft unless there is an error.
    #[test]
    fn nonsense_is_survived(text in mutated(&SHIPPED)) {
        is_survived(&parse(&text))?;
    }

    /// The same of a base, of what extends it and of what the command line sets.
    #[test]
    fn nonsense_in_many_texts_is_survived(
        base in mutated(&[ENVIRONMENTS[0]]),
        text in mutated(&ENVIRONMENTS[1..]),
        sets in prop::collection::vec(set(), 0..4),
    ) {
        let files = |path: &str| if path == "base.toml" { Ok(base.clone()) } else { super::files(path) };
        is_survived(&crate::parse(&Input { name: "dev.toml", text: &text, sets: &sets }, &files))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One text in three parts means what it means in one: it does not matter where a table or a value stands.
    #[test]
    fn what_is_written_apart_is_one_network(at in any::<prop::sample::Index>(), parts in parts()) {
        let text = SHIPPED[at.index(SHIPPED.len())];
        let [base, main, sets] = apart(text, &parts);
        let sets: Vec<String> = sets.lines().map(str::to_owned).collect();
        let main = format!("extends = \"base.toml\"\n{main}");
        let files = |path: &str| if path == "base.toml" { Ok(base.clone()) } else { super::files(path) };
        let parsed = crate::parse(&Input { name: "blueprint.toml", text: &main, sets: &sets }, &files);
        prop_assert_eq!(network_of(&parsed, &Live::default()), network(text, &Live::default()));
    }

    /// An entry that stays keeps its number, over any history of edits, and the numbers of a rule stay its own.
    #[test]
    fn entries_never_move(history in prop::collection::vec(prop::collection::btree_set(1..12_u16, 1..9), 2..6)) {
        let mut before = network(&acl_text(&history[0]), &Live::default());
        for ports in &history[1..] {
            let after = network(&acl_text(ports), &built(&before));
            let had = entries(&before);
            for (number, entry) in entries(&after) {
                let stood_at = had.iter().find(|(_, it)| **it == entry).map(|(number, _)| number);
                prop_assert!(stood_at.is_none_or(|it| *it == number), "{entry} has moved to {number}");
                prop_assert_eq!(200 <= number, entry.action == Action::Deny);
            }
            prop_assert_eq!(entries(&after).len(), ports.len() + 1);
            before = after;
        }
    }
}

fn is_survived(parsed: &Parsed) -> Result<(), TestCaseError> {
    let Parsed { sources, draft, diagnostics } = parsed;
    let has_errors = diagnostics.iter().any(|it| it.severity == Severity::Error);
    prop_assert_eq!(draft.is_none(), has_errors);
    for label in diagnostics.iter().flat_map(|it| &it.labels) {
        let (source, bytes) = sources.locate(&label.span);
        let start = source.start();
        prop_assert_eq!(&label.span, &(start + bytes.start..start + bytes.end), "{}", source.name());
    }
    let resolved = draft.as_ref().and_then(|it| it.resolve(&it.fixtures(), &Live::default()).ok());
    prop_assert_eq!(resolved.map(|it| missing(&it.network)).unwrap_or_default(), []);
    Ok(())
}

/// Where each value of a text goes: into the base, into the file or into an option.
fn parts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..3_usize, 64)
}

/// Cuts a text value by value into a base, a file and options, one a line.
fn apart(text: &str, parts: &[usize]) -> [String; 3] {
    let mut texts = [const { String::new() }; 3];
    let mut at = parts.iter().cycle();
    let table: toml::Table = text.parse().expect("TOML");
    let mut todo = vec![(Vec::new(), toml::Value::Table(table))];
    while let Some((path, value)) = todo.pop() {
        match value {
            toml::Value::Table(table) => {
                let inner = table
                    .into_iter()
                    .map(|(key, value)| ([path.as_slice(), &[format!("\"{key}\"")]].concat(), value));
                todo.extend(inner);
            }
            value => {
                let part = *at.next().expect("it begins again at its end");
                texts[part] += &format!("{} = {value}\n", path.join("."));
            }
        }
    }
    texts
}

/// Returns what a network names without having it, what exists already aside.
fn missing(network: &Network) -> Vec<Key> {
    let named = network.resources.values().flat_map(Spec::names);
    named.filter(|it| !it.is_existing() && !network.resources.contains_key(it)).cloned().collect()
}

/// Carries out what `text` asks for in memory; planning again from the end gives nothing.
fn rehearsed(text: &str, live: &Live) -> Live {
    let want = network(text, live);
    let plan = plan(&want, live, &Intent::default());
    assert_eq!(plan.problems, []);
    let graph = Graph::new(&plan, &want, live).expect("the plan has an order");
    let end = rehearse_to_the_end(&graph, &want, live).expect("the plan reaches its end");
    assert_eq!(network(text, &end), want);
    end
}

#[test]
fn every_shipped_blueprint_can_be_carried_out() {
    SHIPPED.iter().for_each(|it| drop(rehearsed(it, &Live::default())));
}

#[test]
fn a_further_zone_makes_and_changes_no_subnet_of_the_others() {
    let live = rehearsed(SHIPPED[2], &Live::default());
    let wider = SHIPPED[2].replace("[\"a\", \"b\"]", "[\"c\", \"a\", \"b\"]");
    let plan = plan(&network(&wider, &live), &live, &Intent::default());
    let changed: Vec<String> = plan.changes.keys().map(Key::to_string).collect();
    assert_eq!(changed, ["subnet.training@c"]);
    rehearsed(&wider, &live);
}

#[test]
fn what_is_built_as_wanted_is_wanted_as_built() {
    for text in SHIPPED {
        let first = network(text, &Live::default());
        assert_eq!(missing(&first), []);
        assert_eq!(network(text, &built(&first)), first);
    }
}

/// A network with NAT gateways in zones that are named or counted, with addresses that its author brings or without.
fn with_gateways((zones, gateways, is_brought): &(Vec<char>, &str, bool), is_counted: bool) -> String {
    let n_zones = zones.len();
    let zones = if is_counted { n_zones.to_string() } else { format!("{zones:?}").replace('\'', "\"") };
    let n_addresses = if *gateways == "single" { 1 } else { n_zones };
    let addresses: Vec<String> =
        (0..n_addresses).map(|it| format!("\"eipalloc-0000000000000{it:04}\"")).collect();
    let brought =
        if *is_brought { format!("nat-addresses = [{}]\n", addresses.join(", ")) } else { String::new() };
    format!(
        "name = \"lab\"\nregion = \"us-east-1\"\n[vpc]\ncidr = \"10.0.0.0/16\"\nzones = {zones}\n\
         [tiers.public]\nroute = \"internet\"\ncidr = \"10.0.0.0/20\"\nnat-gateways = \"{gateways}\"\n{brought}\
         [tiers.app]\nroute = \"nat\"\ncidr = \"10.0.16.0/20\"\n"
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What a count has chosen is chosen again, in the same order, whatever was there before it.
    #[test]
    fn counted_zones_stay(
        history in prop::collection::vec(
            ((zones(), prop::sample::select(vec!["single", "per-zone"]), any::<bool>()), any::<bool>()),
            2..5,
        ),
    ) {
        let mut live = Live::default();
        for it in 0..4 {
            live.insert_existing(&format!("eipalloc-0000000000000{it:04}"), ElasticIp {}, Vec::new());
        }
        for (sketch, is_counted) in &history {
            live = rehearsed(&with_gateways(sketch, *is_counted), &live);
        }
    }
}

#[test]
fn counted_zones_leave_nat_gateways_where_they_are() {
    for (gateways, is_brought) in
        [("single", false), ("single", true), ("per-zone", false), ("per-zone", true)]
    {
        let mut live = Live::default();
        for it in 0..2 {
            live.insert_existing(&format!("eipalloc-0000000000000{it:04}"), ElasticIp {}, Vec::new());
        }
        let live = rehearsed(&with_gateways(&(vec!['c'], gateways, is_brought), false), &live);
        let text = with_gateways(&(vec!['c', 'd'], gateways, is_brought), true);
        let want = network(&text, &live);
        let key = Key::new(Kind::NatGateway, "main@c");
        let spec = live.object(&key).map(|it| &it.spec);
        assert_eq!(want.resources.get(&key), spec, "{gateways} {is_brought}");
        assert_eq!(
            want.resources.contains_key(&Key::new(Kind::NatGateway, "main@a")),
            gateways == "per-zone"
        );
        rehearsed(&text, &live);
    }
}

/// Words that mean something somewhere.
const WORDS: [&str; 40] = [
    "\"training\"",
    "\"fraud\"",
    "\"Disabled\"",
    "{ tier = \"training\", security-groups = [\"sg-00000abc\"] }",
    "\"nat\"",
    "\"internet\"",
    "\"isolated\"",
    "\"per-zone\"",
    "\"single\"",
    "\"all\"",
    "\"tcp\"",
    "\"icmp\"",
    "\"self\"",
    "\"vpc\"",
    "\"s3\"",
    "\"endpoint:s3\"",
    "\"endpoint:sts\"",
    "\"tier:app\"",
    "\"group:app\"",
    "\"10.40.0.0/20\"",
    "\"0.0.0.0/0\"",
    "\"::/0\"",
    "\"interface\"",
    "\"gateway\"",
    "\"\"",
    "0",
    "1",
    "-1",
    "65536",
    "true",
    "1979-05-27",
    "1.5",
    "[]",
    "{}",
    "[\"a\"]",
    "[\"b\", \"b\"]",
    "[{}]",
    "é",
    "]",
    "\"\"\"",
];

/// What stands before an equals sign in an option of the command line.
const KEYS: [&str; 16] = [
    "name",
    "extends",
    "vpc",
    "vpc.cidr",
    "vpc.cidr.x",
    "vpc.zones",
    "tags.team",
    "tiers",
    "tiers.app.slots",
    "tiers.new.route",
    "endpoints.s3.policy.file",
    "endpoints.\"sagemaker.api\".tiers",
    "endpoints.sagemaker.api.tiers",
    "a.\"b=\\\"c",
    "é..",
    "",
];

/// An option of the command line, seldom a good one.
fn set() -> impl Strategy<Value = String> {
    let key = prop::sample::select(KEYS.to_vec());
    let sign = prop::sample::select(vec!["=", " = ", "", "\n="]);
    let value = prop_oneof![
        prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        prop::sample::select(WORDS.to_vec()).prop_map(|it| it.trim_matches('"').to_owned()),
        "\\PC{0,12}",
    ];
    (key, sign, value).prop_map(|(key, sign, value)| format!("{key}{sign}{value}"))
}

/// One of some texts with some of it replaced, left out or doubled.
fn mutated(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0..4_u8, any::<prop::sample::Index>());
    let edits = prop::collection::vec(edit, 1..8);
    (0..texts.len(), edits).prop_map(|(at, edits)| {
        let mut text = texts[at].to_owned();
        for (place, what, other) in edits {
            text = mutate(&text, place, what, other);
        }
        text
    })
}

fn mutate(text: &str, place: prop::sample::Index, what: u8, other: prop::sample::Index) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let at = place.index(lines.len());
    let line = lines[at];
    let word = WORDS[other.index(WORDS.len())];
    let boundaries: Vec<usize> = (0..=line.len()).filter(|it| line.is_char_boundary(*it)).collect();
    let cut = boundaries[other.index(boundaries.len())];
    let changed = match (what, line.split_once('=')) {
        (0, _) => String::new(),
        (1, Some((key, _))) => format!("{key}= {word}"),
        (2, _) => format!("{}{word}{}", &line[..cut], &line[cut..]),
        _ => format!("{line}\n{}", lines[other.index(lines.len())]),
    };
    lines[at] = &changed;
    lines.join("\n")
}
