//! The JSON Schema and the walk agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::{lab, with_rules};
use crate::Input;

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

/// Returns every shipped blueprint, and every base, by its path from their folder.
fn shipped() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    let mut folders = vec![root.clone()];
    let mut shipped = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "toml") {
                let text = std::fs::read_to_string(&path).expect("the file can be read");
                shipped.insert(path.strip_prefix(&root).expect("it is below").to_owned(), text);
            }
        }
    }
    shipped
}

#[test]
fn the_schema_knows_every_shipped_file() {
    let shipped = shipped();
    assert!(6 <= shipped.len());
    for (path, text) in shipped {
        assert!(accepts(&text), "{}", path.display());
        let up = "../".repeat(path.components().count() - 1);
        assert!(text.starts_with(&format!("#:schema {up}palisade.schema.json\n")), "{}", path.display());
    }
}

#[test]
fn every_shipped_blueprint_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    let shipped = shipped();
    let extends = |path: &Path, text: &str| {
        let table: toml::Table = text.parse().expect("TOML");
        Some(path.with_file_name(table.get("extends")?.as_str()?))
    };
    let bases: BTreeSet<PathBuf> = shipped.iter().filter_map(|(path, text)| extends(path, text)).collect();
    assert_eq!(bases.iter().collect::<Vec<_>>(), [Path::new("environments/base.toml")]);
    for (path, text) in shipped.iter().filter(|(path, _)| !bases.contains(*path)) {
        let folder = root.join(path.with_file_name(""));
        let files = |it: &str| std::fs::read_to_string(folder.join(it)).map_err(|err| err.to_string());
        let parsed = crate::parse(&Input::new(&path.display().to_string(), text), &files);
        assert!(parsed.draft.is_some(), "{}", super::said(&parsed));
    }
}

/// What both judge by shape alone, they judge alike.
#[test]
fn the_schema_and_the_walk_agree() {
    let examples = [
        lab(""),
        lab("slots = 8\nnat-gateways = \"none\"\nzones = [\"a\"]\n"),
        lab("[endpoints.sts]\ntiers = [\"app\"]\nsecurity-groups = [\"sg-00000abc\"]\nprivate-dns = true\n"),
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
        lab("[guarantees]\n"),
        lab(
            "[policy]\ndeny = [\"EC2.13\"]\nallow = [{ id = \"EC2.6\", key = \"vpc.main\", reason = \"a trial\" }]\n",
        ),
        lab("[policy]\ndeny = [\"EC2.999\"]\n"),
        lab("[policy]\nallow = [{ id = \"EC2.6\", key = \"vpc.main\" }]\n"),
        super::sagemaker::EVERYTHING.to_owned(),
        super::sagemaker::EVERYTHING.replace("initial-variant-weight = 1", "initial-variant-weight = 0.5"),
        super::sagemaker::EVERYTHING.replace("initial-variant-weight = 1", "initial-variant-weight = -1"),
        super::sagemaker::EVERYTHING.replace("\"ml.g5.xlarge\"", "\"g5.xlarge\""),
        super::sagemaker::EVERYTHING.replace("\"alias/ml\"", "\"ml\""),
        super::sagemaker::EVERYTHING.replace("\"s3://captured\"", "\"captured\""),
        super::sagemaker::EVERYTHING.replace("iam::111122223333:role/anna", "iam::111122223333:user/anna"),
        super::sagemaker::EVERYTHING.replace("epochs = \"10\"", "epochs = 10"),
        super::sagemaker::EVERYTHING.replace("home-efs = \"delete\"\n", ""),
        lab("[security-groups.Web]\n"),
        lab("[security-groups.x]\ninbound = [{ from = \"vpc\", ports = 65536 }]\n"),
        lab("[security-groups.x]\ninbound = [{ to = \"vpc\", ports = 1 }]\n"),
        lab("[security-groups.x]\ninbound = [{ from = \"vpc\", protocol = \"tpc\", ports = 1 }]\n"),
        lab("[endpoints.sts]\ntiers = [\"app\"]\npolicy = 1\nsecurity-groups = [\"sg-00000abc\"]\n"),
        format!("account = \"1\"\n{}", lab("")),
    ];
    for text in examples {
        let is_right = super::parse(&text).draft.is_some();
        assert_eq!(accepts(&text), is_right, "{text}");
    }
}

/// What completes another file, and what is completed, may lack anything but what a list has.
#[test]
fn the_schema_asks_parts_of_a_blueprint_for_nothing() {
    let part = |text: &str| format!("extends = \"base.toml\"\n{text}");
    assert!(!accepts("name = \"lab\"\n"));
    assert!(accepts(&part("name = \"lab\"\n")));
    assert!(accepts("[vpc]\nzones = [\"a\"]\n"));
    for lacking in [
        lab("").replace("cidr = \"10.0.0.0/16\"\n", ""),
        lab("").replace("route = \"isolated\"\n", ""),
        lab("[prefix-lists.corp]\n"),
        lab("[endpoints.s3]\ntiers = [\"app\"]\npolicy = {}\n"),
    ] {
        assert!(!accepts(&lacking), "{lacking}");
        assert!(accepts(&part(&lacking)), "{lacking}");
    }
    let rule = with_rules("{ ports = 443 }", "");
    assert!(!accepts(&rule));
    assert!(!accepts(&part(&rule)));
    assert!(!accepts(&part("colour = 1\n")));
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
        include_str!("extending.rs"),
        include_str!("setting.rs"),
        include_str!("addresses.rs"),
        include_str!("routes.rs"),
        include_str!("rules.rs"),
        include_str!("endpoints.rs"),
        include_str!("existing.rs"),
        include_str!("existing/ids.rs"),
        include_str!("ground.rs"),
        include_str!("guarantees.rs"),
        include_str!("guesses.rs"),
        include_str!("lists.rs"),
        include_str!("policy.rs"),
        include_str!("quotas.rs"),
        include_str!("resolving.rs"),
        include_str!("sagemaker.rs"),
        include_str!("sagemaker/forms.rs"),
        include_str!("schema.rs"),
        include_str!("sizes.rs"),
    ];
    for (code, _) in crate::codes::ALL {
        let shown = format!("[{code}]");
        assert!(tests.iter().any(|it| it.contains(&shown)), "no test shows `{code}`");
    }
}
