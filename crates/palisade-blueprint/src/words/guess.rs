//! Values as they were probably meant, where they are not as the language has them.

use toml::de::DeValue;

use crate::grammar::foreign::spelt;
use crate::grammar::{Presence, Table, Value};

/// What people write for a word of a key, and what to tell them.
const WORDS: &[(&str, &[&str], &str)] = &[
    ("route", &["public", "igw", "internet-gateway", "direct"], "write `\"internet\"`"),
    (
        "route",
        &["private", "outbound", "egress"],
        "write `\"nat\"` if it may reach the internet through NAT gateways, `\"isolated\"` if not",
    ),
    ("route", &["nat-gateway", "private-with-egress"], "write `\"nat\"`"),
    ("route", &["none", "no", "local", "intra", "private-isolated", "database"], "write `\"isolated\"`"),
    ("nat-gateways", &["per-az", "one-per-az", "each", "all", "multi", "ha", "true"], "write `\"per-zone\"`"),
    ("nat-gateways", &["one", "shared", "1"], "write `\"single\"`"),
    ("nat-gateways", &["no", "false", "0"], "write `\"none\"`"),
    ("protocol", ALL, "write `\"all\"` for every protocol"),
    ("allow", ALL, "write `\"all\"` for every protocol"),
    ("deny", ALL, "write `\"all\"` for every protocol"),
    ("protocol", ICMPV6, "write `\"icmpv6\"`"),
    ("allow", ICMPV6, "write `\"icmpv6\"`"),
    ("deny", ICMPV6, "write `\"icmpv6\"`"),
];
/// IANA's numbers of protocols that have a name here.
const NUMBERS: &[(u8, &str)] = &[(1, "icmp"), (6, "tcp"), (17, "udp"), (58, "icmpv6")];
const ALL: &[&str] = &["-1", "any", "*", "ip", "ipv4", "every", ""];
const ICMPV6: &[&str] = &["icmp6", "ipv6-icmp", "icmp-v6"];

/// Ports that people call by a name.
const PORTS: &[(&str, &str)] = &[
    ("ssh", "22"),
    ("smtp", "25"),
    ("dns", "53"),
    ("domain", "53"),
    ("http", "80"),
    ("ntp", "123"),
    ("ldap", "389"),
    ("https", "443"),
    ("nfs", "2049"),
    ("mysql", "3306"),
    ("rdp", "3389"),
    ("postgres", "5432"),
    ("postgresql", "5432"),
    ("redis", "6379"),
    ("*", "\"all\""),
    ("any", "\"all\""),
    ("-1", "\"all\""),
    ("0", "\"all\""),
];

/// Returns what to tell who wrote `found` for the words that `key` takes.
pub(crate) fn word(key: &str, found: &str) -> Option<String> {
    let spelt = spelt(found);
    let known = WORDS.iter().find(|(it, words, _)| *it == key && words.contains(&spelt.as_str()));
    let is_protocol = ["protocol", "allow", "deny"].contains(&key);
    let number = spelt.parse::<u8>().ok().filter(|_| is_protocol);
    let of_number = |number: u8| match NUMBERS.iter().find(|(it, _)| *it == number) {
        Some((_, name)) => format!("write `\"{name}\"`"),
        None => format!("write `{number}`"),
    };
    known.map(|(_, _, help)| (*help).to_owned()).or_else(|| number.map(of_number))
}

/// Returns what ports a text was meant to be, as TOML.
pub(crate) fn ports(written: &str) -> Option<String> {
    let spelt = spelt(written.trim());
    if let Some((_, port)) = PORTS.iter().find(|(name, _)| *name == spelt) {
        return Some((*port).to_owned());
    }
    let numbers = |separator: char| -> Option<Vec<u16>> {
        let parts = spelt.split(separator).map(|it| it.trim().parse().ok());
        parts.collect::<Option<Vec<u16>>>().filter(|it| 1 < it.len())
    };
    let list = [',', ';', ' '].into_iter().find_map(numbers);
    let listed = list.map(|it| it.iter().map(u16::to_string).collect::<Vec<_>>().join(", "));
    let range = [':', '…', '–', '~'].into_iter().find_map(numbers);
    let range =
        range.filter(|it| it.len() == 2).map(|it| format!("\"{}-{}\"", it[0].min(it[1]), it[0].max(it[1])));
    listed.map(|it| format!("[{it}]")).or(range)
}

/// Returns what to tell who wrote a value of another type than `key` takes.
pub(crate) fn value(key: &str, grammar: &Value, found: &DeValue<'_>) -> Option<String> {
    match (key, found) {
        ("size", DeValue::Integer(len)) => return Some(format!("write `\"/{len}\"`")),
        ("protocol" | "allow" | "deny", DeValue::Boolean(_)) => {
            return Some("write a protocol, such as `\"tcp\"`, or `\"all\"` for every protocol".to_owned());
        }
        _ => {}
    }
    match (grammar, found) {
        (Value::Table(table), DeValue::Boolean(true)) => example(table).map(|it| format!("write `{it}`")),
        (Value::Table(_), DeValue::Boolean(false)) => Some(format!("leave `{key}` out")),
        (Value::AnyOf(alternatives), DeValue::Boolean(_)) => {
            alternatives.iter().find_map(|it| value(key, it, found))
        }
        (Value::List(Value::Table(_)), DeValue::Table(_)) => {
            Some(format!("put it into a list: `{key} = [{{ … }}]`"))
        }
        _ => Some(format!("write `{}`", toml(grammar, found)?)),
    }
}

/// Returns the smallest table of this kind; none if nothing must be in it.
fn example(table: &Table) -> Option<String> {
    let required = table.fields.iter().filter(|it| matches!(it.presence, Presence::Required));
    let entries: Vec<String> = required.map(|it| format!("{} = {}", it.name, it.example)).collect();
    (!entries.is_empty()).then(|| format!("{{ {} }}", entries.join(", ")))
}

fn toml(grammar: &Value, found: &DeValue<'_>) -> Option<String> {
    let is_plain = |it: &str| !it.contains(['"', '\\', '\n']);
    match (grammar, found) {
        (Value::Text | Value::Pattern(_), DeValue::Integer(number)) => Some(format!("\"{number}\"")),
        (Value::Boolean, DeValue::String(word)) => match word.to_lowercase().as_str() {
            "true" | "yes" | "on" | "enabled" | "1" => Some("true".to_owned()),
            "false" | "no" | "off" | "disabled" | "0" => Some("false".to_owned()),
            _ => None,
        },
        (Value::Boolean, DeValue::Integer(number)) => match number.as_str() {
            "1" => Some("true".to_owned()),
            "0" => Some("false".to_owned()),
            _ => None,
        },
        (Value::Integer { .. }, DeValue::String(digits)) => {
            digits.parse::<i64>().ok().map(|it| it.to_string())
        }
        (Value::List(Value::Text | Value::Control), DeValue::String(one)) if is_plain(one) => {
            Some(format!("[\"{one}\"]"))
        }
        (Value::AnyOf(alternatives), _) => alternatives.iter().find_map(|it| toml(it, found)),
        _ => None,
    }
}
