//! Changing a document at random: its structure, or its bytes.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};

/// One change, made of indices so that it means something in any document.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    what: u8,
    place: Index,
    other: Index,
}

const N_EDITS_MAX: usize = 4;

/// Some changes of the structure.
pub(super) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (0..9_u8, any::<Index>(), any::<Index>());
    let edit = edit.prop_map(|(what, place, other)| Edit { what, place, other });
    prop::collection::vec(edit, 1..=N_EDITS_MAX)
}

const ODD: [&str; 14] = [
    "",
    " ",
    "\u{0}",
    "\u{202e}abc",
    "日本語",
    "e\u{301}",
    "\"'\\\n\t",
    "-1",
    "0.0.0.0/0",
    "255.255.255.255/32",
    "::/0",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
    "vpc.main",
    "tier:",
];

const EXTREMES: [i64; 8] = [0, 1, -1, 255, 65_535, 65_536, u32::MAX as i64, i64::MAX];

/// Makes changes one after the other.
pub(super) fn mutated(document: &Value, edits: &[Edit]) -> Value {
    let mut document = document.clone();
    for edit in edits {
        mutate(&mut document, edit);
    }
    document
}

fn mutate(document: &mut Value, edit: &Edit) {
    let mut places = Vec::new();
    collect(document, String::new(), &mut places);
    let place = places[edit.place.index(places.len())].clone();
    let other =
        document.pointer(&places[edit.other.index(places.len())]).expect("it has just been seen").clone();
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    match (edit.what, document.pointer_mut(parent).expect("a child has a parent")) {
        (0, Value::Object(map)) => drop(map.remove(&name)),
        (0, Value::Array(list)) => drop(list.remove(position(&name))),
        (1, Value::Array(list)) => list.push(list[position(&name)].clone()),
        (1, Value::Object(map)) => drop(map.insert(new_key(edit), map[&name].clone())),
        (2, Value::Object(map)) => {
            let child = map.remove(&name).expect("it has just been seen");
            map.insert(other.as_str().map_or_else(|| new_key(edit), str::to_owned), child);
        }
        _ => {
            let value = document.pointer_mut(&place).expect("it has just been seen");
            *value = replacement(value, other, edit);
        }
    }
}

fn position(name: &str) -> usize {
    name.parse().expect("the members of a list are numbered")
}

fn new_key(edit: &Edit) -> String {
    (*edit.other.get(&ODD)).to_owned()
}

fn replacement(value: &Value, other: Value, edit: &Edit) -> Value {
    match (edit.what, value) {
        (3, _) => other,
        (4, Value::String(text)) => Value::from(text.repeat(1 + edit.other.index(2000))),
        (4 | 5, Value::Number(_)) => Value::from(*edit.other.get(&EXTREMES)),
        (5, Value::String(_)) => Value::from(*edit.other.get(&ODD)),
        (6, Value::String(text)) => Value::from(format!("{text}{}", edit.other.get(&ODD))),
        (7, Value::String(_)) if other.is_string() => other,
        (_, value) => [
            Value::Array(vec![value.clone()]),
            Value::Object(Map::from_iter([("name".to_owned(), value.clone())])),
            Value::Array(Vec::new()),
            Value::Object(Map::new()),
            Value::Bool(true),
            Value::from(1),
            Value::from("x"),
            Value::from(1.5),
        ][edit.other.index(8)]
        .clone(),
    }
}

/// Collects the JSON pointers of all values but the whole.
fn collect(value: &Value, place: String, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, it)| (at.to_string(), it)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let name = name.replace('~', "~0").replace('/', "~1");
        collect(child, format!("{place}/{name}"), places);
    }
    // An empty document has nothing else to choose from.
    places.push(place);
}

/// A change of the bytes: a cut, a doubled piece, or a byte that is another one.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    what: u8,
    from: Index,
    length: usize,
}

/// Some changes of the bytes.
pub(super) fn cuts() -> impl Strategy<Value = Vec<Cut>> {
    let cut = (0..4_u8, any::<Index>(), 1..40_usize);
    prop::collection::vec(cut.prop_map(|(what, from, length)| Cut { what, from, length }), 1..3)
}

/// Makes changes one after the other.
pub(super) fn cut(text: &[u8], cuts: &[Cut]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for Cut { what, from, length } in cuts {
        let from = from.index(bytes.len() + 1);
        let end = (from + length).min(bytes.len());
        match what {
            0 => drop(bytes.drain(from..end)),
            1 => bytes.truncate(from),
            2 => bytes.extend_from_within(from..end),
            _ => bytes[from..end].iter_mut().for_each(|it| *it ^= 0x91),
        }
    }
    bytes
}
