//! What a blueprint is read from: its file, the base that this extends, and what the command line sets.

use std::path::{Component, Path, PathBuf};

use palisade_core::{Diagnostic, Label, Source, Sources};
use toml::de::DeTable;

use crate::codes;
use crate::grammar::DOCUMENT;
use crate::grammar::walk;
use crate::text::merge::merge;
use crate::text::set::{self, Set};
use crate::text::tree::{self, At, Section, Span};

/// The key that names the base.
const EXTENDS: &str = "extends";

/// What a blueprint is read from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// How messages call its file: the path as it was given.
    pub name: &'a str,
    /// What is in the file.
    pub text: &'a str,
    /// What is set from outside, each as `KEY=VALUE`; of two for one key, the later wins.
    pub sets: &'a [String],
}

/// Reads a file that a blueprint names, by its path from the blueprint's file.
pub(crate) type Files<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// All texts of a blueprint. What overrides stands behind what it overrides, so that of two places that contradict each
/// other the later one is where to look.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub(crate) sources: Sources,
    /// The path of the base, as the blueprint's file names it.
    base: Option<String>,
}

impl<'a> Input<'a> {
    /// Returns a file that stands for itself.
    pub fn new(name: &'a str, text: &'a str) -> Input<'a> {
        Input { name, text, sets: &[] }
    }
}

impl Texts {
    /// Reads the base, if there is one, and puts all texts in order.
    pub(crate) fn gather(reports: &mut Vec<Diagnostic>, input: &Input<'_>, files: Files<'_>) -> Texts {
        let base = base(reports, input, files);
        let mut sources = match &base {
            None => Sources::new(input.name, input.text),
            Some((path, text)) => {
                let name = beside(input.name, path);
                let mut sources = Sources::new(name.display().to_string(), text);
                sources.add(input.name, input.text);
                sources
            }
        };
        input.sets.iter().for_each(|it| sources.add(set::name(it), it));
        Texts { sources, base: base.map(|(path, _)| path) }
    }

    /// Returns what all texts say together, or reports everything for which one of them cannot be understood.
    pub(crate) fn document(&self, reports: &mut Vec<Diagnostic>) -> Option<DeTable<'_>> {
        let n_reports = reports.len();
        let mut document = DeTable::new();
        if let Some(base) = self.base() {
            let table = tree::parse(reports, base);
            self.check_base(reports, base, &table);
            document = table;
        }
        document = merge(document, tree::parse(reports, self.main()));
        let sets: Vec<Set<'_>> = self.sets().filter_map(|it| set::read(reports, it)).collect();
        sets.into_iter().for_each(|it| it.apply(reports, &mut document));
        (reports.len() == n_reports).then_some(document)
    }

    /// Returns the place of what is written nowhere.
    pub(crate) fn beginning(&self) -> Span {
        self.main().start()..self.main().start()
    }

    /// Returns the path of a file from the blueprint's own: a path is relative to the file that names it.
    pub(crate) fn path(&self, written: &At<&str>) -> String {
        match &self.base {
            Some(base) if self.is_in_base(&written.span) => beside(base, written.it).display().to_string(),
            _ => written.it.to_owned(),
        }
    }

    /// Adds what only matters where a blueprint is more than one file.
    pub(crate) fn explain(&self, reports: &mut [Diagnostic], document: &Section<'_>) {
        let main = self.main();
        let may_be_base = self.base.is_none() && !document.has("name") && document.entries().next().is_some();
        for report in reports {
            let Some(Label { span, .. }) = report.labels.first() else { continue };
            match report.code.as_str() {
                codes::MISSING_KEY | codes::HOME_EFS if self.is_in_base(span) => {
                    report.help.push(format!("or write it into `{}`, for this network alone", main.name()));
                }
                codes::MISSING_KEY if may_be_base && report.message.starts_with("`name`") => {
                    report.help.push(format!(
                        "if `{}` is a base, check a file that extends it: a base alone may lack anything",
                        main.name()
                    ));
                }
                codes::POLICY_FILE if self.is_set(span) => {
                    report.help.push(format!("what is set stands in `{}`", main.name()));
                }
                _ => {}
            }
        }
    }

    fn base(&self) -> Option<&Source> {
        self.sources.iter().next().filter(|_| self.base.is_some())
    }

    fn main(&self) -> &Source {
        self.sources.iter().nth(self.n_bases()).expect("every blueprint has a file")
    }

    fn sets(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().skip(self.n_bases() + 1)
    }

    fn n_bases(&self) -> usize {
        usize::from(self.base.is_some())
    }

    fn is_in_base(&self, span: &Span) -> bool {
        span.start < self.main().start()
    }

    fn is_set(&self, span: &Span) -> bool {
        self.sets().next().is_some_and(|it| it.start() <= span.start)
    }

    /// One level of files is enough to tell environments apart, and can still be read without a tool.
    fn check_base(&self, reports: &mut Vec<Diagnostic>, base: &Source, table: &DeTable<'_>) {
        let section = Section::new(0..0, table);
        if section.has(EXTENDS) {
            let message = format!("`{}` is a base, and extends another file", base.name());
            let report = Diagnostic::error(codes::EXTENDS_TWICE, message);
            let report = report.at(section.value_span(EXTENDS), "");
            reports.push(report.help(format!(
                "write what that says into `{}` or into `{}`: there is one level of files",
                base.name(),
                self.main().name()
            )));
        }
    }
}

/// Returns the path and the text of the base that a blueprint extends, or reports why it has none. In a text that is
/// not TOML nothing is looked for.
fn base(reports: &mut Vec<Diagnostic>, input: &Input<'_>, files: Files<'_>) -> Option<(String, String)> {
    let (document, errors) = DeTable::parse_recoverable(input.text);
    if !errors.is_empty() {
        return None;
    }
    let document = Section::new(0..0, document.get_ref());
    walk::check_key(reports, &DOCUMENT, &document, EXTENDS);
    let path = document.text(EXTENDS)?;
    if normal(&beside(input.name, path.it)) == normal(Path::new(input.name)) {
        let message = format!("`{}` extends itself", input.name);
        let report = Diagnostic::error(codes::EXTENDS_ITSELF, message).at(path.span, "");
        reports.push(
            report.help("name the file of what several networks have in common, or leave `extends` out"),
        );
        return None;
    }
    match files(path.it) {
        Ok(text) => Some((path.it.to_owned(), text)),
        Err(reason) => {
            let message = format!("base `{}` cannot be read: {reason}", path.it);
            let report = Diagnostic::error(codes::EXTENDS_FILE, message).at(path.span, "");
            reports.push(report.help("a path is relative to the file in which it stands"));
            None
        }
    }
}

/// Returns the path of what the file `path` calls `name`.
fn beside(path: &str, name: &str) -> PathBuf {
    Path::new(path).with_file_name(name)
}

/// Returns a path without detours, as far as its text alone tells.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        let is_back = component == Component::ParentDir;
        let can_go_back = matches!(normal.components().next_back(), Some(Component::Normal(_)));
        match component {
            Component::CurDir => {}
            _ if is_back && can_go_back => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal
}
