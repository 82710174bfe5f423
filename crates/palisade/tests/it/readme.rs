//! What the README shows is what palisade prints.

use crate::sandbox::Sandbox;

const README: &str = include_str!("../../../../README.md");

/// Returns what stands between two marks behind a heading.
fn block(heading: &str, begin: &str) -> &'static str {
    let (_, section) = README.split_once(heading).expect("the heading");
    let (_, block) = section.split_once(begin).expect("the beginning of a block");
    block.split_once("```").expect("the end of a block").0
}

#[test]
fn the_broken_promise_is_told_as_it_is_printed() {
    let heading = "## A promise that is broken";
    let (blueprint, shown) = (block(heading, "```toml\n"), block(heading, "$ palisade verify leak.toml\n"));
    let sandbox = Sandbox::with(blueprint);
    sandbox.write("leak.toml", blueprint);
    let printed = sandbox.run(&["verify", "leak.toml"]);
    assert!(printed.starts_with("exit code 3\n"), "{printed}");
    assert!(printed.contains(shown), "{printed}");
    let mended = r#"tiers = ["serving", "training"]"#;
    sandbox.write("leak.toml", &blueprint.replace(r#"tiers = ["serving"]"#, mended));
    let printed = sandbox.run(&["verify", "leak.toml"]);
    assert!(printed.starts_with("exit code 0\n"), "{printed}");
}
