//! Files that are either the old or the new, never half of one.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Who may read a new file: nobody else, since plans and sandboxes say what an account looks like.
const PRIVATE: u32 = 0o600;

/// Replaces the content of `path` at once. An existing file keeps its mode.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What stays a link is the link, not what it leads to.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&path).ok();
    // A device or a pipe has no old content to keep, and would be gone if a file took its name.
    if old.as_ref().is_some_and(|it| !it.is_file()) {
        return File::options().write(true).open(&path)?.write_all(bytes);
    }
    let mode = old.map_or(PRIVATE, |it| it.permissions().mode());
    let temporary = beside(&path)?;
    let written = fill(&temporary, mode, bytes).and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name");
    let name = path.file_name().ok_or_else(no_name)?.to_string_lossy();
    Ok(path.with_file_name(format!(".{name}.{}.tmp", std::process::id())))
}

fn fill(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).create(true).truncate(true).mode(PRIVATE).open(path)?;
    // The mode at creation is subject to the umask, and this one was chosen already.
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_private_and_an_old_one_keeps_its_mode() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("a.plan");
        write(&path, b"1").expect("a new file");
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("another mode");
        write(&path, b"2").expect("an old file");
        assert_eq!((mode(&path), fs::read(&path).expect("a file")), (0o644, b"2".to_vec()));
    }
}
