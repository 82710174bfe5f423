//! The ids of one network in every format.

use palisade_core::kinds::sagemaker::VpcConfig;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::{Kind, Live};

use super::{NoVpcConfig, Outputs, VpcConfigIds, WorkloadIds};
use crate::style::Style;
use crate::worlds::{
    World, dual_stack, group, hosting, jobs, key, minimal, notebook, private_training, studio, training,
};

mod workloads;

fn outputs() -> Outputs {
    Outputs::new(&World::made(private_training()).live)
}

fn dual_stack_outputs() -> Outputs {
    Outputs::new(&World::made(dual_stack()).live)
}

#[test]
fn for_people() {
    insta::assert_snapshot!(outputs().human(Style::plain(100)), @"
    VPC                      vpc-00000000000000001
    internet gateway         igw-00000000000000011
    NAT gateways      a      nat-00000000000000014
    elastic IPs       nat@a  eipalloc-00000000000000012  public-ip-00000000000000013

    tier app
      subnets         a      subnet-00000000000000005
                      b      subnet-00000000000000007
      route tables    a      rtb-00000000000000015
                      b      rtb-00000000000000016

    tier public
      subnets         a      subnet-00000000000000009
                      b      subnet-0000000000000000b
      route tables    a      rtb-00000000000000017
                      b      rtb-00000000000000017

    tier training
      subnets         a      subnet-0000000000000000d
                      b      subnet-0000000000000000f
      route tables    a      rtb-00000000000000018
                      b      rtb-00000000000000018
      network ACL            acl-00000000000000019

    security groups
      endpoints              sg-0000000000000001a
      training               sg-0000000000000001b

    endpoints
      s3                     vpce-0000000000000001c
      sagemaker.api          vpce-0000000000000001d
      sts                    vpce-0000000000000001e
    ");
}

#[test]
fn for_shells() {
    insta::assert_snapshot!(outputs().dotenv(), @"
    PALISADE_VPC_ID=vpc-00000000000000001
    PALISADE_INTERNET_GATEWAY_ID=igw-00000000000000011
    PALISADE_NAT_GATEWAY_IDS=nat-00000000000000014
    PALISADE_ELASTIC_IP_IDS=eipalloc-00000000000000012
    PALISADE_PUBLIC_IPS=public-ip-00000000000000013
    PALISADE_TIER_APP_SUBNET_IDS=subnet-00000000000000005,subnet-00000000000000007
    PALISADE_TIER_APP_ROUTE_TABLE_IDS=rtb-00000000000000015,rtb-00000000000000016
    PALISADE_TIER_PUBLIC_SUBNET_IDS=subnet-00000000000000009,subnet-0000000000000000b
    PALISADE_TIER_PUBLIC_ROUTE_TABLE_IDS=rtb-00000000000000017
    PALISADE_TIER_TRAINING_SUBNET_IDS=subnet-0000000000000000d,subnet-0000000000000000f
    PALISADE_TIER_TRAINING_ROUTE_TABLE_IDS=rtb-00000000000000018
    PALISADE_TIER_TRAINING_NETWORK_ACL_ID=acl-00000000000000019
    PALISADE_SECURITY_GROUP_ENDPOINTS_ID=sg-0000000000000001a
    PALISADE_SECURITY_GROUP_TRAINING_ID=sg-0000000000000001b
    PALISADE_ENDPOINT_S3_ID=vpce-0000000000000001c
    PALISADE_ENDPOINT_SAGEMAKER_API_ID=vpce-0000000000000001d
    PALISADE_ENDPOINT_STS_ID=vpce-0000000000000001e
    ");
}

#[test]
fn for_terraform() {
    insta::assert_snapshot!(outputs().tfvars(), @r#"
    vpc_id                        = "vpc-00000000000000001"
    internet_gateway_id           = "igw-00000000000000011"
    tier_app_subnet_ids           = ["subnet-00000000000000005", "subnet-00000000000000007"]
    tier_app_route_table_ids      = ["rtb-00000000000000015", "rtb-00000000000000016"]
    tier_public_subnet_ids        = ["subnet-00000000000000009", "subnet-0000000000000000b"]
    tier_public_route_table_ids   = ["rtb-00000000000000017"]
    tier_training_subnet_ids      = ["subnet-0000000000000000d", "subnet-0000000000000000f"]
    tier_training_route_table_ids = ["rtb-00000000000000018"]
    tier_training_network_acl_id  = "acl-00000000000000019"
    nat_gateway_ids = {
      a = "nat-00000000000000014"
    }
    elastic_ip_ids = {
      "nat@a" = "eipalloc-00000000000000012"
    }
    public_ips = ["public-ip-00000000000000013"]
    security_group_ids = {
      endpoints = "sg-0000000000000001a"
      training  = "sg-0000000000000001b"
    }
    endpoint_ids = {
      s3              = "vpce-0000000000000001c"
      "sagemaker.api" = "vpce-0000000000000001d"
      sts             = "vpce-0000000000000001e"
    }
    "#);
}

#[test]
fn for_machines() {
    insta::assert_snapshot!(crate::json::outputs(&outputs()), @r#"
    {
      "format_version": 1,
      "vpc": "vpc-00000000000000001",
      "vpc_ipv6_prefix": null,
      "internet_gateway": "igw-00000000000000011",
      "egress_only_gateway": null,
      "nat_gateways": {
        "a": "nat-00000000000000014"
      },
      "elastic_ips": {
        "nat@a": {
          "id": "eipalloc-00000000000000012",
          "public_ip": "public-ip-00000000000000013"
        }
      },
      "tiers": {
        "app": {
          "subnets": {
            "a": "subnet-00000000000000005",
            "b": "subnet-00000000000000007"
          },
          "ipv6_blocks": {},
          "route_tables": {
            "a": "rtb-00000000000000015",
            "b": "rtb-00000000000000016"
          },
          "network_acl": null
        },
        "public": {
          "subnets": {
            "a": "subnet-00000000000000009",
            "b": "subnet-0000000000000000b"
          },
          "ipv6_blocks": {},
          "route_tables": {
            "a": "rtb-00000000000000017",
            "b": "rtb-00000000000000017"
          },
          "network_acl": null
        },
        "training": {
          "subnets": {
            "a": "subnet-0000000000000000d",
            "b": "subnet-0000000000000000f"
          },
          "ipv6_blocks": {},
          "route_tables": {
            "a": "rtb-00000000000000018",
            "b": "rtb-00000000000000018"
          },
          "network_acl": "acl-00000000000000019"
        }
      },
      "prefix_lists": {},
      "security_groups": {
        "endpoints": "sg-0000000000000001a",
        "training": "sg-0000000000000001b"
      },
      "endpoints": {
        "s3": "vpce-0000000000000001c",
        "sagemaker.api": "vpce-0000000000000001d",
        "sts": "vpce-0000000000000001e"
      },
      "sagemaker": {
        "domains": {},
        "user_profiles": {},
        "notebook_instances": {},
        "models": {},
        "endpoint_configs": {},
        "endpoints": {},
        "training_jobs": {},
        "processing_jobs": {}
      }
    }
    "#);
}

#[test]
fn without_gateways_and_endpoints() {
    insta::assert_snapshot!(Outputs::new(&World::made(minimal()).live).human(Style::plain(100)), @"
    VPC                vpc-00000000000000001

    tier training
      subnets       a  subnet-00000000000000005
                    b  subnet-00000000000000007
      route tables  a  rtb-00000000000000009
                    b  rtb-00000000000000009
      network ACL      acl-0000000000000000a

    security groups
      training         sg-0000000000000000b
    ");
}

#[test]
fn nothing_yet() {
    let outputs = Outputs::new(&Live::default());
    insta::assert_snapshot!(outputs.human(Style::plain(100)), @"There is nothing yet: `palisade apply` makes it.");
    assert_eq!(outputs.dotenv(), "");
    assert_eq!(outputs.tfvars(), "");
}

#[test]
fn neither_elders_nor_what_is_foreign() {
    let mut world = World::made(minimal());
    world.live.insert_foreign("sg-0abc", group("by hand", &[], &[]));
    world.edit("security-group.training", |it: &mut SecurityGroup| it.description = "workers".to_owned());
    world.run_until("CreateSecurityGroup");
    let current = world.live.object(&key("security-group.training")).expect("it is there").id.clone();
    let groups: Vec<String> = Outputs::new(&world.live).security_groups.into_values().collect();
    assert_eq!(groups, [current]);
}

#[test]
fn ipv6_and_lists_for_people() {
    insta::assert_snapshot!(dual_stack_outputs().human(Style::plain(100)), @"
    VPC                         vpc-00000000000000005
    IPv6 prefix                 2600:1f18:0:900::/56
    internet gateway            igw-0000000000000001b
    egress-only gateway         eigw-0000000000000001c
    NAT gateways         a      nat-0000000000000001d
    elastic IPs          nat@a  eipalloc-00000000000000001  public-ip-00000000000000002

    tier app
      subnets            a      subnet-0000000000000000c
                         b      subnet-0000000000000000f
      IPv6 blocks        a      2600:1f18:0:901::/64
                         b      2600:1f18:0:902::/64
      route tables       a      rtb-0000000000000001e
                         b      rtb-0000000000000001f

    tier public
      subnets            a      subnet-00000000000000012
      IPv6 blocks        a      2600:1f18:0:900::/64
      route tables       a      rtb-00000000000000020

    tier training
      subnets            a      subnet-00000000000000015
                         b      subnet-00000000000000018
      IPv6 blocks        a      2600:1f18:0:903::/64
                         b      2600:1f18:0:904::/64
      route tables       a      rtb-00000000000000021
                         b      rtb-00000000000000021
      network ACL               acl-00000000000000022

    prefix lists
      corp                      pl-00000000000000003

    security groups
      endpoints                 sg-00000000000000023
      training                  sg-00000000000000024

    endpoints
      sts                       vpce-00000000000000025
    ");
}

#[test]
fn ipv6_and_lists_for_shells() {
    insta::assert_snapshot!(dual_stack_outputs().dotenv(), @"
    PALISADE_VPC_ID=vpc-00000000000000005
    PALISADE_VPC_IPV6_PREFIX=2600:1f18:0:900::/56
    PALISADE_INTERNET_GATEWAY_ID=igw-0000000000000001b
    PALISADE_EGRESS_ONLY_GATEWAY_ID=eigw-0000000000000001c
    PALISADE_NAT_GATEWAY_IDS=nat-0000000000000001d
    PALISADE_ELASTIC_IP_IDS=eipalloc-00000000000000001
    PALISADE_PUBLIC_IPS=public-ip-00000000000000002
    PALISADE_TIER_APP_SUBNET_IDS=subnet-0000000000000000c,subnet-0000000000000000f
    PALISADE_TIER_APP_IPV6_BLOCKS=2600:1f18:0:901::/64,2600:1f18:0:902::/64
    PALISADE_TIER_APP_ROUTE_TABLE_IDS=rtb-0000000000000001e,rtb-0000000000000001f
    PALISADE_TIER_PUBLIC_SUBNET_IDS=subnet-00000000000000012
    PALISADE_TIER_PUBLIC_IPV6_BLOCKS=2600:1f18:0:900::/64
    PALISADE_TIER_PUBLIC_ROUTE_TABLE_IDS=rtb-00000000000000020
    PALISADE_TIER_TRAINING_SUBNET_IDS=subnet-00000000000000015,subnet-00000000000000018
    PALISADE_TIER_TRAINING_IPV6_BLOCKS=2600:1f18:0:903::/64,2600:1f18:0:904::/64
    PALISADE_TIER_TRAINING_ROUTE_TABLE_IDS=rtb-00000000000000021
    PALISADE_TIER_TRAINING_NETWORK_ACL_ID=acl-00000000000000022
    PALISADE_PREFIX_LIST_CORP_ID=pl-00000000000000003
    PALISADE_SECURITY_GROUP_ENDPOINTS_ID=sg-00000000000000023
    PALISADE_SECURITY_GROUP_TRAINING_ID=sg-00000000000000024
    PALISADE_ENDPOINT_STS_ID=vpce-00000000000000025
    ");
}

#[test]
fn ipv6_and_lists_for_terraform() {
    insta::assert_snapshot!(dual_stack_outputs().tfvars(), @r#"
    vpc_id                        = "vpc-00000000000000005"
    vpc_ipv6_prefix               = "2600:1f18:0:900::/56"
    internet_gateway_id           = "igw-0000000000000001b"
    egress_only_gateway_id        = "eigw-0000000000000001c"
    tier_app_subnet_ids           = ["subnet-0000000000000000c", "subnet-0000000000000000f"]
    tier_app_ipv6_blocks          = ["2600:1f18:0:901::/64", "2600:1f18:0:902::/64"]
    tier_app_route_table_ids      = ["rtb-0000000000000001e", "rtb-0000000000000001f"]
    tier_public_subnet_ids        = ["subnet-00000000000000012"]
    tier_public_ipv6_blocks       = ["2600:1f18:0:900::/64"]
    tier_public_route_table_ids   = ["rtb-00000000000000020"]
    tier_training_subnet_ids      = ["subnet-00000000000000015", "subnet-00000000000000018"]
    tier_training_ipv6_blocks     = ["2600:1f18:0:903::/64", "2600:1f18:0:904::/64"]
    tier_training_route_table_ids = ["rtb-00000000000000021"]
    tier_training_network_acl_id  = "acl-00000000000000022"
    nat_gateway_ids = {
      a = "nat-0000000000000001d"
    }
    elastic_ip_ids = {
      "nat@a" = "eipalloc-00000000000000001"
    }
    public_ips = ["public-ip-00000000000000002"]
    prefix_list_ids = {
      corp = "pl-00000000000000003"
    }
    security_group_ids = {
      endpoints = "sg-00000000000000023"
      training  = "sg-00000000000000024"
    }
    endpoint_ids = {
      sts = "vpce-00000000000000025"
    }
    "#);
}

#[test]
fn ipv6_and_lists_for_machines() {
    insta::assert_snapshot!(crate::json::outputs(&dual_stack_outputs()), @r#"
    {
      "format_version": 1,
      "vpc": "vpc-00000000000000005",
      "vpc_ipv6_prefix": "2600:1f18:0:900::/56",
      "internet_gateway": "igw-0000000000000001b",
      "egress_only_gateway": "eigw-0000000000000001c",
      "nat_gateways": {
        "a": "nat-0000000000000001d"
      },
      "elastic_ips": {
        "nat@a": {
          "id": "eipalloc-00000000000000001",
          "public_ip": "public-ip-00000000000000002"
        }
      },
      "tiers": {
        "app": {
          "subnets": {
            "a": "subnet-0000000000000000c",
            "b": "subnet-0000000000000000f"
          },
          "ipv6_blocks": {
            "a": "2600:1f18:0:901::/64",
            "b": "2600:1f18:0:902::/64"
          },
          "route_tables": {
            "a": "rtb-0000000000000001e",
            "b": "rtb-0000000000000001f"
          },
          "network_acl": null
        },
        "public": {
          "subnets": {
            "a": "subnet-00000000000000012"
          },
          "ipv6_blocks": {
            "a": "2600:1f18:0:900::/64"
          },
          "route_tables": {
            "a": "rtb-00000000000000020"
          },
          "network_acl": null
        },
        "training": {
          "subnets": {
            "a": "subnet-00000000000000015",
            "b": "subnet-00000000000000018"
          },
          "ipv6_blocks": {
            "a": "2600:1f18:0:903::/64",
            "b": "2600:1f18:0:904::/64"
          },
          "route_tables": {
            "a": "rtb-00000000000000021",
            "b": "rtb-00000000000000021"
          },
          "network_acl": "acl-00000000000000022"
        }
      },
      "prefix_lists": {
        "corp": "pl-00000000000000003"
      },
      "security_groups": {
        "endpoints": "sg-00000000000000023",
        "training": "sg-00000000000000024"
      },
      "endpoints": {
        "sts": "vpce-00000000000000025"
      },
      "sagemaker": {
        "domains": {},
        "user_profiles": {},
        "notebook_instances": {},
        "models": {},
        "endpoint_configs": {},
        "endpoints": {},
        "training_jobs": {},
        "processing_jobs": {}
      }
    }
    "#);
}

#[test]
fn names_cannot_break_out_of_their_line() {
    let mut outputs = Outputs::default();
    let (name, id) = ("a\"\nPATH=${x}".to_owned(), "sg-0abc".to_owned());
    outputs.security_groups.insert(name.clone(), id);
    outputs.tiers.entry(name).or_default().network_acl = Some("acl-0abc".to_owned());
    insta::assert_snapshot!(outputs.dotenv(), @"
    PALISADE_TIER_A__PATH___X__NETWORK_ACL_ID=acl-0abc
    PALISADE_SECURITY_GROUP_A__PATH___X__ID=sg-0abc
    ");
    insta::assert_snapshot!(outputs.tfvars(), @r#"
    tier_a__path___x__network_acl_id = "acl-0abc"
    security_group_ids = {
      "a\"�PATH=$${x}" = "sg-0abc"
    }
    "#);
}
