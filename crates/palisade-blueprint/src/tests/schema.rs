//! The JSON Schema and the walk agree.

use serde_json::Value as Json;

use super::{files, lab};

fn as_json(text: &str) -> Json {
    let document: toml::Table = text.parse().expect("TOML");
    serde_json::to_value(document).expect("TOML without dates is JSON")
}

fn accepts(text: &str) -> bool {
    let schema: Json = serde_json::from_str(&crate::schema()).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    validator.is_valid(&as_json(text))
}

#[test]
fn the_schema_is_a_schema() {
    let schema: Json = serde_json::from_str(&crate::schema()).expect("the schema is JSON");
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
}

#[test]
fn every_shipped_blueprint_is_valid() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../blueprints");
    let files_there = std::fs::read_dir(folder).expect("the folder is there");
    let paths = files_there.map(|it| it.expect("the folder can be read").path());
    let paths: Vec<_> = paths.filter(|it| it.extension().is_some_and(|it| it == "toml")).collect();
    assert!(3 <= paths.len(), "{paths:?}");
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        assert!(accepts(&text), "{}", path.display());
        assert!(text.starts_with("#:schema palisade.schema.json\n"), "{}", path.display());
        let (draft, reports) = crate::parse(&text, &files);
        assert!(draft.is_some(), "{}", super::draw_all(&reports, &text));
    }
}

/// What both judge by shape alone, they judge alike.
#[test]
fn the_schema_and_the_walk_agree() {
    let examples = [
        lab(""),
        lab("slots = 8\nnat-gateways = \"none\"\nzones = [\"a\"]\n"),
        lab("[endpoints.sts]\ntiers = [\"app\"]\nsecurity-groups = [\"sg-0abc\"]\nprivate-dns = true\n"),
        lab(
            "[security-groups.x]\ninbound = [{ from = [\"self\"], protocol = 50 }, { from = \"vpc\", ports = [\"all\"] }]\n",
        ),
        lab("colour = 1\n"),
        lab("slots = 0\n"),
        lab("slots = \"4\"\n"),
        lab("zones = \"a\"\n"),
        lab("zones = [1]\n"),
        lab("").replace("isolated", "isolation"),
        lab("").replace("cidr", "block"),
        lab("").replace("\"lab\"", "\"Lab\""),
        lab("").replace("[\"a\", \"b\"]", "2"),
        lab("[tags]\nlevel = 3\n"),
        lab("[sagemaker]\n"),
        lab("[security-groups.Web]\n"),
        lab("[security-groups.x]\ninbound = [{ from = \"vpc\", ports = 65536 }]\n"),
        lab("[security-groups.x]\ninbound = [{ to = \"vpc\", ports = 1 }]\n"),
        lab("[security-groups.x]\ninbound = [{ from = \"vpc\", protocol = \"tpc\", ports = 1 }]\n"),
        lab("[endpoints.sts]\ntiers = [\"app\"]\npolicy = 1\nsecurity-groups = [\"sg-0abc\"]\n"),
        format!("account = \"1\"\n{}", lab("")),
    ];
    for text in examples {
        let is_right = crate::parse(&text, &files).0.is_some();
        assert_eq!(accepts(&text), is_right, "{text}");
    }
}

/// A mistake that no test shows is one whose words nobody has read.
#[test]
fn a_file_that_cannot_be_read_is_a_diagnostic_too() {
    let diagnostic = crate::unreadable("no such file");
    let shown = format!("error[{}]: {}", diagnostic.code, diagnostic.message);
    assert_eq!(shown, "error[blueprint-file]: the blueprint cannot be read: no such file");
}

#[test]
fn every_code_is_pinned_by_a_test() {
    let tests = [
        include_str!("shape.rs"),
        include_str!("addresses.rs"),
        include_str!("routes.rs"),
        include_str!("rules.rs"),
        include_str!("endpoints.rs"),
        include_str!("resolving.rs"),
        include_str!("schema.rs"),
    ];
    for (code, _) in crate::codes::ALL {
        let shown = format!("[{code}]");
        assert!(tests.iter().any(|it| it.contains(&shown)), "no test shows `{code}`");
    }
}
