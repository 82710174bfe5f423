//! `plan --out` and `apply --plan`.

use std::fs;

use serde_json::Value;

use crate::sandbox::{SMALL, Sandbox, output};

/// Returns a sandbox with a plan for a changed port.
fn planned() -> Sandbox {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "ports = 443", "ports = 8443");
    sandbox.succeed(&["plan", "--out", "a.plan"]);
    sandbox
}

#[test]
fn is_carried_out_as_it_was_shown() {
    let sandbox = Sandbox::with(SMALL);
    insta::assert_snapshot!(sandbox.run(&["plan", "--out", "a.plan"]));
    // What the blueprint says meanwhile does not matter.
    sandbox.edit("blueprint.toml", "ports = 443", "ports = 8443");
    assert_eq!(sandbox.code(&["apply", "--plan", "a.plan", "--yes"]), 0);
    assert_eq!(sandbox.planned(), ["update security-group.app"]);
}

#[test]
fn is_refused_once_it_has_been_carried_out() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.succeed(&["plan", "--out", "a.plan"]);
    sandbox.succeed(&["apply", "--plan", "a.plan", "--yes"]);
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 6
    --- stderr
    error: the account has changed since the plan was made
      `vpc.main` exists now as `vpc-[1]`
      `subnet.app@a` exists now as `subnet-[2]`
      `route-table.app` exists now as `rtb-[3]`
      `security-group.app` exists now as `sg-[4]`
      help: nothing has been changed
      help: make the plan again: `palisade plan --out FILE`
    ");
}

#[test]
fn is_refused_if_an_object_that_it_touches_has_changed() {
    let sandbox = planned();
    sandbox.edit(
        "sandbox.json",
        "\"palisade:key\": \"security-group.app\"",
        "\"palisade:key\": \"security-group.app\",\n\"owner\": \"me\"",
    );
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 6
    --- stderr
    error: the account has changed since the plan was made
      `security-group.app` has changed: tag `owner`
      help: nothing has been changed
      help: make the plan again: `palisade plan --out FILE`
    ");
    let sandbox = planned();
    sandbox.edit("sandbox.json", "\"from\": 443,", "\"from\": 442,");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 6
    --- stderr
    error: the account has changed since the plan was made
      `security-group.app` has changed: `inbound tcp 442-443 from security-group.app` none → allowed, `inbound tcp 443 from security-group.app` allowed → none
      help: nothing has been changed
      help: make the plan again: `palisade plan --out FILE`
    ");
}

#[test]
fn is_refused_if_an_object_that_it_touches_is_gone_or_another_one() {
    let sandbox = planned();
    sandbox.succeed(&["apply", "--yes", "--replace", "security-group.app"]);
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 6
    --- stderr
    error: the account has changed since the plan was made
      `security-group.app` is `sg-[1]` now; it was `sg-[2]`
      help: nothing has been changed
      help: make the plan again: `palisade plan --out FILE`
    ");
    sandbox.succeed(&["destroy", "--yes"]);
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 6
    --- stderr
    error: the account has changed since the plan was made
      `security-group.app` is gone; it was `sg-[1]`
      help: nothing has been changed
      help: make the plan again: `palisade plan --out FILE`
    ");
}

#[test]
fn goes_on_if_something_else_has_changed() {
    let sandbox = planned();
    sandbox.edit("sandbox.json", r#""dns-hostnames": true"#, r#""dns-hostnames": false"#);
    assert_eq!(sandbox.code(&["apply", "--plan", "a.plan", "--yes"]), 0);
    assert_eq!(sandbox.planned(), ["update vpc.main"]);
}

#[test]
fn is_refused_in_another_account() {
    let sandbox = planned();
    sandbox.edit("sandbox.json", r#""account": "000000000000""#, r#""account": "111122223333""#);
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 1
    --- stderr
    error: the plan is for account `000000000000`, and this is account `111122223333`
      help: use another sandbox: a file that does not exist yet begins as the right account
    ");
}

#[test]
fn asks_too() {
    assert_eq!(planned().code(&["apply", "--plan", "a.plan"]), 64);
}

#[test]
fn remembers_what_was_to_be_replaced() {
    let sandbox = Sandbox::applied();
    let before = sandbox.objects();
    sandbox.succeed(&["plan", "--replace", "security-group.app", "--out", "a.plan"]);
    assert_eq!(sandbox.code(&["apply", "--plan", "a.plan", "--yes"]), 0);
    assert_ne!(sandbox.objects()["security-group.app"], before["security-group.app"]);
}

#[test]
fn that_is_none_is_told() {
    let sandbox = planned();
    sandbox.write("bad.plan", "{\"format_version\": 1");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "bad.plan", "--yes"]), @"
    exit code 65
    --- stderr
    error: `bad.plan` is damaged, or no plan: EOF while parsing an object at line 1 column 20
      help: make the plan again: `palisade plan --out FILE`
    ");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "none.plan", "--yes"]), @"
    exit code 65
    --- stderr
    error: cannot read the plan `none.plan`
      cause: No such file or directory (os error 2)
      help: make the plan again: `palisade plan --out FILE`
    ");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "blueprint.toml", "--yes"]), @"
    exit code 65
    --- stderr
    error: `blueprint.toml` is damaged, or no plan: expected ident at line 2 column 2
      help: make the plan again: `palisade plan --out FILE`
    ");
    sandbox.edit("a.plan", "\"format_version\": 2", "\"format_version\": 3");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]).replace(env!("CARGO_PKG_VERSION"), "[version]"), @"
    exit code 65
    --- stderr
    error: `a.plan` is a plan of format 3, and this palisade knows format 2
      help: make the plan again: `palisade plan --out FILE`
    ");
}

/// Every value of the file is changed or taken away in turn. What is carried out all the same is what was planned.
#[test]
fn no_mutation_of_it_makes_palisade_panic_or_do_something_else() {
    let sandbox = planned();
    let plan: Value = serde_json::from_str(&sandbox.read("a.plan")).expect("JSON");
    let world = sandbox.read("sandbox.json");
    let mut paths = Vec::new();
    collect(&plan, &mut Vec::new(), &mut paths);
    for path in paths {
        for mutation in [Mutation::Change, Mutation::Remove] {
            let mut mutated = plan.clone();
            mutate(&mut mutated, &path, mutation);
            sandbox.write("a.plan", &mutated.to_string());
            let code = sandbox.code(&["apply", "--plan", "a.plan", "--yes", "-q"]);
            assert!([0, 1, 6, 65].contains(&code), "{code} after {mutation:?} of {path:?}");
            if code == 0 {
                assert!(sandbox.planned().is_empty(), "{mutation:?} of {path:?}");
            }
            fs::write(sandbox.path("sandbox.json"), &world).expect("a file that can be written");
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Mutation {
    Change,
    Remove,
}

fn collect(value: &Value, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    if !path.is_empty() {
        paths.push(path.clone());
    }
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, it)| (at.to_string(), it)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        path.push(name);
        collect(child, path, paths);
        path.pop();
    }
}

fn mutate(value: &mut Value, path: &[String], mutation: Mutation) {
    let (last, parents) = path.split_last().expect("a path");
    let parent = parents.iter().fold(value, |value, name| match value {
        Value::Array(list) => &mut list[name.parse::<usize>().expect("a number")],
        value => &mut value[name.as_str()],
    });
    match (mutation, parent) {
        (Mutation::Remove, Value::Object(map)) => drop(map.remove(last)),
        (Mutation::Remove, Value::Array(list)) => drop(list.remove(last.parse::<usize>().expect("a number"))),
        (Mutation::Change, Value::Object(map)) => drop(map.insert(last.clone(), changed(&map[last]))),
        (Mutation::Change, Value::Array(list)) => {
            let at: usize = last.parse().expect("a number");
            list[at] = changed(&list[at]);
        }
        _ => unreachable!("a parent has children"),
    }
}

fn changed(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(format!("{text}x")),
        Value::Number(number) => Value::from(number.as_u64().unwrap_or(0) + 1),
        Value::Bool(it) => Value::Bool(!it),
        Value::Null => Value::from("x"),
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(_) => Value::Object(serde_json::Map::new()),
    }
}

#[test]
fn of_another_format_says_which() {
    let sandbox = planned();
    sandbox.edit("a.plan", "\"format_version\": 2", "\"format_version\": 3");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--yes"]), @"
    exit code 65
    --- stderr
    error: `a.plan` is a plan of format 3, and this palisade knows format 2
      help: make the plan again: `palisade plan --out FILE`
    ");
}

#[test]
fn goes_into_what_is_no_file_without_taking_its_place() {
    let sandbox = Sandbox::with(SMALL);
    let made = output(std::process::Command::new("mkfifo").arg(sandbox.path("pipe")));
    assert!(made.status.success());
    let path = sandbox.path("pipe");
    let reader = std::thread::spawn(move || fs::read_to_string(path).expect("what is written"));
    sandbox.succeed(&["plan", "--out", "pipe"]);
    assert!(!fs::metadata(sandbox.path("pipe")).expect("a pipe").is_file());
    assert!(reader.join().expect("an end").starts_with("{"));
}
