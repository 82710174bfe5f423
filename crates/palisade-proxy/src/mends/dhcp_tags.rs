//! A set of DHCP options keeps the tags that it is created with: the quirk `dhcp-tags`.

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;

/// Sets the tags that LocalStack forgets.
pub(crate) struct DhcpTags;

impl Layer for DhcpTags {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateDhcpOptions" => create(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn create(call: Call, next: Next<'_>) -> Answer {
    let specifications = call.parameters.members("TagSpecification").into_iter();
    let tags: Vec<_> = specifications.flat_map(|it| it.members("Tag")).collect();
    let mut answer = next.send(call.clone()).await?;
    if tags.is_empty() {
        return Ok(answer);
    }
    let options = answer.child_mut("dhcpOptions");
    let mut create_tags = call.other("CreateTags", [("ResourceId.1", options.text_of("dhcpOptionsId"))]);
    create_tags.parameters.set_members("Tag", &tags);
    next.send(create_tags).await?;
    let shown = tags.iter().map(|it| {
        let key = Element::leaf("key", it.text("Key"));
        Element::new("item").with(key).with(Element::leaf("value", it.text("Value")))
    });
    options.child_mut("tagSet").children = shown.collect();
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(calls: &str) -> String {
        let world =
            "CreateDhcpOptions <dhcpOptions><tagSet/><dhcpOptionsId>dopt-1</dhcpOptionsId></dhcpOptions>";
        check(DhcpTags, world, calls)
    }

    #[test]
    fn tags_of_the_creation_are_set_after_it() {
        let call = "CreateDhcpOptions TagSpecification.1.Tag.1.Key=a TagSpecification.1.Tag.1.Value=b";
        insta::assert_snapshot!(tell(call), @"
        > CreateDhcpOptions TagSpecification.1.Tag.1.Key=a TagSpecification.1.Tag.1.Value=b
            CreateDhcpOptions TagSpecification.1.Tag.1.Key=a TagSpecification.1.Tag.1.Value=b
            CreateTags ResourceId.1=dopt-1 Tag.1.Key=a Tag.1.Value=b
        < <dhcpOptions><tagSet><item><key>a</key><value>b</value></item></tagSet><dhcpOptionsId>dopt-1</dhcpOptionsId></dhcpOptions>
        ");
    }

    #[test]
    fn without_tags_nothing_is_set() {
        insta::assert_snapshot!(tell("CreateDhcpOptions"), @"
        > CreateDhcpOptions
            CreateDhcpOptions
        < <dhcpOptions><tagSet/><dhcpOptionsId>dopt-1</dhcpOptionsId></dhcpOptions>
        ");
    }
}
