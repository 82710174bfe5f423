//! A place in the network that has a name, for those who run something there themselves.

use palisade_core::{Key, Live, Network, Owner};
use serde_json::{Value, json};

use super::tfvars;

/// The ids of a vpc-config of the blueprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VpcConfigIds {
    /// Its subnets, in the order of their zones.
    pub subnets: Vec<String>,
    /// Its security groups.
    pub security_groups: Vec<String>,
}

/// Why there are no such ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoVpcConfig {
    /// The blueprint has none of that name.
    Unknown,
    /// Something of it has not been built yet.
    Unbuilt(Vec<Key>),
}

impl VpcConfigIds {
    /// Looks up the ids of the vpc-config `name`.
    pub fn new(name: &str, network: &Network, live: &Live) -> Result<VpcConfigIds, NoVpcConfig> {
        let config = network.vpc_configs.get(name).ok_or(NoVpcConfig::Unknown)?;
        let keys = || config.subnets.iter().chain(&config.security_groups);
        let unbuilt: Vec<Key> = keys().filter(|it| id(it, live).is_none()).cloned().collect();
        if !unbuilt.is_empty() {
            return Err(NoVpcConfig::Unbuilt(unbuilt));
        }
        let subnets = config.subnets.iter().filter_map(|it| id(it, live));
        let security_groups = config.security_groups.iter().filter_map(|it| id(it, live));
        Ok(VpcConfigIds { subnets: subnets.collect(), security_groups: security_groups.collect() })
    }

    /// Returns the `VpcConfig` of SageMaker's API on one line: what the AWS CLI takes as an argument, and boto3 as it is
    /// read.
    pub fn json(&self) -> String {
        json!({ "SecurityGroupIds": self.security_groups, "Subnets": self.subnets }).to_string() + "\n"
    }

    /// Returns keyword arguments for the classes of the SageMaker Python SDK.
    pub fn sagemaker_sdk(&self) -> String {
        // What JSON writes of texts and lists of them means the same in Python.
        let list = |ids: &[String]| {
            let ids: Vec<String> = ids.iter().map(|it| Value::from(it.as_str()).to_string()).collect();
            format!("[{}]", ids.join(", "))
        };
        let (subnets, groups) = (list(&self.subnets), list(&self.security_groups));
        format!("subnets={subnets},\nsecurity_group_ids={groups},\n")
    }

    /// Returns a `.tfvars` file.
    pub fn tfvars(&self) -> String {
        let lists = [("subnet_ids", &self.subnets), ("security_group_ids", &self.security_groups)];
        let variables =
            lists.into_iter().filter_map(|(name, ids)| Some((name.to_owned(), tfvars::list(ids)?)));
        tfvars::assignments(&variables.collect::<Vec<_>>())
    }

    /// Returns `NAME=value` lines, which a shell can source.
    pub fn dotenv(&self) -> String {
        let (subnets, groups) = (self.subnets.join(","), self.security_groups.join(","));
        format!("SAGEMAKER_SUBNETS={subnets}\nSAGEMAKER_SECURITY_GROUP_IDS={groups}\n")
    }
}

/// Returns the id of the blueprint's own object, or of one that it names by its id.
fn id(key: &Key, live: &Live) -> Option<String> {
    let own = live.object(key).filter(|it| it.owner == Owner::Blueprint).map(|it| it.id.clone());
    own.or_else(|| key.is_existing().then(|| key.name.to_string()))
}
