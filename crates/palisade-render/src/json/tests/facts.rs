//! All fields of all kinds.

use palisade_core::{Network, Owner};

use crate::json;
use crate::worlds::{World, dual_stack, hosting, jobs, notebook, private_training, studio};

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

#[test]
fn all_fields_of_what_runs_in_the_network() {
    let told = [studio(), notebook(), hosting(), jobs()].map(|mut network| {
        network.resources.retain(|key, _| key.kind.is_of_sagemaker());
        all_fields(&network)
    });
    let told = told.concat();
    assert!(!told.contains("hunter2"), "{told}");
    insta::assert_snapshot!(told, @"
    domain.studio
      vpc = vpc.main
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.training
      app-network-access-type = VpcOnly
      auth-mode = IAM
      default-user-settings.execution-role = arn:aws:iam::111122223333:role/ml
    user-profile.ann
      domain = domain.studio
    notebook.lab
      subnet = subnet.training@a
      security-group = security-group.training
      direct-internet-access = Disabled
      instance-type = ml.t3.medium
      role-arn = arn:aws:iam::111122223333:role/ml
    model.score
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.training
      enable-network-isolation = true
      execution-role-arn = arn:aws:iam::111122223333:role/ml
      primary-container.environment = API_TOKEN, MODE (not shown)
      primary-container.image = 111122223333.dkr.ecr.eu-west-1.amazonaws.com/score:1
    endpoint-config.score
      model = model.score
      production-variants[0].initial-instance-count = 2
      production-variants[0].instance-type = ml.m5.large
      production-variants[0].variant-name = all
    inference-endpoint.score
      endpoint-config = endpoint-config.score
    training-job.first
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.training
      algorithm-specification.training-image = train:1
      algorithm-specification.training-input-mode = File
      enable-inter-container-traffic-encryption = true
      hyper-parameters = epochs, wandb_key (not shown)
      input-data-config[0].channel-name = train
      input-data-config[1].channel-name = test
      resource-config.instance-count = 2
      resource-config.instance-type = ml.p4d.24xlarge
      resource-config.volume-kms-key-id = alias/ml
      role-arn = arn:aws:iam::111122223333:role/ml
    processing-job.clean
      subnet = subnet.training@a
      subnet = subnet.training@b
      security-group = security-group.training
      app-specification.container-arguments = 2 words (not shown)
      app-specification.image-uri = clean:1
      network-config.enable-network-isolation = false
      processing-resources.cluster-config.instance-count = 1
      processing-resources.cluster-config.instance-type = ml.m5.xlarge
    ");
}

#[test]
fn all_fields_of_what_aws_makes() {
    let live = World::made(studio()).live;
    let mut network = Network::empty("lab");
    let made = live.objects().iter().filter(|(_, it)| matches!(it.owner, Owner::Derived { .. }));
    made.for_each(|(key, it)| network.insert(key.clone(), it.spec.clone()));
    insta::assert_snapshot!(all_fields(&network), @"
    security-group.sg-0000000000000000f
      vpc = vpc.main
      description = [DO NOT DELETE] inbound NFS traffic of arn-0000000000000000e
      inbound tcp 2049 from security-group.sg-00000000000000010 = allowed
    security-group.sg-00000000000000010
      vpc = vpc.main
      description = [DO NOT DELETE] outbound NFS traffic of arn-0000000000000000e
      outbound tcp 2049 to security-group.sg-0000000000000000f = allowed
    mount-target.fsmt-00000000000000011
      file-system = fs-arn-0000000000000000e
      subnet = subnet.training@a
      security-group = security-group.sg-0000000000000000f
      domain = domain.studio
    mount-target.fsmt-00000000000000012
      file-system = fs-arn-0000000000000000e
      subnet = subnet.training@b
      security-group = security-group.sg-0000000000000000f
      domain = domain.studio
    ");
}
