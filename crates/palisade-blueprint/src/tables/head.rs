//! The head of a blueprint: its name, where it lives, its tags and the quotas it may use.

use palisade_core::Diagnostic;
use palisade_core::tags::{self, Tags};

use crate::account::limits::Quotas;
use crate::codes;
use crate::text::tree::{At, Section, text};
use crate::words::names::{NameForm, check_form};

/// AWS takes 50 tags on an object; ten are left to palisade and to those who tag afterwards.
const TAGS_MAX: usize = 40;
/// EC2 API reference, `Tag`.
const TAG_KEY_MAX: usize = 128;
/// EC2 API reference, `Tag`.
const TAG_VALUE_MAX: usize = 256;

/// The head of a blueprint, as far as it could be read.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) name: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) quotas: Quotas,
}

/// Reads everything that stands outside of the large tables.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, document: &Section<'_>) -> Head {
    let name = document.text("name");
    if let Some(name) = &name {
        check_form(reports, NameForm::Blueprint, name, "a blueprint");
        // Security groups are named after the blueprint on AWS, which keeps such names to itself.
        if name.it.starts_with("sg-") {
            let report =
                Diagnostic::error(codes::NAME_LIKE_ID, format!("`{}` looks like an AWS id", name.it));
            reports
                .push(report.at(name.span.clone(), "").help("choose a name that does not begin with `sg-`"));
        }
    }
    Head {
        name: name.map(|it| it.it.to_owned()),
        region: document.text("region").and_then(|it| region(reports, &it)),
        account: document.text("account").and_then(|it| account(reports, &it)),
        tags: document.section("tags").map(|it| read_tags(reports, &it)).unwrap_or_default(),
        quotas: Quotas::read(document.section("quotas").as_ref()),
    }
}

fn region(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<String> {
    if is_region(words.it) {
        return Some(words.it.to_owned());
    }
    let message = format!("`{}` is no AWS region", words.it);
    let report = Diagnostic::error(codes::REGION_SYNTAX, message).at(words.span.clone(), "");
    let without_zone = words.it.trim_end_matches(|it: char| it.is_ascii_lowercase());
    reports.push(match is_region(without_zone) {
        true => report.help(format!("this is a zone; write its region, `{without_zone}`")),
        false => report.help("write a region's code, such as `eu-west-1`"),
    });
    None
}

/// Returns whether `text` is of the form of a region's code, such as `us-gov-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return false };
    let is_word = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase());
    let is_number = (1..=2).contains(&last.len()) && last.bytes().all(|it| it.is_ascii_digit());
    2 <= first.len()
        && is_word(first)
        && !middle.is_empty()
        && middle.iter().all(|it| is_word(it))
        && is_number
}

fn account(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<String> {
    let digits: String = words.it.chars().filter(|it| *it != '-').collect();
    let is_account = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    if is_account(words.it) {
        return Some(words.it.to_owned());
    }
    let message = format!("`{}` is no AWS account number", words.it);
    let report = Diagnostic::error(codes::ACCOUNT_SYNTAX, message).at(words.span.clone(), "");
    reports.push(match is_account(&digits) {
        true => report.help(format!("write `{digits}`")),
        false => report.help("an account number has 12 digits"),
    });
    None
}

fn read_tags(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Tags {
    let mut tags = Tags::new();
    for (key, value) in section.entries() {
        reports.extend(tag_key_report(&key));
        let Some(value) = text(value) else { continue };
        let n_characters = value.it.chars().count();
        if TAG_VALUE_MAX < n_characters {
            let message = format!("the value of tag `{}` has more than {TAG_VALUE_MAX} characters", key.it);
            let report = Diagnostic::error(codes::TAG_LENGTH, message).at(value.span.clone(), "");
            reports.push(report.help(format!("shorten it: it has {n_characters}")));
        }
        tags.insert(key.it.to_owned(), value.it.to_owned());
    }
    if TAGS_MAX < tags.len() {
        let message = format!("there are {} tags; {TAGS_MAX} are possible", tags.len());
        let report = Diagnostic::error(codes::TAGS_TOO_MANY, message).at(section.span.clone(), "");
        reports.push(report.help("AWS takes 50 on an object, and palisade needs some of them"));
    }
    let remembered = tags::managed_value(&tags).chars().count();
    if TAG_VALUE_MAX < remembered {
        let message = format!(
            "the keys of the tags have {remembered} characters together; {TAG_VALUE_MAX} are possible"
        );
        let report = Diagnostic::error(codes::TAGS_TOO_MANY, message).at(section.span.clone(), "");
        reports.push(report.help("palisade remembers the keys in a tag of its own"));
    }
    tags
}

fn tag_key_report(key: &At<&str>) -> Option<Diagnostic> {
    let lower = key.it.to_ascii_lowercase();
    let owner = ["aws", "palisade"].into_iter().find(|it| lower.starts_with(&format!("{it}:")));
    let n_characters = key.it.chars().count();
    let (code, message, help) = if let Some(owner) = owner {
        let message = format!("tags that begin with `{owner}:` are reserved");
        (codes::TAG_RESERVED, message, "give it another key".to_owned())
    } else if key.it == tags::NAME {
        let help = "it is the blueprint's name and the key, such as `my-network/subnet.app@a`";
        (codes::TAG_RESERVED, "palisade writes the tag `Name` itself".to_owned(), help.to_owned())
    } else if n_characters == 0 || TAG_KEY_MAX < n_characters {
        let message = format!("the key of a tag has 1 to {TAG_KEY_MAX} characters");
        (codes::TAG_LENGTH, message, format!("this one has {n_characters}: give it another"))
    } else if key.it.contains(tags::SEPARATOR) {
        let help = "palisade remembers the keys with a `+` between them: write another character";
        (codes::TAG_PLUS, format!("the key `{}` has a `+`", key.it), help.to_owned())
    } else {
        return None;
    };
    Some(Diagnostic::error(code, message).at(key.span.clone(), "").help(help))
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn regions() {
        for region in ["eu-west-1", "us-gov-west-1", "cn-northwest-1", "us-isob-east-1", "eusc-de-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["", "eu", "eu-west", "eu-west-1a", "EU-WEST-1", "eu-1", "eu--1", "eu-west-100"] {
            assert!(!is_region(other), "{other}");
        }
    }
}
