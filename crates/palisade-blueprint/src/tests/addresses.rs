//! Blocks, zones and slots.

use super::{check, lab, with_tiers};

#[test]
fn a_number_has_zeros_in_front() {
    check!(&lab("").replace("10.0.0.0/20", "010.0.0.0/20"), @r#"
    error[cidr-syntax]: `010.0.0.0/20` is no CIDR block: a number has zeros in front
     --> blueprint.toml:9:8
      |
    9 | cidr = "010.0.0.0/20"
      |        ^^^^^^^^^^^^^^
      |
      = help: write `10.0.0.0/20`
    "#);
}

#[test]
fn a_block_has_host_bits() {
    check!(&lab("").replace("10.0.0.0/20", "10.0.1.0/20"), @r#"
        error[cidr-host-bits]: `10.0.1.0/20` has host bits set
         --> blueprint.toml:9:8
          |
        9 | cidr = "10.0.1.0/20"
          |        ^^^^^^^^^^^^^
          |
          = help: write `10.0.0.0/20`
        "#);
}

#[test]
fn a_block_is_no_block() {
    check!(&lab("").replace("10.0.0.0/20", "10.0.0.0"), @r#"
        error[cidr-syntax]: `10.0.0.0` is no CIDR block
         --> blueprint.toml:9:8
          |
        9 | cidr = "10.0.0.0"
          |        ^^^^^^^^^^
          |
          = help: write `10.0.0.0/32` for the one address
        "#);
}

#[test]
fn a_block_is_nonsense() {
    check!(&lab("").replace("10.0.0.0/20", "10.0.0/20"), @r#"
        error[cidr-syntax]: `10.0.0/20` is no CIDR block
         --> blueprint.toml:9:8
          |
        9 | cidr = "10.0.0/20"
          |        ^^^^^^^^^^^
          |
          = help: write an address and a length, such as `10.40.0.0/16`
        "#);
}

#[test]
fn a_vpc_in_ipv6() {
    check!(&lab("").replace("10.0.0.0/16", "fd00::/48"), @r#"
        error[cidr-family]: `fd00::/48` is an IPv6 block
         --> blueprint.toml:5:8
          |
        5 | cidr = "fd00::/48"
          |        ^^^^^^^^^^^ IPv4 is needed here
          |
          = help: write an IPv4 block, such as `10.40.0.0/16`
        "#);
}

#[test]
fn a_vpc_is_too_large() {
    check!(&lab("").replace("10.0.0.0/16", "10.0.0.0/8"), @r#"
        error[vpc-size]: a VPC is /16 to /28, not /8
         --> blueprint.toml:5:8
          |
        5 | cidr = "10.0.0.0/8"
          |        ^^^^^^^^^^^^
          |
          = help: write `10.0.0.0/16`
        "#);
}

#[test]
fn a_vpc_is_too_small() {
    check!(&lab("").replace("10.0.0.0/16", "10.0.0.0/29"), @r#"
        error[vpc-size]: a VPC is /16 to /28, not /29
         --> blueprint.toml:5:8
          |
        5 | cidr = "10.0.0.0/29"
          |        ^^^^^^^^^^^^^
          |
          = help: take a larger block
        "#);
}

#[test]
fn a_vpc_is_where_none_can_be() {
    check!(&lab("").replace("10.0.0.0/16", "169.254.0.0/16"), @r#"
        error[cidr-reserved]: AWS has no VPCs in 169.254.0.0/16
         --> blueprint.toml:5:8
          |
        5 | cidr = "169.254.0.0/16"
          |        ^^^^^^^^^^^^^^^^
          |
          = help: take a private block, such as `10.40.0.0/16`
        "#);
}

#[test]
fn a_vpc_is_where_containers_are() {
    check!(&lab("").replace("10.0.", "172.17."), @r#"
        warning[docker-bridge]: `172.17.0.0/16` overlaps 172.17.0.0/16, Docker's own network inside of every host
         --> blueprint.toml:5:8
          |
        5 | cidr = "172.17.0.0/16"
          |        ^^^^^^^^^^^^^^^
          |
          = help: SageMaker's containers cannot reach what has such an address; take another block
        "#);
}

#[test]
fn host_names_without_dns() {
    check!(&lab("").replace("zones =", "dns-support = false\nzones ="), @r#"
        error[dns-hostnames-alone]: `dns-hostnames` needs `dns-support`
         --> blueprint.toml:6:15
          |
        6 | dns-support = false
          |               ^^^^^
          |
          = help: turn both on, or add `dns-hostnames = false`
        "#);
}

#[test]
fn zones_are_wrong() {
    check!(&lab("").replace("[\"a\", \"b\"]", "[\"A\", \"us-east-1a\", \"euw1-az1\", \"eu-west-1-lon-1a\", \"\"]"), @r#"
    error[zone-syntax]: `A` is no availability zone
     --> blueprint.toml:6:10
      |
    6 | zones = ["A", "us-east-1a", "euw1-az1", "eu-west-1-lon-1a", ""]
      |          ^^^
      |
      = help: write the letter after the region (`a`), the full name (`eu-west-1a`) or the id (`euw1-az1`)
    error[zone-elsewhere]: zone `us-east-1a` is not in region `eu-west-1`
     --> blueprint.toml:6:15
      |
    6 | zones = ["A", "us-east-1a", "euw1-az1", "eu-west-1-lon-1a", ""]
      |               ^^^^^^^^^^^^
      |
      = help: write `a`, or change `region`
    error[zone-syntax]: `eu-west-1-lon-1a` is a local zone, which palisade does not know
     --> blueprint.toml:6:41
      |
    6 | zones = ["A", "us-east-1a", "euw1-az1", "eu-west-1-lon-1a", ""]
      |                                         ^^^^^^^^^^^^^^^^^^
      |
      = help: take a zone of the region, such as `a`
    error[zone-syntax]: `` is no availability zone
     --> blueprint.toml:6:61
      |
    6 | zones = ["A", "us-east-1a", "euw1-az1", "eu-west-1-lon-1a", ""]
      |                                                             ^^
      |
      = help: write the letter after the region (`a`), the full name (`eu-west-1a`) or the id (`euw1-az1`)
    "#);
}

#[test]
fn a_zone_is_given_twice() {
    check!(&lab("").replace("[\"a\", \"b\"]", "[\"a\", \"eu-west-1a\"]"), @r#"
        error[twice]: zone `a` is given twice
         --> blueprint.toml:6:15
          |
        6 | zones = ["a", "eu-west-1a"]
          |          ---  ^^^^^^^^^^^^
          |          |
          |          here first
          |
          = help: leave one of them out
        "#);
}

#[test]
fn a_zone_is_not_the_vpcs() {
    check!(&lab("zones = [\"a\", \"c\"]\n"), @r#"
    error[zone-not-in-vpc]: zone `c` is not one of the VPC's
      --> blueprint.toml:10:15
       |
    10 | zones = ["a", "c"]
       |               ^^^
       |
       = help: add it to `zones` of `[vpc]`, which has `a` and `b`
    "#);
}

#[test]
fn a_tier_is_outside_of_the_vpc() {
    check!(&lab("").replace("10.0.0.0/20", "10.1.0.0/20"), @r#"
        error[tier-outside-vpc]: tier `app` is outside of the VPC
         --> blueprint.toml:9:8
          |
        5 | cidr = "10.0.0.0/16"
          |        ------------- the VPC's block
        ...
        9 | cidr = "10.1.0.0/20"
          |        ^^^^^^^^^^^^^ not inside 10.0.0.0/16
          |
          = help: take a block inside 10.0.0.0/16
        "#);
}

#[test]
fn tiers_overlap() {
    check!(&lab("[tiers.data]\nroute = \"isolated\"\ncidr = \"10.0.8.0/21\"\n"), @r#"
        error[tiers-overlap]: tiers `app` and `data` overlap
          --> blueprint.toml:12:8
           |
         9 | cidr = "10.0.0.0/20"
           |        ------------- `app` is here
        ...
        12 | cidr = "10.0.8.0/21"
           |        ^^^^^^^^^^^^^
           |
           = help: `10.0.16.0/21` is free
        "#);
}

#[test]
fn tiers_overlap_and_nothing_is_free() {
    check!(&lab("[tiers.data]\nroute = \"isolated\"\ncidr = \"10.0.0.0/16\"\n"), @r#"
        error[tiers-overlap]: tiers `app` and `data` overlap
          --> blueprint.toml:12:8
           |
         9 | cidr = "10.0.0.0/20"
           |        ------------- `app` is here
        ...
        12 | cidr = "10.0.0.0/16"
           |        ^^^^^^^^^^^^^
           |
           = help: take another block, or a smaller one
        "#);
}

#[test]
fn slots_are_no_power_of_two() {
    check!(&lab("slots = 3\n"), @r#"
        error[slots-not-a-power]: `slots` is a power of two, not 3
          --> blueprint.toml:10:9
           |
        10 | slots = 3
           |         ^
           |
           = help: write `slots = 4`; empty slots cost nothing
        "#);
}

#[test]
fn slots_are_too_few() {
    check!(&lab("slots = 1\n"), @r#"
        error[slots-too-few]: tier `app` has 2 zones and 1 slot
          --> blueprint.toml:10:9
           |
        10 | slots = 1
           |         ^
           |
           = help: write `slots = 2`
        "#);
}

#[test]
fn slots_are_too_few_by_default() {
    check!(&lab("").replace("[\"a\", \"b\"]", "[\"a\", \"b\", \"c\", \"d\", \"e\"]"), @r#"
        error[slots-too-few]: tier `app` has 5 zones and 4 slots
         --> blueprint.toml:7:1
          |
        7 | [tiers.app]
          | ^^^^^^^^^^^
          |
          = help: write `slots = 8`
        "#);
}

#[test]
fn subnets_are_too_small() {
    check!(&with_tiers("[tiers.app]\nroute = \"isolated\"\ncidr = \"10.0.0.0/24\"\nslots = 64\n"), @r#"
        error[subnet-size]: a subnet is /16 to /28; 64 slots of 10.0.0.0/24 are /30
          --> blueprint.toml:9:8
           |
         9 | cidr = "10.0.0.0/24"
           |        ^^^^^^^^^^^^^
        10 | slots = 64
           |         --
           |
           = help: take a larger block, or fewer slots
        "#);
}
