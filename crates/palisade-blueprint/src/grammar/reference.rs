//! The reference of the language in Markdown, drawn from the same tables as the checks and the schema.

use std::fmt::Write as _;

use crate::codes;
use crate::grammar::{DOCUMENT, Field, Presence, Table, Value};

const HEAD: &str = "# The keys of a blueprint

Generated from the tables that the reader of blueprints uses: `cargo xtask generate` writes it anew.
What the values mean together is told in [the guide to the language](../blueprint.md).
";

/// Returns the page, as it stands in `docs/reference/blueprint.md`.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    let mut todo = vec![(String::new(), &DOCUMENT)];
    while let Some((path, table)) = todo.pop() {
        section(&mut page, &path, table);
        let inner: Vec<(String, &Table)> =
            table.fields.iter().filter_map(|field| inner(&path, field.name, &field.value)).collect();
        todo.extend(inner.into_iter().rev());
    }
    page.push_str("\n## Mistakes and warnings\n\n| code | what it means |\n|---|---|\n");
    page.extend(codes::ALL.iter().map(|(code, meaning)| format!("| `{code}` | {meaning} |\n")));
    page
}

fn section(page: &mut String, path: &str, table: &Table) {
    let title = if path.is_empty() { "The file".to_owned() } else { format!("`{path}`") };
    let rows: String = table.fields.iter().map(|it| row(it)).collect();
    let written = write!(
        page,
        "\n## {title}\n\n{}\n\n| key | takes | if absent | meaning |\n|---|---|---|---|\n{rows}",
        table.doc
    );
    written.expect("text can be written to text");
}

fn row(field: &Field) -> String {
    let absent = match field.presence {
        Presence::Required => "must be there".to_owned(),
        Presence::RequiredUnless(others) => {
            let others: Vec<String> = others.iter().map(|it| format!("`{it}`")).collect();
            format!("must be there, unless {} is", others.join(" or "))
        }
        Presence::Optional => String::new(),
        Presence::Default(default) => format!("`{default}`"),
    };
    let escaped = |text: &str| text.replace('|', "\\|");
    let takes = escaped(&field.value.expected());
    format!(
        "| `{}` | {takes}, such as `{}` | {absent} | {} |\n",
        field.name,
        escaped(field.example),
        escaped(field.doc)
    )
}

/// Returns the table that a value is made of, and how a file names it.
fn inner(path: &str, name: &str, value: &'static Value) -> Option<(String, &'static Table)> {
    let own =
        if path.is_empty() { name.to_owned() } else { format!("{}.{name}", path.trim_matches(['[', ']'])) };
    match value {
        Value::Table(table) => Some((format!("[{own}]"), table)),
        Value::Named(named) => Some((format!("[{own}.<name>]"), named.table)),
        Value::List(element) => inner(path, name, element),
        Value::AnyOf(alternatives) => alternatives.iter().find_map(|it| inner(path, name, it)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn every_table_has_its_section() {
        let page = reference();
        let titles: Vec<&str> = page.lines().filter_map(|it| it.strip_prefix("## ")).collect();
        insta::assert_snapshot!(titles.join("\n"), @"
        The file
        `[vpc]`
        `[vpc.dhcp]`
        `[vpc.flow-logs]`
        `[tiers.<name>]`
        `[tiers.<name>.routes]`
        `[tiers.<name>.network-acl]`
        `[tiers.<name>.network-acl.inbound]`
        `[tiers.<name>.network-acl.outbound]`
        `[security-groups.<name>]`
        `[security-groups.<name>.inbound]`
        `[security-groups.<name>.outbound]`
        `[endpoints.<name>]`
        `[endpoints.<name>.policy]`
        `[endpoint-sets]`
        `[endpoint-sets.sagemaker-training]`
        `[endpoint-sets.sagemaker-hosting]`
        `[endpoint-sets.sagemaker-notebook]`
        `[endpoint-sets.sagemaker-studio]`
        `[endpoint-sets.sagemaker-hyperpod]`
        `[prefix-lists.<name>]`
        `[prefix-lists.<name>.entries]`
        `[outside.<name>]`
        `[moved]`
        `[protect]`
        `[quotas]`
        Mistakes and warnings
        ");
    }
}
