//! `cargo xtask generate`: writes the files that are drawn from the code.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// The files, from the root of the repository, and what stands in each.
fn files() -> [(&'static str, String); 2] {
    [
        ("blueprints/palisade.schema.json", palisade_blueprint::schema()),
        ("docs/reference/blueprint.md", palisade_blueprint::reference()),
    ]
}

/// Writes every generated file anew.
pub(crate) fn run(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    for (path, text) in files() {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a generated file lies in a folder"))?;
        std::fs::write(&path, text)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn what_is_checked_in_is_what_would_be_written() {
        let root = crate::workspace_root();
        for (path, text) in files() {
            let there = std::fs::read_to_string(root.join(path)).expect("generated files are checked in");
            assert!(there == text, "`{path}` is out of date: run `cargo xtask generate`");
        }
    }
}
