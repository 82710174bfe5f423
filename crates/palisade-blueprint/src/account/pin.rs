//! Writing into a blueprint what was left to palisade to choose: zones, blocks and slots.

use palisade_core::{Diagnostic, Facts, Live};
use toml_edit::{Array, DocumentMut, TableLike, Value};

use crate::account::draft::Draft;
use crate::reports::in_order;
use crate::tables::tiers::{Ground, Tier};
use crate::text::tree::At;
use crate::words::zones::Zones;

/// A blueprint in which nothing is left to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The text of the file, with everything else as it was.
    pub text: String,
    /// What was written, such as `tiers.app.cidr = "10.0.0.0/20"`.
    pub written: Vec<String>,
    /// What was left, since it stands in another file, as it would be written there:
    /// `tiers.app.cidr = "10.0.0.0/20"`.
    pub elsewhere: Vec<String>,
}

impl Draft {
    /// Writes the zones, blocks and slots that the network has in an account into `text`, the blueprint's own file. What
    /// the account does not allow is returned instead.
    pub fn pin(&self, text: &str, facts: &Facts, live: &Live) -> Result<Pinned, Vec<Diagnostic>> {
        let mut reports = Vec::new();
        let parts = self.parts_in(&mut reports, facts, live);
        if !reports.is_empty() {
            return Err(in_order(reports));
        }
        let document = text.parse().expect("the text has been read before");
        let mut pins = Pins { document, written: Vec::new(), elsewhere: Vec::new() };
        if let Some(Zones::Count(_)) = &self.zones {
            let tier = parts.tiers.values().find(|it| it.way.own_zones.is_none());
            tier.into_iter().for_each(|it| pins.pin(&["vpc"], "zones", ("zones", zones(&it.way.zones))));
        }
        for (name, tier) in &parts.tiers {
            pins.tier(name, tier);
        }
        Ok(Pinned {
            text: as_in(text, &pins.document.to_string()),
            written: pins.written,
            elsewhere: pins.elsewhere,
        })
    }
}

/// Returns `new` with the marks of an editor that `old` has: how its lines end, and what stands before the first.
fn as_in(old: &str, new: &str) -> String {
    let n_lines = old.matches('\n').count();
    let new = match 0 < n_lines && old.matches("\r\n").count() == n_lines {
        true => new.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => new.to_owned(),
    };
    let mark = old.chars().next().filter(|it| *it == '\u{feff}' && !new.starts_with(*it));
    mark.into_iter().collect::<String>() + &new
}

/// A file while it is changed.
struct Pins {
    document: DocumentMut,
    written: Vec<String>,
    elsewhere: Vec<String>,
}

impl Pins {
    fn tier(&mut self, name: &str, tier: &Tier) {
        let path = ["tiers", name];
        if let Some(Zones::Count(_)) = &tier.way.own_zones {
            self.pin(&path, "zones", ("zones", zones(&tier.way.zones)));
        }
        let block = &tier.block;
        if let Ground::Size(_) = &tier.ground {
            self.pin(&path, "size", ("cidr", block.cidr.it.to_string().into()));
        }
        let says_slots = self.table(&path).is_some_and(|(it, _)| it.contains_key("slots"));
        if !says_slots {
            self.pin(&path, "cidr", ("slots", i64::from(block.slots.it).into()));
        }
    }

    /// Writes `new` into the place of `old`, or behind it if it says something else.
    fn pin(&mut self, path: &[&str], old: &str, (new, value): (&str, Value)) {
        let line = format!("{}.{new} = {value}", path.join("."));
        let found = self.table(path).filter(|(it, _)| it.contains_key(old));
        let Some((table, is_inline)) = found else {
            self.elsewhere.push(line);
            return;
        };
        // Keys stand in the order of the file, so what comes behind `old` is taken out and put back.
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
        let behind = keys.into_iter().skip_while(|it| it != old);
        let mut taken: Vec<_> =
            behind.filter_map(|key| Some((table.key(&key)?.clone(), table.remove(&key)?))).collect();
        let (mut key, mut first) = taken.remove(0);
        let is_replaced = new == old || (old, new) == ("size", "cidr");
        let mut item = toml_edit::Item::Value(value);
        // What stands behind the old value, a comment or the space before a brace, stays the last on its line.
        if let (Some(first), Some(item)) = (first.as_value_mut(), item.as_value_mut())
            && (is_replaced || is_inline)
        {
            *item.decor_mut() = first.decor().clone();
            first.decor_mut().set_suffix("");
        }
        let put = |table: &mut dyn TableLike, key: &toml_edit::Key, item: toml_edit::Item| {
            if let toml_edit::Entry::Vacant(entry) = table.entry_format(key) {
                entry.insert(item);
            }
        };
        if !is_replaced {
            put(table, &key, first);
            key = toml_edit::Key::new(new);
        } else if new != old {
            key = toml_edit::Key::new(new).with_leaf_decor(key.leaf_decor().clone());
        }
        put(table, &key, item);
        taken.into_iter().for_each(|(key, item)| put(table, &key, item));
        self.written.push(line);
    }

    /// Returns a table of the file, however it is written, and whether that is in braces.
    fn table(&mut self, path: &[&str]) -> Option<(&mut dyn TableLike, bool)> {
        let mut table: &mut dyn TableLike = self.document.as_table_mut();
        let mut is_inline = false;
        for name in path {
            let item = table.get_mut(name)?;
            is_inline = item.is_inline_table();
            table = item.as_table_like_mut()?;
        }
        Some((table, is_inline))
    }
}

fn zones(zones: &[At<String>]) -> Value {
    Value::Array(zones.iter().map(|it| it.it.as_str()).collect::<Array>())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use palisade_core::Live;

    use crate::tests::{network, parse, resolving::built};

    fn pinned(text: &str, live: &Live) -> String {
        let draft = parse(text).draft.expect("a right blueprint");
        let pinned = draft.pin(text, &draft.fixtures(), live).expect("there is room");
        assert_eq!(network(&pinned.text, live), network(text, live), "the network is the same");
        format!("{}---\n{}\n{}", pinned.text, pinned.written.join("\n"), pinned.elsewhere.join("\n"))
    }

    const TEXT: &str = r#"name = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = 2                # wherever there is room
ipv6  = true

[tiers.app]
route = "isolated"
size  = "/24"            # as small as that
zones = 1

# The rest.
[tiers]
data = { route = "isolated", cidr = "10.0.0.0/20" }

[security-groups.app]
inbound = [{ from = "tier:app", ports = 443 }]
"#;

    #[test]
    fn what_was_chosen_is_written_where_it_was_left_open() {
        assert_snapshot!(pinned(TEXT, &Live::default()), @r#"
        name = "lab"
        region = "eu-west-1"

        [vpc]
        cidr  = "10.0.0.0/16"
        zones = ["a", "b"]                # wherever there is room
        ipv6  = true

        [tiers.app]
        route = "isolated"
        cidr  = "10.0.16.0/22"            # as small as that
        slots = 4
        zones = ["a"]

        # The rest.
        [tiers]
        data = { route = "isolated", cidr = "10.0.0.0/20", slots = 4 }

        [security-groups.app]
        inbound = [{ from = "tier:app", ports = 443 }]
        ---
        vpc.zones = ["a", "b"]
        tiers.app.zones = ["a"]
        tiers.app.cidr = "10.0.16.0/22"
        tiers.app.slots = 4
        tiers.data.slots = 4
        "#);
    }

    #[test]
    fn lines_end_as_they_did() {
        let windows = format!("\u{feff}{}", TEXT.replace('\n', "\r\n"));
        let draft = parse(&windows).draft.expect("a right blueprint");
        let once = draft.pin(&windows, &draft.fixtures(), &Live::default()).expect("there is room");
        let draft = parse(TEXT).draft.expect("a right blueprint");
        let plain = draft.pin(TEXT, &draft.fixtures(), &Live::default()).expect("there is room");
        assert_eq!(once.text, format!("\u{feff}{}", plain.text.replace('\n', "\r\n")));
    }

    #[test]
    fn what_is_pinned_stays_as_it_is_built() {
        let live = built(&network(TEXT, &Live::default()));
        let once = pinned(TEXT, &live);
        let text = once.split("---\n").next().expect("the text comes first");
        assert_snapshot!(pinned(text, &live).split("---\n").nth(1).expect("the list comes second"), @"");
    }
}
