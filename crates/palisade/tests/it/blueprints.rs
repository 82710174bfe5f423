//! Every shipped blueprint through its whole life.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

/// Returns the shipped blueprints, but for the base that others extend. Their folder comes along, because of the files
/// that they name.
fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    let folders = [folder.join("environments"), folder];
    let paths = folders.iter().flat_map(|it| {
        let entries = fs::read_dir(it).expect("a folder of blueprints");
        entries.map(|it| it.expect("an entry").path())
    });
    let is_blueprint = |it: &PathBuf| {
        it.extension().is_some_and(|it| it == "toml") && !it.ends_with("environments/base.toml")
    };
    let mut blueprints: Vec<PathBuf> = paths.filter(is_blueprint).collect();
    blueprints.sort();
    assert!(5 <= blueprints.len());
    blueprints
}

#[test]
fn plan_apply_plan_drift_destroy() {
    for path in shipped() {
        let sandbox = Sandbox::empty();
        let path = path.to_str().expect("UTF-8");
        let code = |args: &[&str]| sandbox.code(&[args, &[path]].concat());
        assert_eq!(code(&["validate"]), 0, "{path}");
        assert_eq!(code(&["plan", "--detailed-exitcode"]), 2, "{path}");
        assert_eq!(code(&["apply", "--yes"]), 0, "{path}");
        assert_eq!(code(&["plan", "--detailed-exitcode"]), 0, "{path}");
        assert_eq!(code(&["drift", "--detailed-exitcode"]), 0, "{path}");
        assert_eq!(code(&["output"]), 0, "{path}");
        assert_eq!(code(&["destroy", "--yes"]), 0, "{path}");
        assert!(sandbox.objects().is_empty(), "{path}");
    }
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
