//! Broken networks: what is sound, with one thing taken away or wrong, and what must be told of it.

/// A network that is broken in one way.
pub(super) struct Row {
    /// What is wrong.
    pub(super) wrong: &'static str,
    /// In which sound network.
    pub(super) sound: &'static str,
    /// Words that stand in it once, with what stands there instead.
    pub(super) edits: &'static [(&'static str, &'static str)],
    /// All that must be told.
    pub(super) told: &'static [&'static str],
}

impl Row {
    /// Returns the broken text.
    pub(super) fn text(&self) -> String {
        self.edits.iter().fold(super::sound::text(self.sound), |text, (words, instead)| {
            assert_eq!(text.matches(words).count(), 1, "{}: {words:?}", self.wrong);
            text.replace(words, instead)
        })
    }
}

pub(super) const ROWS: &[Row] = &[
    Row {
        wrong: "no gateway endpoint of S3 in the table",
        sound: "training",
        edits: &[("tiers = [\"ml\", \"fabric\"]", "tiers = [\"fabric\"]")],
        told: &["error sm.s3 `training-job.fit`"],
    },
    Row {
        wrong: "no gateway endpoint of S3 for a processing job",
        sound: "processing",
        edits: &[("tiers = [\"ml\", \"fabric\"]", "tiers = [\"fabric\"]")],
        told: &["error sm.s3 `processing-job.clean`"],
    },
    Row {
        wrong: "no gateway endpoint of S3 for a model",
        sound: "hosting",
        edits: &[("tiers = [\"ml\", \"fabric\"]", "tiers = [\"fabric\"]")],
        told: &["error sm.s3 `model.scorer`"],
    },
    Row {
        wrong: "no gateway endpoint of S3 for a domain",
        sound: "studio",
        edits: &[("tiers = [\"ml\", \"fabric\"]", "tiers = [\"fabric\"]")],
        told: &["error sm.s3 `domain.studio`"],
    },
    Row {
        wrong: "no gateway endpoint of S3 for a notebook",
        sound: "notebook",
        edits: &[("tiers = [\"ml\", \"fabric\"]", "tiers = [\"ml\"]")],
        told: &["error sm.s3 `notebook.desk`"],
    },
    Row {
        wrong: "no gateway endpoint of S3 for a named place",
        sound: "place",
        edits: &[("tiers = [\"ml\", \"fabric\"]", "tiers = [\"fabric\"]")],
        told: &["error sm.s3 vpc-config `ml`"],
    },
    Row {
        wrong: "network isolation spares nobody the way to S3",
        sound: "training",
        edits: &[
            ("tiers = [\"ml\", \"fabric\"]", "tiers = [\"fabric\"]"),
            ("enable-network-isolation = false", "enable-network-isolation = true"),
        ],
        told: &["error sm.s3 `training-job.fit`"],
    },
    Row {
        wrong: "the internet gateway is no way for what has no public address",
        sound: "nat-training",
        edits: &[
            ("tier = \"ml\"", "tier = \"public\""),
            ("enable-network-isolation = false", "enable-network-isolation = true"),
        ],
        told: &["error sm.s3 `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of sagemaker.api for a training job",
        sound: "training",
        edits: &[(
            "[endpoints.\"sagemaker.api\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["warning sm.api `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of sts for a training job",
        sound: "training",
        edits: &[("[endpoints.sts]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.sts `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of logs for a training job",
        sound: "training",
        edits: &[("[endpoints.logs]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.logs `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of ecr.api for a training job",
        sound: "training",
        edits: &[(
            "[endpoints.\"ecr.api\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["warning sm.ecr `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of ecr.dkr for a training job",
        sound: "training",
        edits: &[(
            "[endpoints.\"ecr.dkr\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["warning sm.ecr `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of kms for a training job",
        sound: "training",
        edits: &[("[endpoints.kms]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.kms `training-job.fit`"],
    },
    Row {
        wrong: "no endpoint of sts for a processing job",
        sound: "processing",
        edits: &[("[endpoints.sts]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.sts `processing-job.clean`"],
    },
    Row {
        wrong: "an image that is pulled through the VPC and half of the way to it",
        sound: "hosting",
        edits: &[(
            "[endpoints.\"ecr.dkr\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["error sm.ecr `model.scorer`"],
    },
    Row {
        wrong: "nobody can call what is served",
        sound: "hosting",
        edits: &[(
            "[endpoints.\"sagemaker.runtime\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["warning sm.runtime `model.scorer`"],
    },
    Row {
        wrong: "no endpoint of the API for a notebook",
        sound: "notebook",
        edits: &[(
            "[endpoints.\"sagemaker.api\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["error sm.api `notebook.desk`"],
    },
    Row {
        wrong: "no endpoint of the runtime for a notebook",
        sound: "notebook",
        edits: &[(
            "[endpoints.\"sagemaker.runtime\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["warning sm.runtime `notebook.desk`"],
    },
    Row {
        wrong: "no endpoint for the page of a notebook",
        sound: "notebook",
        edits: &[("[endpoints.notebook]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.notebook `notebook.desk`"],
    },
    Row {
        wrong: "no endpoint of the API for a domain",
        sound: "studio",
        edits: &[(
            "[endpoints.\"sagemaker.api\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["error sm.api `domain.studio`"],
    },
    Row {
        wrong: "no endpoint of the runtime for a domain",
        sound: "studio",
        edits: &[(
            "[endpoints.\"sagemaker.runtime\"]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["error sm.runtime `domain.studio`"],
    },
    Row {
        wrong: "no endpoint of Studio",
        sound: "studio",
        edits: &[("[endpoints.studio]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["error sm.studio `domain.studio`"],
    },
    Row {
        wrong: "no endpoint of the service catalog",
        sound: "studio",
        edits: &[(
            "[endpoints.servicecatalog]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n",
            "",
        )],
        told: &["warning sm.servicecatalog `domain.studio`"],
    },
    Row {
        wrong: "no endpoint of monitoring",
        sound: "studio",
        edits: &[("[endpoints.monitoring]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.monitoring `domain.studio`"],
    },
    Row {
        wrong: "no endpoint of the logs for a domain",
        sound: "studio",
        edits: &[("[endpoints.logs]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "")],
        told: &["warning sm.logs `domain.studio`"],
    },
    Row {
        wrong: "an endpoint without its name",
        sound: "training",
        edits: &[("[endpoints.sts]\n", "[endpoints.sts]\nprivate-dns = false\n")],
        told: &["warning sm.endpoint-dns `training-job.fit`"],
    },
    Row {
        wrong: "an endpoint without its name for a domain",
        sound: "studio",
        edits: &[("[endpoints.studio]\n", "[endpoints.studio]\nprivate-dns = false\n")],
        told: &["error sm.endpoint-dns `domain.studio`"],
    },
    Row {
        wrong: "the runtime in one zone of two",
        sound: "studio",
        edits: &[("[tiers.services]\n", "[tiers.services]\nzones = [\"a\"]\n")],
        told: &["error sm.endpoint-dns-az `domain.studio`"],
    },
    Row {
        wrong: "a group that does not let out to S3",
        sound: "training",
        edits: &[("  { to = \"endpoint:s3\", ports = 443 },\n", "")],
        told: &["error sm.egress `training-job.fit`"],
    },
    Row {
        wrong: "a group that lets out to a part of S3",
        sound: "training",
        edits: &[(
            "{ to = \"endpoint:s3\", ports = 443 }",
            "{ to = [\"3.5.0.0/19\", \"52.216.0.0/15\"], ports = 443 }",
        )],
        told: &["error sm.egress `training-job.fit`"],
    },
    Row {
        wrong: "a group that lets out to S3 on another port",
        sound: "place",
        edits: &[("{ to = \"endpoint:s3\", ports = 443 }", "{ to = \"endpoint:s3\", ports = 80 }")],
        told: &["error sm.egress vpc-config `ml`"],
    },
    Row {
        wrong: "a group that does not let out to the endpoints",
        sound: "training",
        edits: &[("  { to = \"group:endpoints\", ports = 443 },\n", "")],
        told: &["warning sm.egress `training-job.fit`"],
    },
    Row {
        wrong: "a group that does not let out to the endpoints of a domain",
        sound: "studio",
        edits: &[("  { to = \"group:endpoints\", ports = 443 },\n", "")],
        told: &["error sm.egress `domain.studio`"],
    },
    Row {
        wrong: "a group that does not let out to the internet",
        sound: "nat-training",
        edits: &[("  { to = \"internet\", ports = 443 },\n", "")],
        told: &["error sm.egress `training-job.fit`"],
    },
    Row {
        wrong: "endpoints that do not let the job's group in",
        sound: "training",
        edits: &[("  { from = \"group:ml\", ports = 443 },\n", "")],
        told: &["warning sm.endpoint-group `training-job.fit`"],
    },
    Row {
        wrong: "endpoints that do not let the domain's group in",
        sound: "studio",
        edits: &[("{ from = \"group:ml\", ports = 443 }", "{ from = \"self\", ports = 443 }")],
        told: &["error sm.endpoint-group `domain.studio`"],
    },
    Row {
        wrong: "endpoints that let one subnet of two in",
        sound: "studio",
        edits: &[("{ from = \"group:ml\", ports = 443 }", "{ from = \"10.0.0.0/22\", ports = 443 }")],
        told: &["error sm.endpoint-group `domain.studio`"],
    },
    Row {
        wrong: "an endpoint that takes the name and lets nobody in, beside NAT",
        sound: "nat-training",
        edits: &[(
            "[sagemaker.vpc-configs.ml]",
            "[security-groups.endpoints]\n\n[endpoints.sts]\ntiers = [\"ml\"]\nsecurity-groups = [\"endpoints\"]\n\n[sagemaker.vpc-configs.ml]",
        )],
        told: &["warning sm.endpoint-group `training-job.fit`"],
    },
    Row {
        wrong: "no replies of S3 past the ACL",
        sound: "training",
        edits: &[("  { rule = 300, allow = \"tcp\", ports = \"1024-65535\", from = \"s3\" },\n", "")],
        told: &["error sm.acl-replies `training-job.fit`"],
    },
    Row {
        wrong: "half of the ports of S3's replies past the ACL",
        sound: "training",
        edits: &[("ports = \"1024-65535\", from = \"s3\"", "ports = \"1024-49151\", from = \"s3\"")],
        told: &["error sm.acl-replies `training-job.fit`"],
    },
    Row {
        wrong: "a denial before the replies of S3",
        sound: "training",
        edits: &[(
            "  { rule = 200, allow = \"tcp\", ports = \"1024-65535\", from = \"tier:services\" },",
            "  { rule = 200, allow = \"tcp\", ports = \"1024-65535\", from = \"tier:services\" },\n  { rule = 280, deny = \"tcp\", ports = \"40000-41000\", from = \"52.217.0.0/16\" },",
        )],
        told: &["error sm.acl-replies `training-job.fit`"],
    },
    Row {
        wrong: "no requests to S3 past the ACL",
        sound: "distributed",
        edits: &[("  { rule = 300, allow = \"tcp\", ports = 443, to = \"s3\" },\n", "")],
        told: &["error sm.acl-requests `training-job.wide`"],
    },
    Row {
        wrong: "no requests to the endpoints past the ACL",
        sound: "training",
        edits: &[("  { rule = 200, allow = \"tcp\", ports = 443, to = \"tier:services\" },\n", "")],
        told: &["warning sm.acl-requests `training-job.fit`"],
    },
    Row {
        wrong: "no replies of the endpoints past the ACL",
        sound: "training",
        edits: &[(
            "  { rule = 200, allow = \"tcp\", ports = \"1024-65535\", from = \"tier:services\" },\n",
            "",
        )],
        told: &["warning sm.acl-replies `training-job.fit`"],
    },
    Row {
        wrong: "an ACL that lets no requests in to the endpoints",
        sound: "studio",
        edits: &[(
            "ports = 443, from = [\"tier:ml\", \"tier:fabric\"]",
            "ports = 443, from = \"tier:fabric\"",
        )],
        told: &["error sm.acl-requests `domain.studio`"],
    },
    Row {
        wrong: "an ACL that lets no replies out of the endpoints",
        sound: "studio",
        edits: &[(
            "ports = \"1024-65535\", to = [\"tier:ml\", \"tier:fabric\"]",
            "ports = \"1024-65535\", to = \"tier:fabric\"",
        )],
        told: &["error sm.acl-replies `domain.studio`"],
    },
    Row {
        wrong: "an ACL that remembers nobody",
        sound: "efa",
        edits: &[(
            "[security-groups.ml]\n",
            "[tiers.fabric.network-acl]\noutbound = [{ rule = 100, allow = \"all\", to = \"internet\" }]\n\n[security-groups.ml]\n",
        )],
        told: &["error sm.acl-replies `training-job.fabric`", "warning sm.acl-replies `training-job.fabric`"],
    },
    Row {
        wrong: "instances that do not let one another in",
        sound: "distributed",
        edits: &[("  { from = \"self\", protocol = \"all\" },\n", "")],
        told: &["error sm.self-mesh `training-job.wide`"],
    },
    Row {
        wrong: "instances that do not go out to one another",
        sound: "distributed",
        edits: &[("  { to = \"self\", protocol = \"all\" },\n", "")],
        told: &["error sm.self-mesh `training-job.wide`"],
    },
    Row {
        wrong: "network isolation leaves the instances one another",
        sound: "distributed",
        edits: &[
            ("  { from = \"self\", protocol = \"all\" },\n", ""),
            ("enable-inter-container-traffic-encryption = true", "enable-network-isolation = true"),
        ],
        told: &["error sm.self-mesh `training-job.wide`"],
    },
    Row {
        wrong: "encryption between containers takes more than tcp",
        sound: "distributed",
        edits: &[("{ from = \"self\", protocol = \"all\" }", "{ from = \"self\", ports = \"all\" }")],
        told: &["warning sm.self-mesh `training-job.wide`"],
    },
    Row {
        wrong: "some ports among instances",
        sound: "nat-distributed",
        edits: &[("{ from = \"self\", protocol = \"all\" }", "{ from = \"self\", ports = \"1024-65535\" }")],
        told: &["warning sm.self-mesh `training-job.wide`"],
    },
    Row {
        wrong: "a processing job that does not let its instances in",
        sound: "processing",
        edits: &[("  { from = \"self\", protocol = \"all\" },\n", "")],
        told: &["warning sm.self-mesh `processing-job.clean`"],
    },
    Row {
        wrong: "EFA takes more than tcp",
        sound: "efa",
        edits: &[("{ to = \"self\", protocol = \"all\" }", "{ to = \"self\", ports = \"all\" }")],
        told: &["error sm.self-mesh `training-job.fabric`"],
    },
    Row {
        wrong: "EFA takes a rule that names the group",
        sound: "efa",
        edits: &[("{ from = \"self\", protocol = \"all\" }", "{ from = \"vpc\", protocol = \"all\" }")],
        told: &["error sm.self-mesh `training-job.fabric`"],
    },
    Row {
        wrong: "EFA takes the rule in every group",
        sound: "efa",
        edits: &[
            (
                "tier = \"fabric\", security-groups = [\"ml\"]",
                "tier = \"fabric\", security-groups = [\"ml\", \"more\"]",
            ),
            ("[security-groups.endpoints]\n", "[security-groups.more]\n\n[security-groups.endpoints]\n"),
        ],
        told: &["warning sm.self-mesh `training-job.fabric`"],
    },
    Row {
        wrong: "EFA does not cross zones",
        sound: "efa",
        edits: &[("zones = [\"a\"]", "zones = [\"a\", \"b\"]")],
        told: &["warning sm.az-spread `training-job.fabric`"],
    },
    Row {
        wrong: "five addresses per instance with EFA",
        sound: "efa",
        edits: &[("cidr = \"10.0.32.0/20\"", "cidr = \"10.0.32.0/25\"")],
        told: &["error sm.ip-capacity `training-job.fabric`"],
    },
    Row {
        wrong: "two addresses per instance",
        sound: "distributed",
        edits: &[
            ("cidr = \"10.0.0.0/20\"", "cidr = \"10.0.0.0/26\""),
            ("instance-count = 4", "instance-count = 12"),
        ],
        told: &["error sm.ip-capacity `training-job.wide`"],
    },
    Row {
        wrong: "two addresses per instance that serves",
        sound: "hosting",
        edits: &[
            ("cidr = \"10.0.0.0/20\"", "cidr = \"10.0.0.0/26\""),
            ("initial-instance-count = 2", "initial-instance-count = 12"),
        ],
        told: &["error sm.ip-capacity `model.scorer`"],
    },
    Row {
        wrong: "room for each and not for all",
        sound: "everything",
        edits: &[("cidr = \"10.0.0.0/20\"", "cidr = \"10.0.0.0/26\"")],
        told: &["warning sm.ip-capacity `domain.studio`"],
    },
    Row {
        wrong: "hosting in one zone",
        sound: "hosting",
        edits: &[("[tiers.ml]\n", "[tiers.ml]\nzones = [\"a\"]\n")],
        told: &["error sm.az-spread `model.scorer`"],
    },
    Row {
        wrong: "apps that do not reach their kernels",
        sound: "studio",
        edits: &[("{ from = \"self\", protocol = \"all\" }", "{ from = \"self\", ports = 2049 }")],
        told: &["error sm.kernel `domain.studio`"],
    },
    Row {
        wrong: "apps that do not reach their home directories",
        sound: "studio",
        edits: &[("{ to = \"self\", protocol = \"all\" }", "{ to = \"self\", ports = \"8192-65535\" }")],
        told: &["warning sm.efs `domain.studio`"],
    },
    Row {
        wrong: "a job that does not reach its file system",
        sound: "training",
        edits: &[
            ("  { to = \"self\", protocol = \"all\" },\n", ""),
            (
                "output-data-config = ",
                "input-data-config = [{ channel-name = \"train\", data-source = { file-system-data-source = { file-system-id = \"fs-0abc\", file-system-type = \"EFS\", file-system-access-mode = \"ro\", directory-path = \"/\" } } }]\noutput-data-config = ",
            ),
        ],
        told: &["error sm.efs `training-job.fit`"],
    },
    Row {
        wrong: "a notebook with a way of its own",
        sound: "notebook",
        edits: &[("direct-internet-access = \"Disabled\"", "direct-internet-access = \"Enabled\"")],
        told: &["warning sm.no-internet `notebook.desk`"],
    },
    Row {
        wrong: "a domain with a way of its own",
        sound: "studio",
        edits: &[(
            "app-network-access-type = \"VpcOnly\"",
            "app-network-access-type = \"PublicInternetOnly\"",
        )],
        told: &["warning sm.no-internet `domain.studio`"],
    },
];
