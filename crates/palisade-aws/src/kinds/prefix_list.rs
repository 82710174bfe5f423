//! Managed prefix lists, as EC2 speaks of them: each change makes a version, and takes a moment.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    self, AddPrefixListEntry, ManagedPrefixList, PrefixListState, RemovePrefixListEntry, ResourceType,
};
use ipnet::IpNet;
use palisade_core::cloud::Reason;
use palisade_core::kinds::prefix_list::{Call, Family, PrefixList};
use palisade_core::live::Found;
use palisade_core::{CloudError, Known, Learned, Part, Refused, State};

use crate::answer::{cidr, count, given, if_there, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// The largest page that EC2 gives of prefix lists and of their entries.
const PAGE: i32 = 100;

const DESCRIBE: &str = "DescribeManagedPrefixLists";

/// The blocks of a list with their descriptions; empty is none.
pub(crate) type Entries = BTreeMap<IpNet, String>;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, name, family, max_entries, entries } => {
            let tags = tags::specification(ResourceType::PrefixList, stamp);
            let request = aws.writes.create_managed_prefix_list().prefix_list_name(name);
            let request = request.address_family(family.as_str()).max_entries(count(*max_entries));
            let request = request.client_token(aws.client_token(stamp)).tag_specifications(tags);
            let request = request.set_entries(added(entries));
            let answer = request.send().await.map_err(writing("ec2:CreateManagedPrefixList"))?;
            let id = answer.prefix_list.and_then(|it| it.prefix_list_id);
            new_id(stamp, id, "CreateManagedPrefixList", "PrefixListId")
        }
        Call::Modify { list, version, add, remove } => {
            let removed = |it: &IpNet| RemovePrefixListEntry::builder().cidr(it.to_string()).build();
            let remove: Vec<_> = remove.iter().map(removed).collect();
            let request = aws.writes.modify_managed_prefix_list().prefix_list_id(resolved(known, list)?);
            let request = request.current_version(number(&resolved(known, version)?)?);
            // AWS refuses an empty list.
            let request = request.set_add_entries(added(add));
            let request = request.set_remove_entries((!remove.is_empty()).then_some(remove));
            request.send().await.map(nothing).map_err(writing("ec2:ModifyManagedPrefixList"))
        }
        Call::Resize { list, max_entries } => {
            let request = aws.writes.modify_managed_prefix_list().prefix_list_id(resolved(known, list)?);
            let answer = request.max_entries(count(*max_entries)).send().await;
            answer.map(nothing).map_err(writing("ec2:ModifyManagedPrefixList"))
        }
        Call::AwaitReady { key, list } => {
            let list = resolved(known, list)?;
            let version = is_ready(&list, look(aws, &list).await?.as_ref())?;
            Ok(vec![(key.clone(), Part::Version, version.to_string())])
        }
        Call::Delete { list } => {
            let request = aws.writes.delete_managed_prefix_list().prefix_list_id(resolved(known, list)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteManagedPrefixList"))
        }
    }
}

fn added(entries: &Entries) -> Option<Vec<AddPrefixListEntry>> {
    let entry = |(block, description): (&IpNet, &String)| {
        let description = Some(description).filter(|it| !it.is_empty()).cloned();
        AddPrefixListEntry::builder().cidr(block.to_string()).set_description(description).build()
    };
    (!entries.is_empty()).then(|| entries.iter().map(entry).collect())
}

fn number(version: &str) -> Result<i64, CloudError> {
    let odd = || CloudError::Unusable(format!("`{version}` is no version: this is a bug in palisade"));
    version.parse().map_err(|_| odd())
}

/// Looks at one list.
async fn look(aws: &Aws, list: &str) -> Result<Option<ManagedPrefixList>, CloudError> {
    let answer = aws.reads.describe_managed_prefix_lists().prefix_list_ids(list).send().await;
    if_there(answer.map_err(reading("ec2:DescribeManagedPrefixLists")).map(|it| it.prefix_lists))
}

fn state_of(list: &ManagedPrefixList) -> &str {
    list.state().map_or("in no state", PrefixListState::as_str)
}

/// Returns the version of a list that takes changes.
fn is_ready(id: &str, list: Option<&ManagedPrefixList>) -> Result<i64, CloudError> {
    let not_yet = |state: &str| CloudError::Transient(format!("`{id}` is {state}"));
    // A new list cannot always be seen at once.
    let list = list.ok_or_else(|| not_yet("not to be seen yet"))?;
    let state = state_of(list);
    let refused = |message: String| Err(CloudError::Refused(Refused::new(Reason::Invalid, message)));
    match state {
        state if state.ends_with("-failed") => {
            let why = list.state_message().filter(|it| !it.is_empty()).unwrap_or("AWS does not say why");
            refused(format!("{state}: {why}"))
        }
        state if state.starts_with("delete-") => refused(format!("`{id}` is {state}")),
        state if state.ends_with("-complete") => given(list.version(), DESCRIBE, "Version"),
        state => Err(not_yet(state)),
    }
}

/// Asks for all lists that the account sees: AWS's own, those that are shared with it, and ours, which AWS cannot
/// filter by tag.
pub(crate) async fn read(aws: &Aws) -> Result<Vec<ManagedPrefixList>, CloudError> {
    let pages = aws.reads.describe_managed_prefix_lists().into_paginator().page_size(PAGE).items();
    let lists = pages.send().collect::<Result<Vec<_>, _>>().await;
    lists.map_err(reading("ec2:DescribeManagedPrefixLists"))
}

/// Asks for the entries of one list.
pub(crate) async fn read_entries(
    client: aws_sdk_ec2::Client,
    list: String,
) -> Result<(String, Entries), CloudError> {
    let operation = "GetManagedPrefixListEntries";
    let pages = client.get_managed_prefix_list_entries().prefix_list_id(&list).into_paginator();
    let entries = pages.page_size(PAGE).items().send().collect::<Result<Vec<_>, _>>().await;
    let entries = entries.map_err(reading("ec2:GetManagedPrefixListEntries"))?;
    let entry = |it: &types::PrefixListEntry| {
        let block = cidr(given(it.cidr(), operation, "Cidr")?, operation)?;
        Ok((block, it.description().unwrap_or_default().to_owned()))
    };
    let entries = entries.iter().map(entry).collect::<Result<Entries, CloudError>>()?;
    Ok((list, entries))
}

/// Returns whether a list is AWS's own, which is known by its name in every region.
pub(crate) fn is_aws_own(list: &ManagedPrefixList) -> bool {
    list.owner_id().is_some_and(|it| it.eq_ignore_ascii_case("AWS"))
}

/// Returns whether a list is gone, although AWS still shows it.
pub(crate) fn is_gone(list: &ManagedPrefixList) -> bool {
    list.state() == Some(&PrefixListState::DeleteComplete)
}

/// Returns whether a list can be asked for its entries: it has been made, and is not on its way out.
pub(crate) fn has_entries(list: &ManagedPrefixList) -> bool {
    let is_over = |it: &PrefixListState| {
        matches!(
            it,
            PrefixListState::CreateFailed
                | PrefixListState::DeleteInProgress
                | PrefixListState::DeleteComplete
        )
    };
    !list.state().is_some_and(is_over)
}

/// Returns how many entries a list has room for; AWS does not say so of its own.
pub(crate) fn max_entries(list: &ManagedPrefixList) -> Option<u32> {
    list.max_entries().filter(|_| !is_aws_own(list)).and_then(|it| u32::try_from(it).ok())
}

/// Reads one list. A change that failed has left it as it was.
pub(crate) fn found(list: &ManagedPrefixList, entries: Entries) -> Result<Found, CloudError> {
    let family = match given(list.address_family(), DESCRIBE, "AddressFamily")? {
        it if it.eq_ignore_ascii_case(Family::Ipv6.as_str()) => Family::Ipv6,
        _ => Family::Ipv4,
    };
    let state = match list.state() {
        Some(PrefixListState::CreateFailed) => State::Failed,
        Some(PrefixListState::DeleteInProgress | PrefixListState::DeleteComplete) => State::Leaving,
        Some(state) if state.as_str().ends_with("-in-progress") => State::Pending,
        _ => State::Usable,
    };
    let name = list.prefix_list_name().map(|it| (Part::Name, it.to_owned()));
    let version = list.version().map(|it| (Part::Version, it.to_string()));
    let max_entries = given(max_entries(list), DESCRIBE, "MaxEntries")?;
    Ok(Found {
        id: given(list.prefix_list_id(), DESCRIBE, "PrefixListId")?.to_owned(),
        state,
        spec: PrefixList { family, max_entries, entries }.into(),
        parts: name.into_iter().chain(version).collect(),
        tags: tags::from_sdk(list.tags()),
    })
}

#[cfg(test)]
mod tests {
    use palisade_core::Spec;

    use super::*;

    fn list(state: &str) -> ManagedPrefixList {
        let list = ManagedPrefixList::builder().prefix_list_id("pl-1").prefix_list_name("lab.corp.1");
        let list = list.address_family("IPv6").max_entries(5).version(7).owner_id("111122223333");
        list.state(PrefixListState::from(state)).state_message("no room").build()
    }

    #[test]
    fn a_list_is_read_with_its_version_and_its_name() {
        let entries = Entries::from([("::/0".parse().expect("a block"), "all".to_owned())]);
        let found = found(&list("modify-complete"), entries.clone()).expect("a list");
        let parts = [(Part::Name, "lab.corp.1".to_owned()), (Part::Version, "7".to_owned())];
        assert_eq!(found.parts, parts.into());
        let Spec::PrefixList(list) = found.spec else { panic!("a list") };
        assert_eq!(list, PrefixList { family: Family::Ipv6, max_entries: 5, entries });
    }

    #[test]
    fn a_change_that_failed_leaves_the_list() {
        let state = |text: &str| found(&list(text), Entries::new()).expect("a list").state;
        assert_eq!(state("create-complete"), State::Usable);
        assert_eq!(state("modify-failed"), State::Usable);
        assert_eq!(state("delete-failed"), State::Usable);
        assert_eq!(state("modify-in-progress"), State::Pending);
        assert_eq!(state("create-failed"), State::Failed);
        assert_eq!(state("delete-in-progress"), State::Leaving);
        assert!(is_gone(&list("delete-complete")) && !is_gone(&list("delete-failed")));
    }

    #[test]
    fn a_wait_ends_when_the_version_is_there() {
        let look = |state: &str| is_ready("pl-1", Some(&list(state)));
        let transient = |it: Result<i64, CloudError>| matches!(it, Err(CloudError::Transient(_)));
        let refused = |words: &str| Err(CloudError::Refused(Refused::new(Reason::Invalid, words)));
        assert_eq!(look("create-complete"), Ok(7));
        assert_eq!(look("modify-complete"), Ok(7));
        assert!(transient(look("create-in-progress")) && transient(look("modify-in-progress")));
        assert!(transient(is_ready("pl-1", None)));
        assert_eq!(look("modify-failed"), refused("modify-failed: no room"));
        assert_eq!(look("delete-in-progress"), refused("`pl-1` is delete-in-progress"));
        assert_eq!(look("delete-complete"), refused("`pl-1` is delete-complete"));
    }

    #[test]
    fn how_much_a_list_of_aws_holds_is_not_known() {
        let of =
            |owner: &str| max_entries(&ManagedPrefixList::builder().owner_id(owner).max_entries(5).build());
        assert_eq!((of("AWS"), of("111122223333")), (None, Some(5)));
    }
}
