//! From text to resources.

use insta::assert_snapshot;
use palisade_core::Live;

use super::{list, network};

fn listed(text: &str) -> String {
    list(&network(text, &Live::default()))
}

#[test]
fn minimal() {
    assert_snapshot!(listed(include_str!("../../../../blueprints/minimal.toml")), @r#"
        vpc.main 10.10.0.0/16 dns true/true
        subnet.training@a 10.10.0.0/22 us-east-1a table training acl -
        route-table.training
        security-group.training "training jobs"
          tcp 443 to pl-56ff8671
        endpoint.s3 com.amazonaws.us-east-1.s3
          tables training
        "#);
}

#[test]
fn private_training() {
    assert_snapshot!(listed(include_str!("../../../../blueprints/private-training.toml")), @r#"
    vpc.main 10.20.0.0/16 dns true/true
    subnet.training@a 10.20.0.0/20 eu-west-1a table training acl training
    subnet.training@b 10.20.16.0/20 eu-west-1b table training acl training
    route-table.training
    network-acl.training
      inbound 100 allow all 10.20.0.0/18
      inbound 200 allow tcp 1024-65535 3.5.0.0/19
      inbound 201 allow tcp 1024-65535 52.216.0.0/15
      inbound 202 allow tcp 1024-65535 54.231.0.0/16
      outbound 100 allow all 10.20.0.0/18
      outbound 200 allow tcp 443 3.5.0.0/19
      outbound 201 allow tcp 443 52.216.0.0/15
      outbound 202 allow tcp 443 54.231.0.0/16
    security-group.training "training jobs: S3 only"
      tcp 443 to pl-5becdee5
    endpoint.s3 com.amazonaws.eu-west-1.s3
      tables training
    training-job.fraud-2026-11 subnet.training@a subnet.training@b security-group.training
      AlgorithmSpecification = {"TrainingImage":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1","TrainingInputMode":"File"}
      EnableNetworkIsolation = true
      InputDataConfig = [{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://my-training-data/fraud/"}}}]
      OutputDataConfig = {"S3OutputPath":"s3://my-models/fraud/"}
      ResourceConfig = {"InstanceCount":1,"InstanceType":"ml.m5.xlarge","VolumeSizeInGB":50}
      RoleArn = "arn:aws:iam::111122223333:role/sagemaker-training"
      StoppingCondition = {"MaxRuntimeInSeconds":86400}
    "#);
}

#[test]
fn ml_3az() {
    assert_snapshot!(listed(include_str!("../../../../blueprints/ml-3az.toml")), @r#"
        vpc.main 10.40.0.0/16 dns true/true
        subnet.app@a 10.40.16.0/22 eu-west-1a table app@a acl app
        subnet.app@b 10.40.20.0/22 eu-west-1b table app@b acl app
        subnet.app@c 10.40.24.0/22 eu-west-1c table app@c acl app
        subnet.data@a 10.40.32.0/22 eu-west-1a table data acl data
        subnet.data@b 10.40.36.0/22 eu-west-1b table data acl data
        subnet.data@c 10.40.40.0/22 eu-west-1c table data acl data
        subnet.public@a 10.40.0.0/22 eu-west-1a table public acl public
        subnet.public@b 10.40.4.0/22 eu-west-1b table public acl public
        subnet.public@c 10.40.8.0/22 eu-west-1c table public acl public
        subnet.training@a 10.40.64.0/20 eu-west-1a table training acl training
        subnet.training@b 10.40.80.0/20 eu-west-1b table training acl training
        subnet.training@c 10.40.96.0/20 eu-west-1c table training acl training
        igw.main
        eip.nat@a
        eip.nat@b
        eip.nat@c
        nat.main@a in subnet.public@a as eip.nat@a
        nat.main@b in subnet.public@b as eip.nat@b
        nat.main@c in subnet.public@c as eip.nat@c
        route-table.app@a
          0.0.0.0/0 via nat.main@a
        route-table.app@b
          0.0.0.0/0 via nat.main@b
        route-table.app@c
          0.0.0.0/0 via nat.main@c
        route-table.data
        route-table.public
          0.0.0.0/0 via igw.main
        route-table.training
        network-acl.app
          inbound 100 allow all 10.40.0.0/16
          inbound 200 allow tcp 1024-65535 0.0.0.0/0
          outbound 100 allow all 10.40.0.0/16
          outbound 200 allow tcp 443 0.0.0.0/0
        network-acl.data
          inbound 50 deny all 10.40.0.0/20
          inbound 100 allow tcp 5432 10.40.16.0/20
          inbound 101 allow tcp 5432 10.40.64.0/18
          inbound 110 allow tcp 1024-65535 10.40.16.0/20
          inbound 120 allow all 10.40.32.0/20
          outbound 100 allow tcp 1024-65535 10.40.16.0/20
          outbound 101 allow tcp 1024-65535 10.40.64.0/18
          outbound 110 allow tcp 443 10.40.16.0/20
          outbound 120 allow all 10.40.32.0/20
        network-acl.public
          inbound 100 allow all 10.40.0.0/16
          inbound 200 allow tcp 443 0.0.0.0/0
          inbound 210 allow tcp 1024-65535 0.0.0.0/0
          outbound 100 allow all 10.40.0.0/16
          outbound 200 allow tcp 443 0.0.0.0/0
          outbound 210 allow tcp 1024-65535 0.0.0.0/0
        network-acl.training
          inbound 100 allow all 10.40.64.0/18
          inbound 110 allow tcp 1024-65535 10.40.16.0/20
          inbound 111 allow tcp 1024-65535 10.40.32.0/20
          inbound 200 allow tcp 1024-65535 3.5.0.0/19
          inbound 201 allow tcp 1024-65535 52.216.0.0/15
          inbound 202 allow tcp 1024-65535 54.231.0.0/16
          inbound 300 allow tcp 1024-65535 3.218.180.0/22
          inbound 301 allow tcp 1024-65535 52.94.0.0/22
          inbound 302 allow tcp 1024-65535 52.119.224.0/20
          outbound 100 allow all 10.40.64.0/18
          outbound 110 allow tcp 443 10.40.16.0/20
          outbound 120 allow tcp 5432 10.40.32.0/20
          outbound 200 allow tcp 443 3.5.0.0/19
          outbound 201 allow tcp 443 52.216.0.0/15
          outbound 202 allow tcp 443 54.231.0.0/16
          outbound 300 allow tcp 443 3.218.180.0/22
          outbound 301 allow tcp 443 52.94.0.0/22
          outbound 302 allow tcp 443 52.119.224.0/20
        security-group.app "services"
          tcp 8080 from security-group.load-balancers
          tcp 443 to 0.0.0.0/0
          tcp 443 to security-group.endpoints
          tcp 443 to pl-5becdee5
          tcp 443 to pl-f4b1f30f
          tcp 5432 to security-group.database
          tcp 8443 to security-group.inference
        security-group.database "databases"
          tcp 5432 from security-group.app
          tcp 5432 from security-group.database
          tcp 5432 from security-group.training
          tcp 443 to security-group.endpoints
          tcp 5432 to security-group.database
        security-group.endpoints "interface endpoints"
          tcp 443 from security-group.app
          tcp 443 from security-group.database
          tcp 443 from security-group.inference
          tcp 443 from security-group.training
        security-group.inference "SageMaker inference endpoints"
          tcp 8443 from security-group.app
          tcp 443 to security-group.endpoints
          tcp 443 to pl-5becdee5
        security-group.load-balancers "load balancers"
          tcp 443 from 0.0.0.0/0
          tcp 8080 to security-group.app
        security-group.training "training and processing jobs"
          all from security-group.training
          all to security-group.training
          tcp 443 to security-group.endpoints
          tcp 443 to pl-5becdee5
          tcp 443 to pl-f4b1f30f
          tcp 5432 to security-group.database
        endpoint.dynamodb com.amazonaws.eu-west-1.dynamodb
          tables app@a app@b app@c training
        endpoint.ecr.api com.amazonaws.eu-west-1.ecr.api
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.ecr.dkr com.amazonaws.eu-west-1.ecr.dkr
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.kms com.amazonaws.eu-west-1.kms
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.logs com.amazonaws.eu-west-1.logs
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.monitoring com.amazonaws.eu-west-1.monitoring
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.s3 com.amazonaws.eu-west-1.s3
          tables app@a app@b app@c training
        endpoint.sagemaker.api com.amazonaws.eu-west-1.sagemaker.api
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.sagemaker.runtime com.amazonaws.eu-west-1.sagemaker.runtime
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.secretsmanager com.amazonaws.eu-west-1.secretsmanager
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.ssm com.amazonaws.eu-west-1.ssm
          subnets app@a app@b app@c
          groups endpoints
          dns true
        endpoint.sts com.amazonaws.eu-west-1.sts
          subnets app@a app@b app@c
          groups endpoints
          dns true
        "#);
}

/// Every peer, every kind of traffic, every way to write them.
#[test]
fn the_whole_language() {
    let text = r#"
name = "all"
region = "us-gov-west-1"
account = "111122223333"
[tags]
team = "ml"
[vpc]
cidr = "10.0.0.0/16"
zones = ["b", "us-gov-west-1a"]
[tiers.edge]
route = "internet"
cidr = "10.0.0.0/24"
slots = 2
nat-gateways = "single"
routes = [{ to = "192.168.0.0/16", via = "vgw-00000abc" }]
[tiers.app]
route = "nat"
cidr = "10.0.16.0/20"
routes = [{ to = "fd00::/8", via = "tgw-00000abc" }]
network-acl.inbound = [
  { rule = 300, allow = "icmp", type = 8, from = "vpc" },
  { rule = 100, allow = "tcp", ports = ["8000-8100", 443], from = ["tier:edge", "internet", "192.0.2.0/24"] },
  { rule = 200, deny = 6, ports = "all", from = ["endpoint:sts", "2001:db8::/32"] },
  { rule = 400, allow = "all", from = ["s3", "endpoint:dynamodb"] },
]
[tiers.one]
route = "isolated"
cidr = "10.0.32.0/28"
slots = 1
zones = ["b"]
[[security-groups.web.inbound]]
from = ["self", "group:web2", "sg-00000abc", "pl-00000abc", "2001:db8::/32"]
protocol = "icmpv6"
type = 128
code = 0
[[security-groups.web.outbound]]
to = ["endpoint:dynamodb", "endpoint:sts"]
ports = ["all", "80", 443]
description = "to AWS"
[security-groups.web2]
description = "the other"
inbound = [{ from = "group:web", protocol = 50 }, { from = "group:web", protocol = 17, ports = 53 }]
[endpoints.dynamodb]
tiers = ["app", "one"]
[endpoints.sts]
tiers = ["one", "app"]
security-groups = ["web2", "web"]
private-dns = false
[endpoints.studio]
tiers = ["app"]
security-groups = ["web"]
[endpoints.s3]
tiers = ["edge"]
policy = { file = "policies/s3.json" }
[endpoints.theirs]
service = "com.amazonaws.vpce.us-gov-west-1.vpce-svc-0123456789abcdef0"
tiers = ["edge"]
security-groups = ["web"]
policy = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
"#;
    assert_snapshot!(super::diagnose(text), @"nothing to say");
    assert_snapshot!(listed(text), @r#"
        vpc.main 10.0.0.0/16 dns true/true
        subnet.app@a 10.0.20.0/22 us-gov-west-1a table app@a acl app
        subnet.app@b 10.0.16.0/22 us-gov-west-1b table app@b acl app
        subnet.edge@a 10.0.0.128/25 us-gov-west-1a table edge acl -
        subnet.edge@b 10.0.0.0/25 us-gov-west-1b table edge acl -
        subnet.one@b 10.0.32.0/28 us-gov-west-1b table one acl -
        igw.main
        eip.nat@b
        nat.main@b in subnet.edge@b as eip.nat@b
        route-table.app@a
          0.0.0.0/0 via nat.main@b
          fd00::/8 via tgw-00000abc
        route-table.app@b
          0.0.0.0/0 via nat.main@b
          fd00::/8 via tgw-00000abc
        route-table.edge
          0.0.0.0/0 via igw.main
          192.168.0.0/16 via vgw-00000abc
        route-table.one
        network-acl.app
          inbound 100 allow tcp 443 0.0.0.0/0
          inbound 101 allow tcp 443 10.0.0.0/24
          inbound 102 allow tcp 443 192.0.2.0/24
          inbound 103 allow tcp 8000-8100 0.0.0.0/0
          inbound 104 allow tcp 8000-8100 10.0.0.0/24
          inbound 105 allow tcp 8000-8100 192.0.2.0/24
          inbound 200 deny tcp all ports 10.0.20.0/22
          inbound 201 deny tcp all ports 10.0.32.0/28
          inbound 202 deny tcp all ports 2001:db8::/32
          inbound 300 allow icmp type 8 10.0.0.0/16
          inbound 400 allow all 3.5.0.0/19
          inbound 401 allow all 3.218.180.0/22
          inbound 402 allow all 52.94.0.0/22
          inbound 403 allow all 52.119.224.0/20
          inbound 404 allow all 52.216.0.0/15
          inbound 405 allow all 54.231.0.0/16
        security-group.web "managed by palisade"
          icmpv6 type 128 code 0 from 2001:db8::/32
          icmpv6 type 128 code 0 from security-group.sg-00000abc
          icmpv6 type 128 code 0 from security-group.web
          icmpv6 type 128 code 0 from security-group.web2
          icmpv6 type 128 code 0 from pl-00000abc
          tcp all ports to security-group.web "to AWS"
          tcp all ports to security-group.web2 "to AWS"
          tcp all ports to pl-81fdc610 "to AWS"
          tcp 80 to security-group.web "to AWS"
          tcp 80 to security-group.web2 "to AWS"
          tcp 80 to pl-81fdc610 "to AWS"
          tcp 443 to security-group.web "to AWS"
          tcp 443 to security-group.web2 "to AWS"
          tcp 443 to pl-81fdc610 "to AWS"
        security-group.web2 "the other"
          udp 53 from security-group.web
          protocol 50 from security-group.web
        endpoint.dynamodb com.amazonaws.us-gov-west-1.dynamodb
          tables app@a app@b one
        endpoint.s3 com.amazonaws.us-gov-west-1.s3 policy
          tables edge
        endpoint.sts com.amazonaws.us-gov-west-1.sts
          subnets app@a one@b
          groups web web2
          dns false
        endpoint.studio aws.sagemaker.us-gov-west-1.studio
          subnets app@a app@b
          groups web
          dns true
        endpoint.theirs com.amazonaws.vpce.us-gov-west-1.vpce-svc-0123456789abcdef0
          subnets edge@a edge@b
          groups web
          dns true
        "#);
}

#[test]
fn nat_gateways_per_zone_of_the_internet_tier() {
    let text = super::with_tiers(
        "[tiers.public]\nroute = \"internet\"\ncidr = \"10.0.16.0/20\"\nnat-gateways = \"per-zone\"\n\
         [tiers.app]\nroute = \"nat\"\ncidr = \"10.0.32.0/20\"\nzones = [\"b\"]\n",
    );
    assert_snapshot!(listed(&text), @r#"
        vpc.main 10.0.0.0/16 dns true/true
        subnet.app@b 10.0.32.0/22 eu-west-1b table app@b acl -
        subnet.public@a 10.0.16.0/22 eu-west-1a table public acl -
        subnet.public@b 10.0.20.0/22 eu-west-1b table public acl -
        igw.main
        eip.nat@a
        eip.nat@b
        nat.main@a in subnet.public@a as eip.nat@a
        nat.main@b in subnet.public@b as eip.nat@b
        route-table.app@b
          0.0.0.0/0 via nat.main@b
        route-table.public
          0.0.0.0/0 via igw.main
        "#);
}

#[test]
fn needs_are_what_rules_name() {
    let parsed = super::parse(include_str!("../../../../blueprints/ml-3az.toml"));
    let draft = parsed.draft.expect("a shipped blueprint has no mistake");
    assert_snapshot!(format!("{:#?}\n{:#?}", draft.needs(), draft.fixtures()), @r#"
    Needs {
        blueprint: "ml-3az",
        moves: Moves {
            moves: [],
            blueprints: {},
        },
        vpcs: {},
        addresses: {},
        prefix_lists: {
            "com.amazonaws.eu-west-1.dynamodb",
            "com.amazonaws.eu-west-1.s3",
        },
        prefix_list_entries: {
            "com.amazonaws.eu-west-1.dynamodb",
            "com.amazonaws.eu-west-1.s3",
        },
        gateways: {},
        groups: {},
        workloads: {},
        quotas: {},
    }
    Facts {
        zones: [
            Zone {
                name: "eu-west-1a",
                id: "euw1-az1",
            },
            Zone {
                name: "eu-west-1b",
                id: "euw1-az2",
            },
            Zone {
                name: "eu-west-1c",
                id: "euw1-az3",
            },
        ],
        prefix_lists: {
            "com.amazonaws.eu-west-1.dynamodb": PrefixList {
                id: "pl-f4b1f30f",
                cidrs: [
                    3.218.180.0/22,
                    52.94.0.0/22,
                    52.119.224.0/20,
                ],
                max_entries: None,
            },
            "com.amazonaws.eu-west-1.s3": PrefixList {
                id: "pl-5becdee5",
                cidrs: [
                    3.5.0.0/19,
                    52.216.0.0/15,
                    54.231.0.0/16,
                ],
                max_entries: None,
            },
        },
        gateways: {},
        groups: {},
        quotas: {},
    }
    "#);
    assert_eq!((draft.name(), draft.region(), draft.account()), ("ml-3az", "eu-west-1", None));
}
