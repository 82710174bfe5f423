//! Broken networks: the sound one, with one thing taken away or wrong, and all that must be told of it.

use palisade_core::kinds::InSpec;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Key, Kind, Network, Spec};
use std::collections::BTreeMap;

/// A network that is broken in one way.
pub(crate) struct Row {
    /// What is wrong.
    pub(crate) wrong: &'static str,
    /// Words that stand in the sound network once, with what stands there instead.
    pub(crate) edits: &'static [(&'static str, &'static str)],
    /// What the language cannot say.
    pub(crate) change: fn(&mut Network),
    /// All that must be told.
    pub(crate) told: &'static [&'static str],
}

const fn row(
    wrong: &'static str,
    edits: &'static [(&'static str, &'static str)],
    told: &'static [&'static str],
) -> Row {
    Row { wrong, edits, change: |_| {}, told }
}

const WEB: &str = r#"  { from = "prefix-list:offices", ports = 22 },
"#;
const DENIAL: &str = r#"  { rule = 300, deny = "tcp", ports = 3389, from = "internet" },
"#;
const REPLIES: &str = r#"  { rule = 400, allow = "tcp", ports = "1024-65535", from = "internet" },
"#;
const S3_POLICY: &str = r#"policy = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"]}]}'
"#;

pub(crate) const ROWS: &[Row] = &[
    row(
        "ssh from everywhere",
        &[(WEB, "{ from = \"internet\", ports = 22 },\n")],
        &[
            "EC2.19 critical security-group.web: lets the internet in on tcp 22 (IPv4 and IPv6)",
            "EC2.13 high security-group.web: lets the internet in on tcp 22 (IPv4 and IPv6)",
            "EC2.53 high security-group.web: lets the internet in on tcp 22 (IPv4 and IPv6)",
            "EC2.54 high security-group.web: lets the internet in on tcp 22 (IPv4 and IPv6)",
            "EC2.18 high security-group.web: lets the internet in on tcp 22 (IPv4 and IPv6)",
        ],
    ),
    row(
        "ssh from both halves of IPv4",
        &[(WEB, "{ from = [\"0.0.0.0/1\", \"128.0.0.0/1\"], ports = 22 },\n")],
        &[
            "EC2.19 critical security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.13 high security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.53 high security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp 22 (IPv4)",
        ],
    ),
    row(
        "ssh from three pieces, none of which is the internet",
        &[(WEB, "{ from = [\"16.0.0.0/8\", \"20.0.0.0/8\", \"34.0.0.0/8\"], ports = 22 },\n")],
        &[
            "EC2.19 critical security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.13 high security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.53 high security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp 22 (IPv4)",
        ],
    ),
    row(
        "ssh from a list that is the internet",
        &[("203.0.113.0/25", "0.0.0.0/1"), ("198.51.100.0/26", "128.0.0.0/1")],
        &[
            "EC2.19 critical security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.13 high security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.53 high security-group.web: lets the internet in on tcp 22 (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp 22 (IPv4)",
        ],
    ),
    row(
        "ssh from IPv6 alone",
        &[(WEB, "{ from = \"2000::/3\", ports = 22 },\n")],
        &[
            "EC2.19 critical security-group.web: lets the internet in on tcp 22 (IPv6)",
            "EC2.13 high security-group.web: lets the internet in on tcp 22 (IPv6)",
            "EC2.54 high security-group.web: lets the internet in on tcp 22 (IPv6)",
            "EC2.18 high security-group.web: lets the internet in on tcp 22 (IPv6)",
        ],
    ),
    row(
        "remote desktops within a range",
        &[(WEB, "{ from = \"0.0.0.0/0\", ports = \"3000-4000\" },\n")],
        &[
            "EC2.19 critical security-group.web: lets the internet in on tcp 3000-4000 (IPv4)",
            "EC2.14 high security-group.web: lets the internet in on tcp 3000-4000 (IPv4)",
            "EC2.53 high security-group.web: lets the internet in on tcp 3000-4000 (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp 3000-4000 (IPv4)",
        ],
    ),
    row(
        "every port in two pieces from two pieces",
        &[(WEB, "{ from = [\"0.0.0.0/1\", \"128.0.0.0/1\"], ports = [\"0-30000\", \"30001-65535\"] },\n")],
        &[
            "net.all-ports critical security-group.web: lets the internet in on every port of tcp",
            "EC2.19 critical security-group.web: lets the internet in on tcp 0-30000 (IPv4)",
            "EC2.13 high security-group.web: lets the internet in on tcp 0-30000 (IPv4)",
            "EC2.14 high security-group.web: lets the internet in on tcp 0-30000 (IPv4)",
            "EC2.53 high security-group.web: lets the internet in on tcp 0-30000 (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp 0-30000 (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp 30001-65535 (IPv4)",
        ],
    ),
    row(
        "every protocol",
        &[(WEB, "{ from = \"0.0.0.0/0\", protocol = \"all\" },\n")],
        &[
            "net.all-ports critical security-group.web: lets the internet in on every port of tcp and udp",
            "EC2.19 critical security-group.web: lets the internet in on tcp all ports (IPv4)",
            "EC2.13 high security-group.web: lets the internet in on tcp all ports (IPv4)",
            "EC2.14 high security-group.web: lets the internet in on tcp all ports (IPv4)",
            "EC2.53 high security-group.web: lets the internet in on tcp all ports (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on tcp all ports (IPv4)",
            "EC2.18 high security-group.web: lets the internet in on udp all ports (IPv4)",
        ],
    ),
    row(
        "a port that nobody has authorised",
        &[(WEB, "{ from = \"0.0.0.0/0\", protocol = \"udp\", ports = 443 },\n")],
        &["EC2.18 high security-group.web: lets the internet in on udp 443 (IPv4)"],
    ),
    row(
        "an office with too many addresses",
        &[("203.0.113.0/25", "203.0.112.0/22")],
        &[
            "net.wide-ranges medium security-group.web: its inbound rules name 1088 public addresses for tcp 22",
        ],
    ),
    row(
        "towards too many addresses",
        &[("{ to = \"group:app\", ports = 8080 }", "{ to = \"18.0.0.0/12\", ports = 8080 }")],
        &[
            "net.wide-ranges medium security-group.web: its outbound rules name 1048576 public addresses for tcp 8080",
        ],
    ),
    row(
        "the default group as AWS makes it",
        &[("ipv6 = true\n", "ipv6 = true\ndefault-security-group = \"leave\"\n")],
        &["EC2.2 high vpc.main: its default security group is left as AWS makes it"],
    ),
    row(
        "a group that nothing carries",
        &[("[[guarantees]]", "[security-groups.spare]\n\n[[guarantees]]")],
        &["EC2.22 medium security-group.spare: nothing that is known here carries it"],
    ),
    row(
        "an ACL that denies too late",
        &[
            (DENIAL, ""),
            (
                REPLIES,
                "  { rule = 400, allow = \"tcp\", ports = \"1024-65535\", from = \"internet\" },\n  { rule = 500, deny = \"tcp\", ports = 3389, from = \"internet\" },\n",
            ),
        ],
        &["EC2.21 medium network-acl.public: lets the internet in on tcp 1024-65535 (IPv4 and IPv6)"],
    ),
    row(
        "an ACL that denies one half only",
        &[("ports = 3389, from = \"internet\"", "ports = 3389, from = [\"0.0.0.0/1\", \"::/0\"]")],
        &["EC2.21 medium network-acl.public: lets the internet in on tcp 1024-65535 (IPv4)"],
    ),
    row(
        "an ACL that admits every port of tcp by its halves",
        &[(
            REPLIES,
            "  { rule = 290, allow = \"tcp\", ports = \"all\", from = [\"0.0.0.0/1\", \"128.0.0.0/1\"] },\n",
        )],
        &[
            "net.acl-all-ports medium network-acl.public: lets the internet in on every port of tcp",
            "EC2.21 medium network-acl.public: lets the internet in on tcp all ports (IPv4)",
        ],
    ),
    Row {
        wrong: "an ACL that no subnet follows",
        edits: &[],
        change: |network| {
            let (inbound, outbound) = (BTreeMap::new(), BTreeMap::new());
            let acl = NetworkAcl { vpc: Key::new(Kind::Vpc, "main"), inbound, outbound };
            network.insert(Key::new(Kind::NetworkAcl, "spare"), acl);
        },
        told: &["EC2.16 low network-acl.spare: no subnet follows it"],
    },
    Row {
        wrong: "public addresses by themselves",
        edits: &[],
        change: |network| {
            let spec = network.resources.get_mut(&Key::new(Kind::Subnet, "public@b")).expect("the subnet");
            Subnet::of_mut(spec).expect("the subnet").public_ip_on_launch = true;
        },
        told: &["EC2.15 medium subnet.public@b: its interfaces get public addresses by themselves"],
    },
    row(
        "IPv6 addresses that the internet reaches",
        &[("nat-gateways = \"single\"\n", "nat-gateways = \"single\"\nassign-ipv6 = true\n")],
        &[
            "EC2.15 medium subnet.public@a: its interfaces get IPv6 addresses by themselves, which the internet can reach",
            "EC2.15 medium subnet.public@b: its interfaces get IPv6 addresses by themselves, which the internet can reach",
        ],
    ),
    Row {
        wrong: "an elastic IP that nothing has",
        edits: &[],
        change: |network| network.insert(Key::new(Kind::ElasticIp, "spare"), ElasticIp {}),
        told: &["EC2.12 low eip.spare: no NAT gateway has it"],
    },
    row(
        "a job in a public tier",
        &[(
            "[sagemaker.training-jobs.fit]\nvpc-config = { tier = \"ml\"",
            "[sagemaker.training-jobs.fit]\nvpc-config = { tier = \"public\"",
        )],
        &[
            "net.igw-route high route-table.public: leads `subnet.public@a` and `subnet.public@b`, where workloads stand, to the internet gateway",
        ],
    ),
    Row {
        wrong: "a route to the internet gateway in halves",
        edits: &[],
        change: halve_routes,
        told: &[
            "net.igw-route high route-table.public: leads `subnet.public@a` and `subnet.public@b`, where workloads stand, to the internet gateway",
        ],
    },
    row(
        "a peering to more than is declared",
        &[("{ to = \"172.20.0.0/16\", via", "{ to = \"172.20.0.0/14\", via")],
        &[
            "net.peering medium route-table.app@a: sends over a peering what no `[outside.*]` declares, such as 172.21.0.0",
            "net.peering medium route-table.app@b: sends over a peering what no `[outside.*]` declares, such as 172.21.0.0",
        ],
    ),
    row(
        "one zone",
        &[("zones = [\"a\", \"b\"]", "zones = [\"a\"]"), ("zone = \"a\"\n", "")],
        &["net.zones low vpc.main: all of its subnets are in eu-west-1a"],
    ),
    row(
        "no flow log",
        &[("flow-logs = { to = \"s3://logs/t\" }\n", "")],
        &["EC2.6 medium vpc.main: it has no flow log"],
    ),
    row(
        "a flow log of what was accepted",
        &[(
            "flow-logs = { to = \"s3://logs/t\" }",
            "flow-logs = { to = \"s3://logs/t\", traffic = \"accept\" }",
        )],
        &["EC2.6 medium vpc.main: its flow log does not record what is rejected"],
    ),
    row(
        "S3 without a policy",
        &[(S3_POLICY, "")],
        &[
            "net.endpoint-policy medium endpoint.s3: without a policy, anybody's credentials reach anybody's data through it",
        ],
    ),
    row(
        "a policy that opens every bucket to everybody",
        &[("[\"arn:aws:s3:::mine\", \"arn:aws:s3:::mine/*\"]", "\"arn:aws:s3:::*\"")],
        &[
            "net.endpoint-policy medium endpoint.s3: its policy lets everybody do what it allows with anything",
        ],
    ),
    row(
        "endpoints in one zone of two",
        &[(
            "[endpoints.ec2]\ntiers = [\"app\"]",
            "[tiers.one]\nroute = \"isolated\"\ncidr = \"10.0.64.0/20\"\nzones = [\"a\"]\n\n[endpoints.ec2]\ntiers = [\"one\"]",
        )],
        &["net.endpoint-zones low endpoint.ec2: it does not stand in `eu-west-1b`"],
    ),
    row(
        "a NAT tier without S3",
        &[("tiers = [\"app\", \"ml\"]", "tiers = [\"ml\"]")],
        &[
            "net.s3-endpoint low route-table.app@a: what goes to S3 goes through the NAT gateway",
            "net.s3-endpoint low route-table.app@b: what goes to S3 goes through the NAT gateway",
        ],
    ),
    row(
        "no endpoint of EC2",
        &[("[endpoints.ec2]\ntiers = [\"app\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        &[
            "EC2.10 medium vpc.main: `ec2` is asked through the NAT gateways of `route-table.app@a` and `route-table.app@b`",
        ],
    ),
    row(
        "no endpoint of ECR's API",
        &[("[endpoints.\"ecr.api\"]\ntiers = [\"app\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        &[
            "EC2.55 medium vpc.main: `ecr.api` is asked through the NAT gateways of `route-table.app@a` and `route-table.app@b`",
        ],
    ),
    row(
        "no endpoint of ECR's registry",
        &[("[endpoints.\"ecr.dkr\"]\ntiers = [\"app\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        &[
            "EC2.56 medium vpc.main: `ecr.dkr` is asked through the NAT gateways of `route-table.app@a` and `route-table.app@b`",
        ],
    ),
    row(
        "no endpoint of SSM, and `ssmmessages` is none",
        &[("[endpoints.ssm]", "[endpoints.ssmmessages]")],
        &[
            "EC2.57 medium vpc.main: `ssm` is asked through the NAT gateways of `route-table.app@a` and `route-table.app@b`",
        ],
    ),
    row(
        "a notebook with internet",
        &[("direct-internet-access = \"Disabled\"", "direct-internet-access = \"Enabled\"")],
        &["SageMaker.1 high notebook.desk: has internet of its own, beside this network"],
    ),
    Row {
        wrong: "a notebook outside of the network",
        edits: &[],
        change: |network| {
            let spec = network.resources.get_mut(&Key::new(Kind::Notebook, "desk")).expect("the notebook");
            Notebook::of_mut(spec).expect("the notebook").links.subnets.clear();
        },
        told: &["SageMaker.2 high notebook.desk: stands in no subnet"],
    },
    row(
        "root on a notebook",
        &[("root-access = \"Disabled\"", "root-access = \"Enabled\"")],
        &["SageMaker.3 high notebook.desk: lets its user be root"],
    ),
    row(
        "one machine that serves",
        &[("initial-instance-count = 3", "initial-instance-count = 1")],
        &["SageMaker.4 medium endpoint-config.scorer: one machine serves the variant `all`"],
    ),
    row(
        "a model with a network",
        &[("enable-network-isolation = true\nprimary", "primary")],
        &["SageMaker.5 medium model.scorer: its containers have a network"],
    ),
    row(
        "a model outside of the network",
        &[(
            "vpc-config = { tier = \"ml\", security-groups = [\"ml\"] }\nexecution-role = \"arn:aws:iam::111122223333:role/ml\"\nenable-network-isolation = true\nprimary",
            "execution-role = \"arn:aws:iam::111122223333:role/ml\"\nenable-network-isolation = true\nprimary",
        )],
        &["ml.model-vpc high model.scorer: runs outside of the network"],
    ),
    row(
        "a processing job outside of the network",
        &[(
            "[sagemaker.processing-jobs.clean]\nvpc-config = { tier = \"ml\", security-groups = [\"ml\"] }",
            "[sagemaker.processing-jobs.clean]",
        )],
        &["ml.job-vpc high processing-job.clean: runs outside of the network"],
    ),
    row(
        "a processing job with a network",
        &[("volume-size-in-gb = 10 } }\nenable-network-isolation = true", "volume-size-in-gb = 10 } }")],
        &["ml.job-isolation medium processing-job.clean: its containers have a network"],
    ),
    row(
        "machines of a job that talk in clear",
        &[("enable-inter-container-traffic-encryption = true\n", "")],
        &["ml.traffic-encryption medium training-job.fit: its machines talk to each other in clear"],
    ),
    row(
        "disks with a key of AWS's",
        &[
            ("home-efs = \"retain\"\nkms-key-id = \"alias/ml\"", "home-efs = \"retain\""),
            (", volume-kms-key-id = \"alias/ml\"", ""),
        ],
        &[
            "ml.volume-key low domain.studio: its disks are encrypted with a key of AWS's",
            "ml.volume-key low training-job.fit: its disks are encrypted with a key of AWS's",
        ],
    ),
    row(
        "Studio on the internet",
        &[(
            "home-efs = \"retain\"",
            "home-efs = \"retain\"\napp-network-access-type = \"PublicInternetOnly\"",
        )],
        &["ml.domain-vpc-only high domain.studio: its apps have internet beside this network"],
    ),
];

/// Lets a job stand in the public tier, whose default route becomes two halves.
fn halve_routes(network: &mut Network) {
    use palisade_core::kinds::route_table::RouteTable;
    use palisade_core::kinds::training_job::TrainingJob;
    let public: Vec<Key> = network
        .resources
        .keys()
        .filter(|it| it.kind == Kind::Subnet && it.name.starts_with("public@"))
        .cloned()
        .collect();
    for spec in network.resources.values_mut() {
        if let Spec::RouteTable(RouteTable { routes, .. }) = spec
            && let Some(target) = routes.get(&"0.0.0.0/0".parse().expect("a block")).cloned()
            && matches!(target, palisade_core::kinds::route_table::Target::InternetGateway(_))
        {
            routes.clear();
            for half in ["0.0.0.0/1", "128.0.0.0/1"] {
                routes.insert(half.parse().expect("a block"), target.clone());
            }
        }
    }
    let job = network.resources.get_mut(&Key::new(Kind::TrainingJob, "fit")).expect("the job");
    TrainingJob::of_mut(job).expect("the job").links.subnets = public;
}
