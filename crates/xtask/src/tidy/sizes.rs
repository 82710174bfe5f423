//! A function fits on a screen and a file in a head; tests are lists and may be longer.

use super::code::{is_word, item_len};
use super::tree::{TextFile, Tree, Violation};

const MAX_FUNCTION_LINES: usize = 70;
const MAX_FILE_LINES: usize = 600;

/// What is longer for a reason: the path of a file or `path::function`, and the reason.
const EXEMPT: &[(&str, &str)] = &[];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let files = tree.rust_files().filter(|file| !file.is_test());
    files.flat_map(|file| [long_file(file), long_functions(file)].concat()).collect()
}

fn long_file(file: &TextFile) -> Vec<Violation> {
    let n_lines = file.text.lines().count();
    if n_lines <= MAX_FILE_LINES || is_exempt(&file.path) {
        return Vec::new();
    }
    let message = format!("{n_lines} lines, and {MAX_FILE_LINES} are the limit: split the file by subject");
    vec![file.violation(MAX_FILE_LINES + 1, message)]
}

fn long_functions(file: &TextFile) -> Vec<Violation> {
    let mut violations = Vec::new();
    for function in functions(&file.shipped_code()) {
        if function.n_lines > MAX_FUNCTION_LINES && !is_exempt(&format!("{}::{}", file.path, function.name)) {
            let message = format!(
                "`{}` has {} lines, and {MAX_FUNCTION_LINES} are the limit: branch in the parent, compute in leaves",
                function.name, function.n_lines
            );
            violations.push(file.violation(function.line, message));
        }
    }
    violations
}

fn is_exempt(place: &str) -> bool {
    EXEMPT.iter().any(|(exempt, _)| *exempt == place)
}

struct Function {
    name: String,
    line: usize,
    n_lines: usize,
}

/// Finds the functions of code without literals, nested ones too.
fn functions(code: &str) -> impl Iterator<Item = Function> {
    let starts = code.match_indices("fn ").filter(|&(index, _)| !code[..index].ends_with(is_word));
    starts.map(|(index, _)| {
        let item = &code[index..];
        let name = item["fn ".len()..].chars().take_while(|&character| is_word(character)).collect();
        let line = code[..index].matches('\n').count() + 1;
        Function { name, line, n_lines: item[..item_len(item)].lines().count() }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{files, report};
    use super::*;

    fn function_of(n_lines: usize) -> String {
        format!(
            "impl A {{\n    pub(crate) fn long(&self) -> [u8; 2] {{\n{}    }}\n}}\n",
            "\n".repeat(n_lines - 2)
        )
    }

    #[test]
    fn a_screen_is_right_and_a_line_more_is_wrong() {
        assert_eq!(report(check, &files(&[("src/a.rs", &function_of(70))])), "");
        assert_eq!(
            report(check, &files(&[("src/a.rs", &function_of(71))])),
            "src/a.rs:2: `long` has 71 lines, and 70 are the limit: branch in the parent, compute in leaves\n"
        );
    }

    #[test]
    fn long_files_are_wrong() {
        assert_eq!(
            report(check, &files(&[("src/a.rs", &"\n".repeat(601))])),
            "src/a.rs:601: 601 lines, and 600 are the limit: split the file by subject\n"
        );
    }

    #[test]
    fn tests_may_be_long() {
        assert_eq!(report(check, &files(&[("crates/a/tests/it/main.rs", &function_of(700))])), "");
        let source = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function_of(80));
        assert_eq!(report(check, &files(&[("src/a.rs", &source)])), "");
    }

    #[test]
    fn declarations_have_no_body() {
        let source = format!("trait A {{\n    fn a();\n}}\n{}", "\n".repeat(80));
        assert_eq!(report(check, &files(&[("src/a.rs", &source)])), "");
    }
}
