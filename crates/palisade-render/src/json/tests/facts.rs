//! All fields of all kinds.

use palisade_core::Network;

use crate::json;
use crate::worlds::{dual_stack, private_training};

fn all_fields(network: &Network) -> String {
    let of_one_zone = network.resources.iter().filter(|(key, _)| !key.name.ends_with("@b"));
    let facts = of_one_zone.map(|(key, spec)| {
        let facts = json::facts::of(spec).into_iter().map(|(name, value)| format!("  {name} = {value}\n"));
        format!("{key}\n{}", facts.collect::<String>())
    });
    facts.collect()
}

/// What is wanted of a new object is named as a difference would name it.
#[test]
fn all_fields_of_every_kind() {
    insta::assert_snapshot!(all_fields(&private_training()), @"
    vpc.main
      cidr = 10.40.0.0/16
      dns-support = true
      dns-hostnames = true
      default group = empty
    subnet.app@a
      vpc = vpc.main
      cidr = 10.40.16.0/22
      zone = eu-west-1a
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.app@a
    subnet.public@a
      vpc = vpc.main
      cidr = 10.40.0.0/22
      zone = eu-west-1a
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.public
    subnet.training@a
      vpc = vpc.main
      cidr = 10.40.64.0/22
      zone = eu-west-1a
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.training
      network-acl = network-acl.training
    igw.main
      vpc = vpc.main
    eip.nat@a
    nat.main@a
      subnet = subnet.public@a
      address = eip.nat@a
    route-table.app@a
      vpc = vpc.main
      route 0.0.0.0/0 = nat.main@a
    route-table.public
      vpc = vpc.main
      route 0.0.0.0/0 = igw.main
    route-table.training
      vpc = vpc.main
    network-acl.training
      vpc = vpc.main
      inbound 100 = allow all 10.40.64.0/18
      inbound 200 = allow tcp 1024-65535 52.218.0.0/17
      outbound 100 = allow all 10.40.64.0/18
      outbound 200 = allow tcp 443 52.218.0.0/17
    security-group.endpoints
      vpc = vpc.main
      description = endpoints
      inbound tcp 443 from security-group.training = allowed
    security-group.training
      vpc = vpc.main
      description = training containers
      inbound all from security-group.training = allowed
      outbound all to security-group.training = allowed: between the workers
      outbound tcp 443 to security-group.endpoints = allowed
    endpoint.s3
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.s3
      type = gateway
      policy = full access
      route-table = route-table.app@a
      route-table = route-table.app@b
      route-table = route-table.training
    endpoint.sagemaker.api
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.sagemaker.api
      type = interface
      policy = full access
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.endpoints
      private-dns = true
    endpoint.sts
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.sts
      type = interface
      policy = full access
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.endpoints
      private-dns = true
    ");
}

#[test]
fn all_fields_of_the_kinds_of_a_dual_stack_network() {
    insta::assert_snapshot!(all_fields(&dual_stack()), @"
    vpc.main
      cidr = 10.60.0.0/16
      secondary-cidr = 100.64.0.0/16
      ipv6 = Amazon's
      dns-support = true
      dns-hostnames = true
      dhcp = dhcp.main
      default group = empty
      default ACL = empty
    subnet.app@a
      vpc = vpc.main
      cidr = 10.60.16.0/20
      zone = eu-west-1a
      ipv6 = ipv6-slot(1)
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.app@a
    subnet.public@a
      vpc = vpc.main
      cidr = 10.60.0.0/20
      zone = eu-west-1a
      ipv6 = ipv6-slot(0)
      assign-ipv6 = true
      public-ip-on-launch = false
      route-table = route-table.public
    subnet.training@a
      vpc = vpc.main
      cidr = 100.64.0.0/20
      zone = eu-west-1a
      ipv6 = ipv6-slot(3)
      assign-ipv6 = false
      public-ip-on-launch = false
      route-table = route-table.training
      network-acl = network-acl.training
    igw.main
      vpc = vpc.main
    eigw.main
      vpc = vpc.main
    eip.nat@a
    nat.main@a
      subnet = subnet.public@a
      address = eip.nat@a
    route-table.app@a
      vpc = vpc.main
      route 0.0.0.0/0 = nat.main@a
      route ::/0 = eigw.main
    route-table.public
      vpc = vpc.main
      route 0.0.0.0/0 = igw.main
      route ::/0 = igw.main
    route-table.training
      vpc = vpc.main
    network-acl.training
      vpc = vpc.main
      inbound 100 = allow all 100.64.0.0/19
      inbound 101 = allow all ipv6-slot(3)
      inbound 102 = allow all ipv6-slot(4)
      outbound 100 = allow all 100.64.0.0/19
      outbound 101 = allow all ipv6-slot(3)
      outbound 102 = allow all ipv6-slot(4)
    security-group.endpoints
      vpc = vpc.main
      description = endpoints
      inbound tcp 443 from security-group.training = allowed
    security-group.training
      vpc = vpc.main
      description = training containers
      inbound all from security-group.training = allowed
      inbound tcp 22 from prefix-list.corp = allowed: from the office
      outbound tcp 443 to ipv6-prefix = allowed
      outbound tcp 443 to security-group.endpoints = allowed
    endpoint.sts
      vpc = vpc.main
      service = com.amazonaws.eu-west-1.sts
      type = interface
      policy = full access
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.endpoints
      private-dns = true
    prefix-list.corp
      family = IPv4
      max-entries = 5
      entry 192.0.2.0/24 = listed: office
      entry 198.51.100.0/24 = listed
    dhcp.main
      domain-name = corp.example
      name-servers = 10.0.0.2, AmazonProvidedDNS
    flow-log.vpc
      vpc = vpc.main
      to = log-group:/vpc/lab
      role = arn:aws:iam::111122223333:role/flow-logs
      traffic = all
      interval = 600
    ");
}
