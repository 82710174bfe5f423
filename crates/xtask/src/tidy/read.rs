//! Reads the [`Tree`] from the disk: the only part of tidy that does.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, str};

use serde::Deserialize;

use super::tree::{Dependency, Package, TextFile, Tree};

/// Reads the crates of a workspace from cargo, and its text files from git.
pub(crate) fn tree(root: &Path) -> Result<Tree, Box<dyn Error>> {
    Ok(Tree { packages: packages(root)?, files: files(root)? })
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
}

#[derive(Deserialize)]
struct MetadataPackage {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<MetadataDependency>,
    targets: Vec<MetadataTarget>,
}

#[derive(Deserialize)]
struct MetadataDependency {
    name: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct MetadataTarget {
    kind: Vec<String>,
    src_path: PathBuf,
}

fn packages(root: &Path) -> Result<Vec<Package>, Box<dyn Error>> {
    let json = output(root, "cargo", &["metadata", "--no-deps", "--format-version", "1", "--offline"])?;
    let metadata: Metadata = serde_json::from_slice(&json)?;
    metadata.packages.into_iter().map(|package| translate(root, package)).collect()
}

fn translate(root: &Path, package: MetadataPackage) -> Result<Package, Box<dyn Error>> {
    let is_root = |target: &&MetadataTarget| target.kind.iter().any(|kind| kind == "lib" || kind == "bin");
    let roots = package.targets.iter().filter(is_root).map(|target| relative(root, &target.src_path));
    let dependencies = package.dependencies.into_iter().map(|dependency| Dependency {
        name: dependency.name,
        is_dev: dependency.kind.as_deref() == Some("dev"),
    });
    Ok(Package {
        name: package.name,
        manifest: relative(root, &package.manifest_path)?,
        dependencies: dependencies.collect(),
        roots: roots.collect::<Result<_, _>>()?,
    })
}

fn relative(root: &Path, path: &Path) -> Result<String, Box<dyn Error>> {
    let path = path.strip_prefix(root)?.to_str().ok_or("a path is not UTF-8")?;
    Ok(path.replace('\\', "/"))
}

fn files(root: &Path) -> Result<Vec<TextFile>, Box<dyn Error>> {
    let listing = output(root, "git", &["ls-files", "--cached", "--others", "--exclude-standard", "-z"])?;
    let mut files = Vec::new();
    for path in str::from_utf8(&listing)?.split_terminator('\0') {
        // What git knows may be deleted on the disk, and what is not UTF-8 is a picture.
        if let Ok(text) = fs::read_to_string(root.join(path)) {
            files.push(TextFile { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

fn output(root: &Path, program: &str, arguments: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
    let output = Command::new(program).args(arguments).current_dir(root).output()?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{program} {}` failed: {reason}", arguments.join(" ")).into());
    }
    Ok(output.stdout)
}
