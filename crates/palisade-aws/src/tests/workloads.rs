//! What SageMaker reads back as, with what it leaves in the network.

use palisade_core::{Cloud, Key, Live, Needs, Object};
use serde_json::{Value, json};

use super::wire::{Say, Server};
use crate::Reading;

fn arn(path: &str) -> String {
    format!("arn:aws:sagemaker:eu-west-1:111122223333:{path}")
}

/// What the tagging API says of an object of ours.
fn tagged(path: &str, key: &str) -> Value {
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let tags = [
        tag("palisade:blueprint", "lab"),
        tag("palisade:generation", "1"),
        tag("palisade:key", key),
        tag("aws:cloudformation:stack-name", "x"),
    ];
    json!({ "ResourceARN": arn(path), "Tags": tags })
}

fn set(name: &str, items: &[String]) -> String {
    let items: String = items.iter().map(|it| format!("<item>{it}</item>")).collect();
    format!("<{name}>{items}</{name}>")
}

/// An account with a VPC of ours, a domain in it, and models that are served.
fn world(operation: &str, said: &str) -> Say {
    let said: Value = serde_json::from_str(said).unwrap_or_else(|_| said.into());
    let known = of_account(operation, &said)
        .or_else(|| of_domains(operation, &said))
        .or_else(|| of_hosting(operation, &said))
        .or_else(|| of_jobs(operation, &said))
        .or_else(|| around(operation));
    known.unwrap_or_else(|| Say::ok(operation, ""))
}

fn json_of(value: Value) -> Option<Say> {
    Some(Say::Json(200, value))
}

fn of_account(operation: &str, said: &Value) -> Option<Say> {
    match (operation, said["PaginationToken"].as_str()) {
        ("GetResources", None) => json_of(json!({
            "PaginationToken": "more",
            "ResourceTagMappingList": [
                tagged("domain/d-1", "domain.studio"),
                tagged("user-profile/d-1/ann", "user-profile.ann"),
                tagged("notebook-instance/lab", "notebook.lab"),
                tagged("model/big", "model.Big"),
                tagged("model/gone", "model.gone"),
            ],
        })),
        ("GetResources", Some(_)) => json_of(json!({
            "PaginationToken": "",
            "ResourceTagMappingList": [
                tagged("endpoint-config/c", "endpoint-config.c"),
                tagged("endpoint/e", "inference-endpoint.e"),
                tagged("training-job/t", "training-job.t"),
                tagged("training-job/over", "training-job.over"),
                tagged("processing-job/p", "processing-job.p"),
            ],
        })),
        ("GetCallerIdentity", _) => {
            let account =
                "<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>";
            Some(Say::ok(operation, account))
        }
        _ => None,
    }
}

fn of_domains(operation: &str, said: &Value) -> Option<Say> {
    let is_ours = said["DomainId"] == "d-1" || said["DomainIdEquals"] == "d-1";
    match operation {
        "DescribeDomain" if is_ours => json_of(json!({
            "DomainArn": arn("domain/d-1"),
            "DomainId": "d-1",
            "DomainName": "studio",
            "Status": "InService",
            "CreationTime": 1.5e9,
            "AuthMode": "IAM",
            "VpcId": "vpc-1",
            "SubnetIds": ["subnet-1"],
            "HomeEfsFileSystemId": "fs-1",
            "DefaultUserSettings": {"ExecutionRole": "role", "SecurityGroups": ["sg-1"]},
        })),
        "DescribeDomain" if said["DomainId"] == "d-theirs" => json_of(json!({
            "DomainArn": arn("domain/d-theirs"),
            "DomainId": "d-theirs",
            "DomainName": "theirs",
            "Status": "InService",
            "VpcId": "vpc-1",
            "SubnetIds": ["subnet-1"],
        })),
        "DescribeDomain" => Some(Say::json_error(400, "ResourceNotFound", "no such domain")),
        "ListTags" => json_of(json!({"Tags": [{"Key": "team", "Value": "theirs"}]})),
        "DescribeUserProfile" => json_of(json!({
            "DomainId": "d-1",
            "UserProfileArn": arn("user-profile/d-1/ann"),
            "UserProfileName": "Ann",
            "HomeEfsFileSystemUid": "200005",
            "Status": "InService",
            "UserSettings": {"SecurityGroups": ["sg-1"]},
        })),
        "ListUserProfiles" if is_ours => json_of(json!({"UserProfiles": [
            {"DomainId": "d-1", "UserProfileName": "Ann", "Status": "InService"},
            {"DomainId": "d-1", "UserProfileName": "Bob", "Status": "Updating"},
        ]})),
        "ListSpaces" if is_ours => json_of(json!({"Spaces": [
            {"DomainId": "d-1", "SpaceName": "Common", "Status": "InService",
                "OwnershipSettingsSummary": {"OwnerUserProfileName": "Ann"}},
        ]})),
        "ListApps" if is_ours => {
            let app = |of: &str, owner: &str, status: &str| {
                json!({"DomainId": "d-1", of: owner, "AppType": "JupyterLab", "AppName": "default",
                    "Status": status})
            };
            json_of(json!({"Apps": [
                app("UserProfileName", "Ann", "InService"),
                app("UserProfileName", "Bob", "Deleted"),
                app("SpaceName", "Common", "Deleting"),
            ]}))
        }
        _ => None,
    }
}

fn of_hosting(operation: &str, said: &Value) -> Option<Say> {
    let place = json!({"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]});
    match operation {
        "DescribeNotebookInstance" => json_of(json!({
            "NotebookInstanceArn": arn("notebook-instance/lab"),
            "NotebookInstanceName": "lab",
            "NotebookInstanceStatus": "Stopped",
            "NotebookInstanceLifecycleConfigName": "l",
            "InstanceType": "ml.t3.medium",
            "NetworkInterfaceId": "eni-2",
            "SecurityGroups": ["sg-1"],
            "SubnetId": "subnet-1",
            "Url": "https://lab",
        })),
        "DescribeModel" if said["ModelName"] == "big" => json_of(json!({
            "ModelArn": arn("model/big"),
            "ModelName": "Big",
            "PrimaryContainer": {"Image": "i"},
            "EnableNetworkIsolation": true,
            "VpcConfig": place,
        })),
        "DescribeModel" => Some(Say::json_error(400, "ValidationException", "Could not find model \"arn\".")),
        "DescribeEndpointConfig" => json_of(json!({
            "EndpointConfigArn": arn("endpoint-config/c"),
            "EndpointConfigName": "c",
            "ProductionVariants": [{"ModelName": "Big", "VariantName": "all"}],
            "VpcConfig": {},
        })),
        "DescribeEndpoint" => json_of(json!({
            "EndpointArn": arn("endpoint/e"),
            "EndpointName": "e",
            "EndpointConfigName": "c",
            "EndpointStatus": "SystemUpdating",
            "ProductionVariants": [{"VariantName": "all", "CurrentInstanceCount": 1}],
        })),
        _ => None,
    }
}

fn of_jobs(operation: &str, said: &Value) -> Option<Say> {
    let place = json!({"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]});
    match operation {
        "DescribeTrainingJob" => {
            let name = said["TrainingJobName"].as_str().unwrap_or_default();
            json_of(json!({
                "TrainingJobArn": arn(&format!("training-job/{name}")),
                "TrainingJobName": name,
                "TrainingJobStatus": if name == "t" { "InProgress" } else { "Failed" },
                "SecondaryStatus": "Training",
                "VpcConfig": place,
                "HyperParameters": {"epochs": "3"},
            }))
        }
        "DescribeProcessingJob" => json_of(json!({
            "ProcessingJobArn": arn("processing-job/p"),
            "ProcessingJobName": "p",
            "ProcessingJobStatus": "Stopping",
            "NetworkConfig": {"EnableNetworkIsolation": true, "VpcConfig": place},
        })),
        _ => None,
    }
}

fn around(operation: &str) -> Option<Say> {
    let tag = |key: &str, value: &str| format!("<key>{key}</key><value>{value}</value>");
    let inside = match operation {
        "DescribeVpcs" => {
            let own = [
                tag("palisade:blueprint", "lab"),
                tag("palisade:generation", "1"),
                tag("palisade:key", "vpc.main"),
            ];
            let vpc =
                format!("<vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>{}", set("tagSet", &own));
            set("vpcSet", &[vpc])
        }
        "DescribeVpcAttribute" => "<enableDnsSupport><value>true</value></enableDnsSupport>\
            <enableDnsHostnames><value>true</value></enableDnsHostnames>"
            .to_owned(),
        "DescribeSecurityGroups" => {
            let group = |id: &str, domain: &str| {
                let mark = set("tagSet", &[tag("ManagedByAmazonSageMakerResource", &arn(domain))]);
                format!("<groupId>{id}</groupId><groupName>{id}</groupName><vpcId>vpc-1</vpcId>{mark}")
            };
            let groups = [
                group("sg-nfs", "domain/d-1"),
                group("sg-theirs", "domain/d-theirs"),
                group("sg-old", "domain/d-gone"),
            ];
            set("securityGroupInfo", &groups)
        }
        "DescribeNetworkInterfaces" => {
            let interface = |id: &str, description: &str| {
                let place = "<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId>";
                let groups = "<groupSet><item><groupId>sg-1</groupId></item></groupSet>";
                let description = format!("<description>{description}</description>");
                format!("<networkInterfaceId>{id}</networkInterfaceId>{place}{groups}{description}")
            };
            let interfaces = [
                interface("eni-1", "[DO NOT DELETE] ENI managed by SageMaker for Studio Domain(d-1) - 1f2e"),
                interface("eni-2", "[Do not delete] ... for SageMaker Notebook Instance lab"),
                interface("eni-3", "[DO NOT DELETE] ENI managed by SageMaker"),
                interface("eni-4", "EFS mount target for fs-1 (fsmt-1)"),
                interface("eni-5", "EFS mount target for fs-old (fsmt-2)"),
                interface("eni-6", "EFS mount target for fs-data (fsmt-3)"),
                interface("eni-7", "EFS mount target for fs-gone (fsmt-4)"),
                interface("eni-8", "written by hand"),
            ];
            set("networkInterfaceSet", &interfaces)
        }
        _ => return file_system(operation),
    };
    Some(Say::ok(operation, &inside))
}

/// EFS is asked by its path.
fn file_system(operation: &str) -> Option<Say> {
    let id = operation.strip_prefix("GET /2015-02-01/file-systems?FileSystemId=")?;
    let tags = match id {
        "fs-old" => json!([{"Key": "ManagedByAmazonSageMakerResource", "Value": arn("domain/d-gone")}]),
        "fs-data" => json!([]),
        _ => return Some(Say::json_error(404, "FileSystemNotFound", id)),
    };
    let file_system = json!({"FileSystemId": id, "OwnerId": "111122223333", "CreationToken": "c",
        "CreationTime": 1.5e9, "LifeCycleState": "available", "NumberOfMountTargets": 1,
        "PerformanceMode": "generalPurpose", "SizeInBytes": {"Value": 0}, "Tags": tags});
    json_of(json!({ "FileSystems": [file_system] }))
}

fn needs() -> Needs {
    Needs { blueprint: "lab".to_owned(), ..Needs::default() }
}

fn objects(live: &Live) -> String {
    let object = |(key, it): (&Key, &Object)| {
        let uses: Vec<String> = it.spec.names().map(Key::to_string).collect();
        let line = format!("{key} {:?} {:?} uses {} {:?}\n", it.owner, it.state, uses.join(", "), it.parts);
        line.replace("arn:aws:sagemaker:eu-west-1:111122223333:", "…:")
    };
    live.objects().iter().map(object).collect()
}

#[tokio::test]
async fn what_is_ours_is_found_by_its_tags_and_looked_at() {
    let server = Server::that_filters(world);
    let aws = server.connect();
    let seen = aws.observe(&needs()).await.expect("the world answers");
    insta::assert_snapshot!(objects(&seen.live), @r#"
    vpc.main Blueprint Usable uses  {}
    security-group.sg-nfs Derived { of: domain.studio } Usable uses vpc.main {Name: "sg-nfs"}
    security-group.sg-old Derived { of: domain.…:domain/d-gone } Usable uses vpc.main {Name: "sg-old"}
    security-group.sg-theirs Foreign Usable uses vpc.main {Name: "sg-theirs"}
    domain.…:domain/d-theirs Foreign Usable uses vpc.main, subnet.subnet-1 {Name: "theirs"}
    domain.studio Blueprint Usable uses vpc.main, subnet.subnet-1, security-group.sg-1 {Name: "studio"}
    user-profile.ann Blueprint Usable uses domain.studio, security-group.sg-1 {Name: "Ann"}
    user-profile.…:user-profile/d-1/Bob Derived { of: domain.studio } Pending uses domain.studio {Name: "Bob"}
    notebook.lab Blueprint Usable uses subnet.subnet-1, security-group.sg-1 {Name: "lab"}
    model.Big Blueprint Usable uses subnet.subnet-1, security-group.sg-1 {Name: "Big"}
    endpoint-config.c Blueprint Usable uses model.Big {Name: "c"}
    inference-endpoint.e Blueprint Pending uses endpoint-config.c {Name: "e"}
    training-job.over Blueprint Usable uses  {Name: "over"}
    training-job.t Blueprint Usable uses subnet.subnet-1, security-group.sg-1 {Name: "t"}
    processing-job.p Blueprint Usable uses subnet.subnet-1, security-group.sg-1 {Name: "p"}
    app.…:app/d-1/Ann/JupyterLab/default Derived { of: domain.studio } Usable uses domain.studio, user-profile.ann {Name: "default"}
    space.…:space/d-1/Common Derived { of: domain.studio } Usable uses domain.studio, user-profile.ann {Name: "Common"}
    mount-target.fsmt-1 Derived { of: domain.studio } Usable uses subnet.subnet-1, security-group.sg-1 {}
    mount-target.fsmt-2 Derived { of: domain.…:domain/d-gone } Usable uses subnet.subnet-1, security-group.sg-1 {}
    "#);
    // Two pages of tags, ten things to look at, three lists of the domain, three file systems, then two domains that
    // marks name and the tags of each; the rest is EC2's.
    assert_eq!(aws.last_reading(), Reading { waves: 4, requests: 43 });
}

#[tokio::test]
async fn what_is_described_is_what_would_be_wanted() {
    let seen = Server::that_filters(world).connect().observe(&needs()).await.expect("the world answers");
    let spec = |key: &str| {
        let object = seen.live.object(&key.parse().expect("a key")).expect("it is there");
        format!("{}\n", serde_json::to_string(&object.spec).expect("JSON"))
    };
    let keys = [
        "domain.studio",
        "user-profile.ann",
        "notebook.lab",
        "model.Big",
        "endpoint-config.c",
        "inference-endpoint.e",
        "training-job.t",
        "training-job.over",
        "processing-job.p",
    ];
    insta::assert_snapshot!(keys.map(spec).concat(), @r#"
    {"domain":{"links":{"vpc":"vpc.main","subnets":["subnet.subnet-1"],"security-groups":["security-group.sg-1"]},"settings":{"AuthMode":"IAM","DefaultUserSettings":{"ExecutionRole":"role"}}}}
    {"user-profile":{"links":{"domain":"domain.studio","security-groups":["security-group.sg-1"]},"settings":{}}}
    {"notebook":{"links":{"subnets":["subnet.subnet-1"],"security-groups":["security-group.sg-1"]},"settings":{"InstanceType":"ml.t3.medium","LifecycleConfigName":"l"},"stopped":true}}
    {"model":{"links":{"subnets":["subnet.subnet-1"],"security-groups":["security-group.sg-1"]},"settings":{"EnableNetworkIsolation":true,"PrimaryContainer":{"Image":"i"}}}}
    {"endpoint-config":{"links":{"models":["model.Big"]},"settings":{"ProductionVariants":[{"VariantName":"all"}]}}}
    {"inference-endpoint":{"links":{"config":"endpoint-config.c"},"settings":{}}}
    {"training-job":{"links":{"subnets":["subnet.subnet-1"],"security-groups":["security-group.sg-1"]},"settings":{"HyperParameters":{"epochs":"3"}}}}
    {"training-job":{"links":{},"settings":{"HyperParameters":{"epochs":"3"}}}}
    {"processing-job":{"links":{"subnets":["subnet.subnet-1"],"security-groups":["security-group.sg-1"]},"settings":{"NetworkConfig":{"EnableNetworkIsolation":true}}}}
    "#);
    let found = |it: &(&Key, &Object)| matches!(it.0.kind.as_str(), "app" | "space" | "mount-target");
    let found = seen.live.objects().iter().filter(found);
    let found = found.map(|(key, it)| format!("{key} {}", serde_json::to_string(&it.spec).expect("JSON")));
    let found =
        found.collect::<Vec<_>>().join("\n").replace("arn:aws:sagemaker:eu-west-1:111122223333:", "…:");
    insta::assert_snapshot!(found, @r#"
    app.…:app/d-1/Ann/JupyterLab/default {"app":{"links":{"domain":"domain.studio"},"settings":{"AppName":"default","AppType":"JupyterLab","DomainId":"d-1","UserProfileName":"Ann"},"of":"user-profile.ann"}}
    space.…:space/d-1/Common {"space":{"links":{"domain":"domain.studio"},"settings":{"DomainId":"d-1","SpaceName":"Common"},"of":"user-profile.ann"}}
    mount-target.fsmt-1 {"mount-target":{"file-system":"fs-1","subnet":"subnet.subnet-1","security-groups":["security-group.sg-1"],"domain":"domain.studio"}}
    mount-target.fsmt-2 {"mount-target":{"file-system":"fs-old","subnet":"subnet.subnet-1","security-groups":["security-group.sg-1"],"domain":"domain.…:domain/d-gone"}}
    "#);
}

#[tokio::test]
async fn interfaces_say_to_what_they_may_belong() {
    let seen = Server::that_filters(world).connect().observe(&needs()).await.expect("the world answers");
    let stranger = |it: &palisade_core::live::Stranger| {
        let of: Vec<String> = it.of.iter().map(Key::to_string).collect();
        format!("{} {} of [{}]", it.id, it.what, of.join(", "))
    };
    let strangers: Vec<String> = seen.live.strangers().iter().map(stranger).collect();
    insta::assert_snapshot!(strangers.join("\n"), @r#"
    eni-1 network interface of SageMaker domain `d-1` of [domain.studio]
    eni-2 network interface of SageMaker notebook `lab` of [notebook.lab]
    eni-3 network interface of a SageMaker job or endpoint of [model.Big, processing-job.p, training-job.t]
    eni-6 network interface of a mount target of file system `fs-data` of []
    eni-7 network interface of a mount target of file system `fs-gone` of []
    eni-8 network interface described as "written by hand" of []
    "#);
}

#[tokio::test]
async fn it_is_asked_for_by_tag_in_pages() {
    let server = Server::that_filters(world);
    server.connect().observe(&needs()).await.expect("the world answers");
    let requests = server.requests();
    let asked = |operations: &[&str]| {
        let is_it = |it: &&String| operations.iter().any(|operation| it.starts_with(*operation));
        let mut asked: Vec<&String> = requests.iter().filter(is_it).collect();
        asked.sort();
        asked.into_iter().map(|it| format!("{it}\n")).collect::<String>()
    };
    insta::assert_snapshot!(asked(&["GetResources"]), @r#"
    GetResources {"PaginationToken":"more","ResourceTypeFilters":["sagemaker:domain","sagemaker:user-profile","sagemaker:notebook-instance","sagemaker:model","sagemaker:endpoint-config","sagemaker:endpoint","sagemaker:training-job","sagemaker:processing-job"],"ResourcesPerPage":100,"TagFilters":[{"Key":"palisade:blueprint","Values":["lab"]}]}
    GetResources {"ResourceTypeFilters":["sagemaker:domain","sagemaker:user-profile","sagemaker:notebook-instance","sagemaker:model","sagemaker:endpoint-config","sagemaker:endpoint","sagemaker:training-job","sagemaker:processing-job"],"ResourcesPerPage":100,"TagFilters":[{"Key":"palisade:blueprint","Values":["lab"]}]}
    "#);
    insta::assert_snapshot!(asked(&["DescribeDomain", "DescribeUserProfile", "List", "GET"]), @r#"
    DescribeDomain {"DomainId":"d-1"}
    DescribeDomain {"DomainId":"d-gone"}
    DescribeDomain {"DomainId":"d-theirs"}
    DescribeUserProfile {"DomainId":"d-1","UserProfileName":"ann"}
    GET /2015-02-01/file-systems?FileSystemId=fs-data
    GET /2015-02-01/file-systems?FileSystemId=fs-gone
    GET /2015-02-01/file-systems?FileSystemId=fs-old
    ListApps {"DomainIdEquals":"d-1","MaxResults":100}
    ListSpaces {"DomainIdEquals":"d-1","MaxResults":100}
    ListTags {"ResourceArn":"arn:aws:sagemaker:eu-west-1:111122223333:domain/d-gone"}
    ListTags {"ResourceArn":"arn:aws:sagemaker:eu-west-1:111122223333:domain/d-theirs"}
    ListUserProfiles {"DomainIdEquals":"d-1","MaxResults":100}
    "#);
}
