//! One network with few rules, and the same with ten times as many.

use std::fmt::Write;

use super::table;

/// How many rules each group has for each direction. AWS takes no more than 60, and an edit needs room for both.
pub(super) const FEW: u32 = 5;
pub(super) const MANY: u32 = 50;

const N_GROUPS: u32 = 5;
/// The port of the first rule of each list; the others follow it.
const FIRST_PORT: u32 = 1000;

const NETWORK: &str = r#"name   = "tenfold"
region = "eu-west-1"

[vpc]
cidr  = "10.50.0.0/16"
zones = ["a", "b"]

[tiers.app]
route = "isolated"
cidr  = "10.50.0.0/20"
"#;

/// Returns a blueprint with `n_rules` for each direction of each group: every other one names the next group, the rest
/// name blocks.
pub(super) fn blueprint(n_rules: u32) -> String {
    let mut text = NETWORK.to_owned();
    for group in 0..N_GROUPS {
        let list = |word: &str| -> String { (0..n_rules).map(|n| rule(word, group, n)).collect() };
        let (inbound, outbound) = (list("from"), list("to"));
        write!(
            text,
            "\n[security-groups.g{group}]\ndescription = \"group {group}\"\n\
             inbound = [\n{inbound}]\noutbound = [\n{outbound}]\n"
        )
        .expect("text has no end");
    }
    text
}

/// Returns the blueprint with another port in one rule.
pub(super) fn edited(n_rules: u32) -> String {
    let (old, new) = (format!("ports = {FIRST_PORT} }}"), format!("ports = {} }}", FIRST_PORT - 1));
    blueprint(n_rules).replacen(&old, &new, 1)
}

fn rule(word: &str, group: u32, n: u32) -> String {
    let peer = match n % 2 {
        0 => format!("group:g{}", (group + 1) % N_GROUPS),
        _ => format!("10.60.{n}.0/24"),
    };
    format!("  {{ {word} = \"{peer}\", ports = {} }},\n", FIRST_PORT + n)
}

/// Returns how many requests each command takes with few rules and with many.
pub(super) fn draw<'a>(rows: impl Iterator<Item = (&'a str, usize, usize)>) -> String {
    let column = |n_rules: u32| {
        let n_rules = N_GROUPS * 2 * n_rules;
        format!("requests with {n_rules} rules")
    };
    let row =
        |(name, few, many): (&str, usize, usize)| vec![name.to_owned(), few.to_string(), many.to_string()];
    table::table(&["`tenfold`", &column(FEW), &column(MANY)], rows.map(row))
}

#[cfg(test)]
mod tests {
    use palisade_blueprint::Input;

    use super::*;

    #[test]
    fn both_are_blueprints_and_differ_in_rules_alone() {
        for (n_rules, n_expected) in [(FEW, 50), (MANY, 500)] {
            let text = blueprint(n_rules);
            let input = Input { name: "tenfold.toml", text: &text, sets: &[] };
            let parsed = palisade_blueprint::parse(&input, &|path| Err(format!("{path} is not there")));
            assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
            assert_eq!(text.matches("ports = ").count(), n_expected);
            assert_eq!(text.matches("[security-groups.").count(), 5);
        }
    }

    #[test]
    fn an_edit_is_one_line() {
        let (text, edited) = (blueprint(MANY), edited(MANY));
        let differing: Vec<_> = text.lines().zip(edited.lines()).filter(|(old, new)| old != new).collect();
        assert_eq!(
            differing,
            [("  { from = \"group:g1\", ports = 1000 },", "  { from = \"group:g1\", ports = 999 },")]
        );
    }

    #[test]
    fn few_and_many_stand_side_by_side() {
        let text = draw([("plan", 19, 20)].into_iter());
        assert_eq!(
            text,
            "| `tenfold` | requests with 50 rules | requests with 500 rules |\n|---|---|---|\n| plan | 19 | 20 |\n"
        );
    }
}
