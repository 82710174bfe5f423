//! The stable names of all mistakes and warnings: one table, from which the reference is written.

macro_rules! codes {
    ($($name:ident = $code:literal: $meaning:literal;)*) => {
        $(pub(crate) const $name: &str = $code;)*

        /// Every code with what it means.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    // The text and its shape.
    BLUEPRINT_FILE = "blueprint-file": "the blueprint cannot be read";
    SYNTAX = "syntax": "the file is not TOML";
    EXTENDS_FILE = "extends-file": "the base that a blueprint extends cannot be read";
    EXTENDS_ITSELF = "extends-itself": "a blueprint extends itself";
    EXTENDS_TWICE = "extends-twice": "a base extends another file";
    SET_SYNTAX = "set-syntax": "a `--set` has no `=`";
    SET_KEY = "set-key": "what a `--set` sets is no key, or none that can be set";
    SET_PATH = "set-path": "the key of a `--set` leads through what is no table";
    SET_VALUE = "set-value": "the value of a `--set` is neither TOML nor a text that its key takes";
    UNKNOWN_KEY = "unknown-key": "a table has a key that the language does not know there";
    MISSING_KEY = "missing-key": "a table lacks a key that it needs";
    WRONG_TYPE = "wrong-type": "a value is of another type than its key takes";
    UNKNOWN_WORD = "unknown-word": "a value is none of the words that its key takes";
    OUT_OF_RANGE = "out-of-range": "a number is too small or too large";
    EMPTY_LIST = "empty-list": "a list that needs something in it is empty";
    NAME_SYNTAX = "name-syntax": "a name has characters that names cannot have, or too many";
    NAME_LIKE_ID = "name-like-id": "a name looks like an AWS id of its kind";
    NAME_UNKNOWN = "name-unknown": "nothing in the blueprint has this name";
    NAMES_ALIKE = "names-alike": "two endpoints have names that become one in a variable";
    TWICE = "twice": "a list names the same thing twice";

    // The head.
    REGION_SYNTAX = "region-syntax": "the text is no AWS region";
    ACCOUNT_SYNTAX = "account-syntax": "the text is no AWS account number";
    TAG_RESERVED = "tag-reserved": "AWS or palisade keeps this tag to itself";
    TAG_LENGTH = "tag-length": "a tag's key or value is empty or too long for AWS";
    TAG_PLUS = "tag-plus": "a tag's key has a `+`, which palisade needs to tell its tags apart";
    TAG_CHARACTER = "tag-character": "SageMaker does not take a character of a tag";
    TAGS_TOO_MANY = "tags-too-many": "there are more tags than AWS leaves room for";

    // Addresses.
    CIDR_SYNTAX = "cidr-syntax": "the text is no CIDR block";
    CIDR_HOST_BITS = "cidr-host-bits": "a block does not begin where its length says";
    CIDR_FAMILY = "cidr-family": "a block is IPv6 where IPv4 is needed";
    CIDR_RESERVED = "cidr-reserved": "AWS has no VPCs in these addresses";
    VPC_SIZE = "vpc-size": "a VPC is larger than /16 or smaller than /28";
    DOCKER_BRIDGE = "docker-bridge": "the addresses overlap those that containers use inside of their host";
    CIDRS_OVERLAP = "cidrs-overlap": "two blocks of the VPC share addresses";
    CIDR_RANGE = "cidr-range": "AWS does not take a block of this range beside the VPC's primary one";
    CIDRS_TOO_MANY = "cidrs-too-many": "the VPC has more blocks than AWS takes";
    IPV6_OFF = "ipv6-off": "the VPC has no IPv6";
    DHCP = "dhcp": "AWS does not take these DHCP options";
    FLOW_LOGS = "flow-logs": "AWS does not take these flow logs";
    KMS_KEY_SYNTAX = "kms-key-syntax": "the text is no key of KMS";
    ROLE_SYNTAX = "role-syntax": "the text is no ARN of a role";
    DEFAULT_ACL_CUTS = "default-acl-cuts": "a tier follows the default ACL, through which nothing may pass";
    OUTSIDE_INSIDE = "outside-inside": "a network that is said to be outside lies in the VPC";
    DNS_HOSTNAMES_ALONE = "dns-hostnames-alone": "host names need DNS support";

    // Zones and tiers.
    ZONE_SYNTAX = "zone-syntax": "the text is no availability zone";
    ZONE_ELSEWHERE = "zone-elsewhere": "an availability zone belongs to another region";
    ZONE_NOT_IN_VPC = "zone-not-in-vpc": "a tier names a zone that the VPC does not";
    ZONE_UNKNOWN = "zone-unknown": "the account has no such availability zone";
    NO_TIERS = "no-tiers": "a network without tiers";
    TIER_OUTSIDE_VPC = "tier-outside-vpc": "a tier's block is not inside the VPC's";
    TIERS_OVERLAP = "tiers-overlap": "two tiers share addresses";
    SLOTS_NOT_A_POWER = "slots-not-a-power": "a block is cut in two again and again, so `slots` is a power of two";
    SLOTS_TOO_FEW = "slots-too-few": "a tier has more zones than slots";
    SLOTS_CHANGED = "slots-changed": "a tier that is built was cut into other slots";
    SIZE_AND_CIDR = "size-and-cidr": "a tier says both where it is and how large";
    NO_ROOM = "no-room": "the VPC has no room for a tier";
    SUBNET_SIZE = "subnet-size": "a subnet would be larger than /16 or smaller than /28";

    // What exists already, and what is said about keys.
    EXISTING_SYNTAX = "existing-syntax": "the text is no AWS id of its kind";
    EXISTING_FIELD = "existing-field": "what exists already cannot be chosen";
    EXISTING_MISSING = "existing-missing": "the account has no such thing, or not where it should be";
    GROUP_UNSEEN = "group-unseen": "a rule names a security group that this account does not see";
    EXISTING_DIFFERS = "existing-differs": "what exists already is not as the blueprint says";
    KEY_SYNTAX = "key-syntax": "the text is no key of an object";
    MOVED_TWICE = "moved-twice": "two renames are from or to the same thing";
    MOVED_NAME = "moved-name": "what is renamed is known to AWS by its name";
    MOVED_KIND = "moved-kind": "a rename goes from one kind to another";
    MOVED_NOWHERE = "moved-nowhere": "a rename leads to nothing that the blueprint has";
    MOVED_STAYS = "moved-stays": "what is renamed is still in the blueprint under its old name";
    PROTECT_UNKNOWN = "protect-unknown": "what is protected is not in the blueprint";

    // Routes and NAT.
    NAT_MISSING = "nat-missing": "a tier routes through NAT, but no tier has NAT gateways";
    NAT_ZONE_MISSING = "nat-zone-missing": "a tier routes through NAT in a zone that has no NAT gateway";
    NAT_MISPLACED = "nat-misplaced": "NAT gateways stand in an internet tier only";
    NAT_TWICE = "nat-twice": "more than one tier has NAT gateways";
    NAT_ADDRESSES = "nat-addresses": "the addresses of NAT gateways do not fit them";
    NAT_UNUSED = "nat-unused": "NAT gateways that no tier routes through are paid for";
    ROUTE_VIA = "route-via": "the text is no gateway that a route can lead to";
    ROUTE_TWICE = "route-twice": "two routes of a tier have the same destination";
    ROUTE_DEFAULT = "route-default": "a default route contradicts the tier's `route`";
    ROUTE_LOCAL = "route-local": "a route's destination lies inside the VPC";

    // Rules.
    RULE_ACTION = "rule-action": "an ACL rule either allows or denies";
    PORTS_SYNTAX = "ports-syntax": "the text is no port or range of ports";
    PORTS_MISSING = "ports-missing": "tcp and udp need ports";
    PORTS_MISPLACED = "ports-misplaced": "only tcp and udp have ports";
    ICMP_MISPLACED = "icmp-misplaced": "only icmp has types and codes";
    ICMP_CODE_ALONE = "icmp-code-alone": "a code means nothing without its type";
    ICMP_FAMILY = "icmp-family": "icmp is IPv4's and icmpv6 is IPv6's";
    PEER_SYNTAX = "peer-syntax": "the text is no peer of a rule";
    PEER_MISPLACED = "peer-misplaced": "AWS does not take this kind of peer here";
    RULE_TWICE = "rule-twice": "two rules become the same AWS rule";
    RULE_SHADOWED = "rule-shadowed": "an earlier ACL rule decides about every such packet";
    RULE_NUMBER_TWICE = "rule-number-twice": "two ACL rules of one direction have the same number";
    RULE_GAP = "rule-gap": "an ACL rule becomes more entries than there are numbers up to the next rule";
    ACL_QUOTA = "acl-quota": "an ACL has more entries than AWS takes";
    GROUP_QUOTA = "group-quota": "a security group has more rules than AWS takes";
    QUOTA = "quota": "there are more subnets, routes, elastic IPs or prefix lists than AWS takes";
    QUOTA_UNREAD = "quota-unread": "the account's own quotas could not be read, and the declared ones hold";
    DESCRIPTION = "description": "AWS does not take this text as a description";
    PREFIX_LIST_UNKNOWN = "prefix-list-unknown": "AWS has no prefix list of this service in the region";

    PREFIX_LIST_FAMILY = "prefix-list-family": "a prefix list has blocks of both address families";
    PREFIX_LIST_SIZE = "prefix-list-size": "a prefix list has more entries than room, or more than AWS takes";

    // Endpoints.
    ENDPOINT_TYPE = "endpoint-type": "the service has no endpoint of this type";
    ENDPOINT_FIELD = "endpoint-field": "endpoints of this type do not have this key";
    ENDPOINT_GROUPS = "endpoint-groups": "an interface endpoint carries one to five security groups";
    ON_THE_WAY = "on-the-way": "AWS takes both ends of a change, and not what is there in between";
    ENDPOINT_QUOTA = "endpoint-quota": "there are more interface endpoints than AWS takes";
    ENDPOINT_TABLES = "endpoint-tables": "a gateway endpoint would change route tables that are somebody else's";
    SET_NAME = "set-name": "an endpoint has the name of another service's in a set";
    SERVICE_NAME = "service-name": "PrivateLink has another name for the service, or several";
    SERVICE_ELSEWHERE = "service-elsewhere": "a service's name is of another region";
    PRIVATE_DNS_OFF = "private-dns-off": "private DNS needs the VPC's DNS";
    PRIVATE_DNS_TWICE = "private-dns-twice": "two endpoints give the same name private DNS";
    PRIVATE_DNS_S3 = "private-dns-s3": "private DNS of an S3 interface needs an S3 gateway beside it";
    GATEWAY_TWICE = "gateway-twice": "two gateway endpoints of one service share a tier";
    POLICY_FILE = "policy-file": "the policy's file cannot be read";
    POLICY_SYNTAX = "policy-syntax": "the text is no policy";
    POLICY_STATEMENT = "policy-statement": "AWS would refuse a statement of the policy";
    POLICY_SIZE = "policy-size": "a policy is longer than AWS takes";
    S3_ANY_BUCKET = "s3-any-bucket": "without a policy any bucket is a way out";

    // SageMaker.
    VPC_CONFIG = "vpc-config": "SageMaker does not take this place in the network";
    OUTSIDE_THE_NETWORK = "outside-the-network": "what has no `vpc-config` runs where nothing of the network holds";
    HOSTING_ZONES = "hosting-zones": "a model can run in one zone only";
    HOME_EFS = "home-efs": "a domain does not say what becomes of its home directories";
    NOTEBOOK_ZONE = "notebook-zone": "a notebook instance is to stand in a zone in which its place has no subnet";
    VARIANT = "variant": "the variants of an endpoint configuration do not fit together";
    SPOT_WAIT = "spot-wait": "a job on spare machines does not say how long it may wait for them";
    FIELDS_EXCLUDE = "fields-exclude": "of these fields only one can be there";
    LIST_SIZE = "list-size": "a list has fewer or more entries than SageMaker takes";
    TEXT_MAP = "text-map": "a variable or a parameter has a name or a value that SageMaker does not take";
    S3_URI_SYNTAX = "s3-uri-syntax": "the text is no place in S3";
    INSTANCE_TYPE = "instance-type": "the text is no machine of SageMaker";
    ARN_SYNTAX = "arn-syntax": "the text is no ARN";
    // Guarantees.
    GUARANTEE_END = "guarantee-end": "a guarantee speaks of packets that there are not, or are no business of the VPC";
    GUARANTEE_GROUPS = "guarantee-groups": "a guarantee lacks the groups of its interfaces, or names some where there are none";
    GUARANTEE_VIA = "guarantee-via": "`only-via` and `via` belong together";

    // The policy pack.
    POLICY_CONTROL = "policy-control": "the policy pack has no control of this id";
    POLICY_REASON = "policy-reason": "a finding is allowed without a reason";
}

/// Returns whether a code says that the account lacks something, which is no mistake in itself.
pub fn is_about_account(code: &str) -> bool {
    [EXISTING_MISSING, GROUP_UNSEEN, PREFIX_LIST_UNKNOWN, ZONE_UNKNOWN].contains(&code)
}
