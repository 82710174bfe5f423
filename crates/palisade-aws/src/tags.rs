//! Tags, as the SDK has them and as palisade has them.

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use palisade_core::tags::{BLUEPRINT, Identity};
use palisade_core::{Needs, Stamp, Tags};

/// What AWS itself writes, and lets nobody else write or take away.
const OF_AWS: &str = "aws:";

/// Returns the tags of a create request.
pub(crate) fn specification(resource_type: ResourceType, stamp: &Stamp) -> TagSpecification {
    TagSpecification::builder().resource_type(resource_type).set_tags(Some(to_sdk(&stamp.tags))).build()
}

/// Returns tags in the SDK's form.
pub(crate) fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(name, value)| Tag::builder().key(name).value(value).build()).collect()
}

/// Returns an object's tags without AWS's own.
pub(crate) fn from_sdk(tags: &[Tag]) -> Tags {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    without_those_of_aws(tags.iter().filter_map(pair).collect())
}

/// Returns tags without AWS's own.
pub(crate) fn without_those_of_aws(mut tags: Tags) -> Tags {
    tags.retain(|name, _| !name.starts_with(OF_AWS));
    tags
}

/// Returns the filter that finds the objects of a blueprint, also those from before it got another name.
pub(crate) fn of_blueprint(needs: &Needs) -> Filter {
    filter(&format!("tag:{BLUEPRINT}"), needs.blueprints().map(literal))
}

/// Returns whether tags say that an object belongs to a blueprint.
pub(crate) fn are_ours(needs: &Needs, tags: &Tags) -> bool {
    Identity::read(tags).is_some_and(|it| needs.owns(&it.blueprint))
}

/// Returns the filter for any of `values`, which are patterns to AWS.
pub(crate) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// AWS takes `*` and `?` in a filter for wildcards.
fn literal(value: &str) -> String {
    value.replace('\\', "\\\\").replace('*', "\\*").replace('?', "\\?")
}

#[cfg(test)]
mod tests {
    use palisade_core::Moves;

    use super::*;

    #[test]
    fn tags_of_aws_are_left_out() {
        let tag = |name: &str, value: &str| Tag::builder().key(name).value(value).build();
        let tags =
            from_sdk(&[tag("aws:cloudformation:stack-name", "x"), tag("Name", "lab"), tag("empty", "")]);
        assert_eq!(tags, Tags::from([("Name".into(), "lab".into()), ("empty".into(), String::new())]));
    }

    #[test]
    fn a_name_is_no_pattern_and_earlier_names_count() {
        let blueprints = ["old?".to_owned()].into();
        let moves = Moves { blueprints, ..Moves::default() };
        let needs = Needs { blueprint: "lab*".to_owned(), moves, ..Needs::default() };
        assert_eq!(of_blueprint(&needs).values(), ["lab\\*", "old\\?"]);
    }
}
