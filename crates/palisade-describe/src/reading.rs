//! From the texts of files to objects by their ids. An object can be described in several files.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::completeness::Completeness;

/// A file that is no JSON of the AWS CLI's, or contradicts another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Unreadable {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// What the CLI lists under a key: which topic it belongs to, and by which of its keys its objects are told apart.
const LISTS: &[(&str, &str, &str)] = &[
    ("Vpcs", "Vpcs", "VpcId"),
    ("Subnets", "Subnets", "SubnetId"),
    ("RouteTables", "RouteTables", "RouteTableId"),
    ("NetworkAcls", "NetworkAcls", "NetworkAclId"),
    ("SecurityGroups", "SecurityGroups", "GroupId"),
    ("SecurityGroupRules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("NetworkInterfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("Instances", "Instances", "InstanceId"),
    ("VpcEndpoints", "VpcEndpoints", "VpcEndpointId"),
    ("PrefixLists", LIST, "PrefixListId"),
    ("ManagedPrefixLists", LIST, "PrefixListId"),
    ("NatGateways", "NatGateways", "NatGatewayId"),
    ("InternetGateways", "InternetGateways", "InternetGatewayId"),
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    ("Addresses", "Addresses", "PublicIp"),
    ("TransitGateways", "TransitGateways", "TransitGatewayId"),
    ("TransitGatewayAttachments", "TransitGatewayAttachments", "TransitGatewayAttachmentId"),
    ("TransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", "TransitGatewayAttachmentId"),
    ("TransitGatewayRouteTables", TABLE, "TransitGatewayRouteTableId"),
    ("TransitGatewayStaticRoutes", TABLE, "TransitGatewayRouteTableId"),
    ("TransitGatewayRoutes", TABLE, "TransitGatewayRouteTableId"),
    ("TransitGatewayPropagations", TABLE, "TransitGatewayRouteTableId"),
    ("VpcPeeringConnections", "VpcPeeringConnections", "VpcPeeringConnectionId"),
];

/// What the CLI prints about one object without saying which: its topic, and the key that says it all the same where
/// somebody has put it there.
const UNNAMED: &[(&str, &str, &str)] = &[
    ("Routes", TABLE, "TransitGatewayRouteTableId"),
    ("TransitGatewayRouteTablePropagations", TABLE, "TransitGatewayRouteTableId"),
    ("Associations", TABLE, "TransitGatewayRouteTableId"),
    ("Entries", LIST, "PrefixListId"),
];

/// The topic of prefix lists.
pub(crate) const LIST: &str = "PrefixLists";
/// The topic of a transit gateway's route tables.
pub(crate) const TABLE: &str = "TransitGatewayRouteTables";

/// What a file says of an object, with its path.
type Said = (String, Value);

/// Everything that files say, by topic and id, with the file that says it.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    by_topic: BTreeMap<&'static str, BTreeMap<String, Vec<Said>>>,
    unnamed: Vec<(&'static str, String, Value)>,
    pub(crate) completeness: Completeness,
    /// What is said of blocked public access.
    pub(crate) public_access: Vec<Value>,
}

impl Objects {
    /// Reads files, each with its path.
    pub(crate) fn read<'t>(
        texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Objects, Unreadable> {
        let mut objects = Objects::default();
        for (path, text) in texts {
            // Some print one document per page into one file.
            for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
                let document = document
                    .map_err(|it| Unreadable { path: path.to_owned(), message: format!("no JSON: {it}") })?;
                objects.document(path, without_nulls(document))?;
            }
        }
        objects.name()?;
        Ok(objects)
    }

    fn document(&mut self, path: &str, document: Value) -> Result<(), Unreadable> {
        match document {
            Value::Array(pages) => pages.into_iter().try_for_each(|it| self.document(path, it)),
            Value::Object(document) => self.keys(path, &document),
            _ => Ok(()),
        }
    }

    fn keys(&mut self, path: &str, document: &Map<String, Value>) -> Result<(), Unreadable> {
        for (key, value) in document {
            self.completeness.saw(key, path);
            match key.as_str() {
                "Reservations" => {
                    for it in array(path, key, value)? {
                        self.document(path, it.clone())?;
                    }
                }
                "VpcBlockPublicAccessOptions" => self.public_access.push(value.clone()),
                _ => {}
            }
            if let Some((_, topic, id)) = LISTS.iter().find(|(it, ..)| it == key) {
                for it in array(path, key, value)? {
                    self.object(path, key, topic, id, it)?;
                }
            }
            if let Some((_, topic, id)) = UNNAMED.iter().find(|(it, ..)| it == key) {
                array(path, key, value)?;
                let mut object = Map::from_iter([(key.clone(), value.clone())]);
                for also in ["AdditionalRoutesAvailable", id] {
                    object.extend(document.get(also).map(|it| (also.to_owned(), it.clone())));
                }
                self.unnamed.push((topic, path.to_owned(), Value::Object(object)));
            }
        }
        Ok(())
    }

    fn object(
        &mut self,
        path: &str,
        key: &str,
        topic: &'static str,
        id_key: &str,
        object: &Value,
    ) -> Result<(), Unreadable> {
        let Some(mut id) = object.get(id_key).and_then(Value::as_str).map(str::to_owned) else {
            let message = format!("an element of `{key}` has no `{id_key}`");
            return Err(Unreadable { path: path.to_owned(), message });
        };
        if let "Vpcs" | "Subnets" = key
            && let Some(vpc) = object.get("VpcId").and_then(Value::as_str)
        {
            self.completeness.saw_vpc(vpc, path);
        }
        // A peering of two transit gateways is an attachment of both, under one id.
        if let ("TransitGatewayAttachments", Some(gateway)) =
            (key, object.get("TransitGatewayId").and_then(Value::as_str))
        {
            id = format!("{id}@{gateway}");
        }
        self.put(topic, id, path.to_owned(), object.clone());
        Ok(())
    }

    fn put(&mut self, topic: &'static str, id: String, path: String, object: Value) {
        self.by_topic.entry(topic).or_default().entry(id).or_default().push((path, object));
    }

    /// Finds out what the CLI has said without saying of what: by what is in the document, the path, or because there is
    /// one only.
    fn name(&mut self) -> Result<(), Unreadable> {
        for (topic, path, mut object) in core::mem::take(&mut self.unnamed) {
            let id_key = if topic == LIST { "PrefixListId" } else { "TransitGatewayRouteTableId" };
            let written = object.get(id_key).and_then(Value::as_str).map(str::to_owned);
            let known: Vec<&String> = self.by_topic.get(topic).into_iter().flat_map(BTreeMap::keys).collect();
            let in_path = known.iter().filter(|it| path.contains(it.as_str())).max_by_key(|it| it.len());
            let only = known.first().filter(|_| known.len() == 1);
            let found = written.or_else(|| in_path.or(only).map(|it| (*it).clone()));
            let Some(id) = found.or_else(|| id_in(&path, topic)) else {
                let what = if topic == LIST { "prefix list" } else { "transit gateway route table" };
                let message =
                    format!("it does not say of which {what} it is: put its id into the file's name");
                return Err(Unreadable { path, message });
            };
            if let Value::Object(object) = &mut object {
                object.insert(id_key.to_owned(), Value::String(id.clone()));
            }
            self.put(topic, id, path, object);
        }
        Ok(())
    }

    /// Returns the objects of a topic by their ids.
    pub(crate) fn all<T: DeserializeOwned + PartialEq>(
        &self,
        topic: &str,
    ) -> Result<BTreeMap<String, T>, Unreadable> {
        let mut all = BTreeMap::new();
        for (id, said) in self.by_topic.get(topic).into_iter().flatten() {
            all.insert(id.clone(), one(id, said)?);
        }
        Ok(all)
    }

    /// Returns the file that describes an object.
    pub(crate) fn path(&self, topic: &str, id: &str) -> &str {
        let said = self.by_topic.get(topic).and_then(|it| it.get(id)).and_then(|it| it.first());
        said.map_or("", |(path, _)| path)
    }
}

/// Returns one object of everything that is said of it.
fn one<T: DeserializeOwned + PartialEq>(id: &str, said: &[Said]) -> Result<T, Unreadable> {
    let parse = |path: &str, value: &Value| {
        T::deserialize(value)
            .map_err(|it| Unreadable { path: path.to_owned(), message: format!("`{id}`: {it}") })
    };
    let (first, mut all) = said.first().cloned().expect("somebody has said something");
    parse(&first, &all)?;
    for (path, value) in &said[1..] {
        let (older, newer) = (union(all.clone(), value.clone()), union(value.clone(), all));
        let (older_says, newer_says): (T, T) = (parse(path, &older)?, parse(path, &newer)?);
        if older_says != newer_says {
            let message = format!("`{id}` is described otherwise in {first}");
            return Err(Unreadable { path: path.clone(), message });
        }
        all = older;
    }
    parse(&first, &all)
}

/// Returns an object with what another one says in addition. Several searches in one table list parts of its routes.
fn union(mut object: Value, other: Value) -> Value {
    let (Value::Object(had), Value::Object(other)) = (&mut object, other) else { return object };
    for (key, value) in other {
        match (had.get_mut(&key), value) {
            (None, value) => {
                had.insert(key, value);
            }
            (Some(Value::Array(list)), Value::Array(more)) if key == "Routes" => {
                list.extend(more);
                list.sort_by_key(Value::to_string);
                list.dedup();
            }
            (Some(_), _) => {}
        }
    }
    object
}

fn array<'v>(path: &str, key: &str, value: &'v Value) -> Result<&'v Vec<Value>, Unreadable> {
    let message = || format!("`{key}` is no list");
    value.as_array().ok_or_else(|| Unreadable { path: path.to_owned(), message: message() })
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let there = map.into_iter().filter(|(_, it)| !it.is_null());
            Value::Object(there.map(|(key, it)| (key, without_nulls(it))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// Returns an id in a path of something that no file lists.
fn id_in(path: &str, topic: &str) -> Option<String> {
    let prefix = if topic == LIST { "pl-" } else { "tgw-rtb-" };
    let rest = &path[path.rfind(prefix)? + prefix.len()..];
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
    (0 < end).then(|| format!("{prefix}{}", &rest[..end]))
}
