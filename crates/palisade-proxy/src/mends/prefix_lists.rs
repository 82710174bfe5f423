//! A prefix list has a version, a limit and a beginning and an end: the quirks `list-version`, `list-limit` and
//! `list-ghost`.

use std::collections::{BTreeMap, BTreeSet};

use crate::answer::{Answer, Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::place::PerPlace;

/// How many entries a request can add, or remove.
const N_ENTRIES_MAX: usize = 100;

/// Remembers the limits that have been changed.
#[derive(Default)]
pub(crate) struct PrefixLists(PerPlace<BTreeMap<String, String>>);

impl Layer for PrefixLists {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateManagedPrefixList" => create(call, next).await,
                "ModifyManagedPrefixList" => self.modify(call, next).await,
                "DescribeManagedPrefixLists" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn create(call: Call, next: Next<'_>) -> Answer {
    let n_entries = call.parameters.members("Entry").len();
    refuse_many(n_entries)?;
    refuse_full(n_entries, call.parameters.text("MaxEntries"))?;
    next.send(call).await
}

impl PrefixLists {
    async fn modify(&self, call: Call, next: Next<'_>) -> Answer {
        let id = call.parameters.text("PrefixListId").to_owned();
        let found =
            self.describe(call.other("DescribeManagedPrefixLists", [("PrefixListId.1", &*id)]), next).await?;
        let Some(list) = found.items("prefixListSet").first() else { return next.send(call).await };
        let asks_for_limit = call.parameters.value("MaxEntries");
        let n_entries = changed(&call, list, next).await?;
        refuse_full(n_entries, asks_for_limit.unwrap_or(list.text_of("maxEntries")))?;
        let mut answer = next.send(call.clone()).await?;
        self.0.at(&call.place, |known| {
            known.extend(asks_for_limit.map(|it| (id, it.to_owned())));
            show(known, answer.child_mut("prefixList"));
        });
        Ok(answer)
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        let lists = &mut document.child_mut("prefixListSet").children;
        lists.retain(|it| it.text_of("state") != "delete-complete");
        self.0.at(&place, |known| lists.iter_mut().for_each(|it| show(known, it)));
        Ok(document)
    }
}

fn show(limits: &BTreeMap<String, String>, list: &mut Element) {
    if let Some(limit) = limits.get(list.text_of("prefixListId")) {
        list.set("maxEntries", limit);
    }
}

/// Checks the changes of the entries, and returns how many there will be.
async fn changed(call: &Call, list: &Element, next: Next<'_>) -> Result<usize, Failure> {
    let [added, removed] = ["AddEntry", "RemoveEntry"].map(|it| call.parameters.members(it));
    let id = list.text_of("prefixListId");
    let entries = next.send(call.other("GetManagedPrefixListEntries", [("PrefixListId", id)])).await?;
    let entries: BTreeSet<&str> = entries.items("entrySet").iter().map(|it| it.text_of("cidr")).collect();
    if added.is_empty() && removed.is_empty() {
        return Ok(entries.len());
    }
    refuse_many(added.len())?;
    refuse_many(removed.len())?;
    if call.parameters.value("CurrentVersion") != Some(list.text_of("version")) {
        let message = "The prefix list has the incorrect version number.";
        return Err(refused("PrefixListVersionMismatch", message));
    }
    if call.parameters.value("MaxEntries").is_some() {
        let message = "You cannot modify the entries and the maximum number of entries in one request.";
        return Err(refused("InvalidRequest", message));
    }
    let [added, removed] =
        [&added, &removed].map(|it| it.iter().map(|it| it.text("Cidr")).collect::<BTreeSet<_>>());
    let wrong = added.intersection(&removed).chain(removed.difference(&entries)).next();
    if let Some(cidr) = wrong {
        let message = format!("The entry {cidr} cannot be removed, or not removed and added at once.");
        return Err(refused("InvalidPrefixListModification", message));
    }
    Ok(entries.difference(&removed).chain(added.difference(&entries)).count())
}

fn refuse_many(n_entries: usize) -> Result<(), Failure> {
    if n_entries <= N_ENTRIES_MAX {
        return Ok(());
    }
    let message = format!("The request has {n_entries} entries, and {N_ENTRIES_MAX} are the limit.");
    Err(refused("InvalidParameterValue", message))
}

fn refuse_full(n_entries: usize, limit: &str) -> Result<(), Failure> {
    if limit.parse().is_ok_and(|limit: usize| limit < n_entries) {
        let message = format!("You have reached the maximum number of entries for the prefix list, {limit}.");
        return Err(refused("PrefixListMaxEntriesExceeded", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(calls: &str) -> String {
        let world = "
            DescribeManagedPrefixLists <prefixListSet><item><prefixListId>pl-1</prefixListId><version>2</version>\
                <maxEntries>2</maxEntries></item></prefixListSet>
            GetManagedPrefixListEntries <entrySet><item><cidr>10.1.0.0/16</cidr></item></entrySet>
            ModifyManagedPrefixList <prefixList><prefixListId>pl-1</prefixListId><maxEntries>2</maxEntries></prefixList>";
        let story = check(PrefixLists::default(), world, calls);
        // What it asks is the same each time.
        story
            .lines()
            .filter(|it| !it.contains("Describe") && !it.contains("Get"))
            .map(|it| format!("{it}\n"))
            .collect()
    }

    #[test]
    fn entries_are_changed_from_the_present_version() {
        insta::assert_snapshot!(tell("
            ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=1 AddEntry.1.Cidr=10.2.0.0/16
            ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 AddEntry.1.Cidr=10.2.0.0/16
        "), @"
        > ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=1 AddEntry.1.Cidr=10.2.0.0/16
        < PrefixListVersionMismatch: The prefix list has the incorrect version number.
        > ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 AddEntry.1.Cidr=10.2.0.0/16
            ModifyManagedPrefixList AddEntry.1.Cidr=10.2.0.0%2F16 CurrentVersion=2 PrefixListId=pl-1
        < <prefixList><prefixListId>pl-1</prefixListId><maxEntries>2</maxEntries></prefixList>
        ");
    }

    #[test]
    fn a_full_list_takes_no_more_until_it_is_made_larger() {
        let two = "CurrentVersion=2 AddEntry.1.Cidr=10.2.0.0/16 AddEntry.2.Cidr=10.3.0.0/16";
        insta::assert_snapshot!(tell(&format!("
            ModifyManagedPrefixList PrefixListId=pl-1 {two}
            ModifyManagedPrefixList PrefixListId=pl-1 MaxEntries=3
            ModifyManagedPrefixList PrefixListId=pl-1 {two}
            ModifyManagedPrefixList PrefixListId=pl-1 MaxEntries=0
        ")), @"
        > ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 AddEntry.1.Cidr=10.2.0.0/16 AddEntry.2.Cidr=10.3.0.0/16
        < PrefixListMaxEntriesExceeded: You have reached the maximum number of entries for the prefix list, 2.
        > ModifyManagedPrefixList PrefixListId=pl-1 MaxEntries=3
            ModifyManagedPrefixList MaxEntries=3 PrefixListId=pl-1
        < <prefixList><prefixListId>pl-1</prefixListId><maxEntries>3</maxEntries></prefixList>
        > ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 AddEntry.1.Cidr=10.2.0.0/16 AddEntry.2.Cidr=10.3.0.0/16
            ModifyManagedPrefixList AddEntry.1.Cidr=10.2.0.0%2F16 AddEntry.2.Cidr=10.3.0.0%2F16 CurrentVersion=2 PrefixListId=pl-1
        < <prefixList><prefixListId>pl-1</prefixListId><maxEntries>3</maxEntries></prefixList>
        > ModifyManagedPrefixList PrefixListId=pl-1 MaxEntries=0
        < PrefixListMaxEntriesExceeded: You have reached the maximum number of entries for the prefix list, 0.
        ");
    }

    #[test]
    fn what_is_not_there_is_not_removed_and_nothing_is_both() {
        insta::assert_snapshot!(tell("
            ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 RemoveEntry.1.Cidr=10.2.0.0/16
            ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 AddEntry.1.Cidr=10.1.0.0/16 RemoveEntry.1.Cidr=10.1.0.0/16
        "), @"
        > ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 RemoveEntry.1.Cidr=10.2.0.0/16
        < InvalidPrefixListModification: The entry 10.2.0.0/16 cannot be removed, or not removed and added at once.
        > ModifyManagedPrefixList PrefixListId=pl-1 CurrentVersion=2 AddEntry.1.Cidr=10.1.0.0/16 RemoveEntry.1.Cidr=10.1.0.0/16
        < InvalidPrefixListModification: The entry 10.1.0.0/16 cannot be removed, or not removed and added at once.
        ");
    }

    #[test]
    fn a_request_has_at_most_a_hundred_entries() {
        let entries: Vec<String> = (1..=101).map(|it| format!("Entry.{it}.Cidr=10.{it}.0.0/16")).collect();
        let story = tell(&format!("CreateManagedPrefixList MaxEntries=200 {}", entries.join(" ")));
        insta::assert_snapshot!(story.lines().last().unwrap(), @"< InvalidParameterValue: The request has 101 entries, and 100 are the limit.");
    }
}
