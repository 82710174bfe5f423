//! Text ends in one line break, and no line ends in blanks.

use super::tree::{TextFile, Tree, Violation, numbered};

/// Recorded output of programs, which is compared as it is.
const RECORDED: &[&str] = &[".snap", ".stdout", ".stderr", ".trycmd"];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let written = tree.files.iter().filter(|file| !RECORDED.iter().any(|ending| file.path.ends_with(ending)));
    written.flat_map(|file| [trailing_blanks(file), last_line(file)].concat()).collect()
}

fn trailing_blanks(file: &TextFile) -> Vec<Violation> {
    let lines = numbered(&file.text).into_iter().filter(|(_, line)| line.ends_with([' ', '\t']));
    lines
        .map(|(line, _)| file.violation(line, "blanks at the end of the line, delete them".to_owned()))
        .collect()
}

fn last_line(file: &TextFile) -> Vec<Violation> {
    let is_right = file.text.is_empty() || (file.text.ends_with('\n') && !file.text.ends_with("\n\n"));
    if is_right {
        return Vec::new();
    }
    let message = "the file does not end in one line break, let it".to_owned();
    vec![file.violation(file.text.lines().count(), message)]
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{files, report};
    use super::*;

    #[test]
    fn tidy_text_is_right() {
        assert_eq!(report(check, &files(&[("a.md", "a\n\nb\n"), ("empty", "")])), "");
    }

    #[test]
    fn untidy_text_is_wrong() {
        assert_eq!(
            report(check, &files(&[("a.md", "a \nb"), ("b.md", "b\n\n")])),
            "a.md:1: blanks at the end of the line, delete them\n\
             a.md:2: the file does not end in one line break, let it\n\
             b.md:2: the file does not end in one line break, let it\n"
        );
    }

    #[test]
    fn recorded_output_stays_as_it_is() {
        assert_eq!(report(check, &files(&[("plan.snap", "a \nb")])), "");
    }
}
