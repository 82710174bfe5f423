//! Every shipped blueprint through its whole life.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

/// Returns the shipped blueprints, but for the base that others extend. Their folder comes along, because of the files
/// that they name.
fn shipped() -> Vec<PathBuf> {
    let folders = [shipped_folder().join("environments"), shipped_folder()];
    let paths = folders.iter().flat_map(|it| {
        let entries = fs::read_dir(it).expect("a folder of blueprints");
        entries.map(|it| it.expect("an entry").path())
    });
    let is_blueprint = |it: &PathBuf| {
        it.extension().is_some_and(|it| it == "toml") && !it.ends_with("environments/base.toml")
    };
    let mut blueprints: Vec<PathBuf> = paths.filter(is_blueprint).collect();
    blueprints.sort();
    assert!(8 <= blueprints.len());
    blueprints
}

fn shipped_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints")
}

#[test]
fn plan_apply_plan_drift_destroy() {
    for path in shipped() {
        let sandbox = Sandbox::empty();
        let text = fs::read_to_string(&path).expect("a file that can be read");
        let path = path.to_str().expect("UTF-8");
        let code = |args: &[&str]| sandbox.code(&[args, &[path]].concat());
        assert_eq!(code(&["validate"]), 0, "{path}");
        assert_eq!(code(&["plan", "--detailed-exitcode"]), 2, "{path}");
        assert_eq!(code(&["apply", "--yes"]), 0, "{path}");
        let there_before = foreign(&sandbox);
        assert_eq!(there_before.is_empty(), !text.contains("\nexisting "), "{path}");
        assert_eq!(code(&["plan", "--detailed-exitcode"]), 0, "{path}");
        assert_eq!(code(&["drift", "--detailed-exitcode"]), 0, "{path}");
        assert_eq!(code(&["output"]), 0, "{path}");
        if text.contains("\n[protect]\n") {
            assert_eq!(code(&["destroy", "--yes"]), 1, "{path}");
            assert_eq!(code(&["plan", "--detailed-exitcode"]), 0, "{path}");
            let lifted = ["--set", "protect.keys=[]"];
            assert_eq!(code(&[&["apply", "--yes"][..], &lifted].concat()), 0, "{path}");
            assert_eq!(code(&[&["destroy", "--yes"][..], &lifted].concat()), 0, "{path}");
        } else {
            assert_eq!(code(&["destroy", "--yes"]), 0, "{path}");
        }
        let mut left = sandbox.objects();
        // A job is a run: the record of it stays.
        left.retain(|key, _| !key.starts_with("training-job."));
        assert_eq!(left, there_before, "{path}");
    }
}

/// Returns what the blueprint has not made.
fn foreign(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let mut objects = sandbox.objects();
    objects.retain(|_, it| it.contains(r#""owner":"foreign""#));
    objects
}

#[test]
fn the_plan_of_the_largest() {
    let sandbox = Sandbox::with(include_str!("../../../../blueprints/ml-3az.toml"));
    insta::assert_snapshot!(sandbox.run(&["plan", "--quiet"]));
}

#[test]
fn the_requests_of_the_smallest() {
    let sandbox = Sandbox::with(include_str!("../../../../blueprints/minimal.toml"));
    insta::assert_snapshot!(sandbox.run(&["plan", "--quiet", "--calls"]));
}
