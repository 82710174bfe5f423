//! What changes in place.

use super::*;

#[test]
fn rules_come_and_go() {
    let mut world = World::made(private_training());
    world.edit("security-group.endpoints", |it: &mut SecurityGroup| {
        it.inbound.clear();
        it.inbound.insert(from_block(tcp(443), "10.40.64.0/18"), String::new());
        it.inbound.insert(from_block(tcp(443), "10.40.16.0/20"), "from the application".to_owned());
    });
    world.edit("security-group.training", |it: &mut SecurityGroup| {
        it.outbound.values_mut().for_each(|description| *description = "as reviewed".to_owned());
    });
    world.edit("network-acl.training", |it: &mut NetworkAcl| {
        it.inbound.insert(50, allow(tcp(22), "10.40.16.0/20"));
        it.outbound.insert(200, allow(all(), "52.218.0.0/17"));
        it.outbound.remove(&100);
    });
    world.edit("route-table.app@b", |it: &mut RouteTable| {
        it.routes = routes(&[("0.0.0.0/0", "tgw-0abc"), ("192.168.0.0/16", "tgw-0abc")]).routes;
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier app
        ~ update  route-table.app@b  rtb-00000000000000016
            ~ route 0.0.0.0/0: nat.main@a → tgw-0abc (existing)
            - route 10.0.0.0/8 via tgw-0abc (existing)
            + route 192.168.0.0/16 via tgw-0abc (existing)

    tier training
        ~ update  network-acl.training  acl-00000000000000019
            + inbound 50: allow tcp 22 10.40.16.0/20
            - outbound 100: allow all 10.40.64.0/18
            ~ outbound 200: allow tcp 443 52.218.0.0/17 → allow all 52.218.0.0/17

    security groups
        ~ update  security-group.endpoints  sg-0000000000000001a
            + inbound tcp 443 from 10.40.16.0/20  "from the application"
            + inbound tcp 443 from 10.40.64.0/18
            - inbound tcp 443 from security-group.training
        ~ update  security-group.training   sg-0000000000000001b
            ~ outbound all to security-group.training:      "between the workers" → "as reviewed"
            ~ outbound tcp 443 to security-group.endpoints: no description → "as reviewed"

    Plan: 4 to update.
    9 requests, a few seconds
    "#);
}

#[test]
fn an_endpoint_gets_another_policy() {
    let mut want = private_training();
    let restrict = |want: &mut Network, bucket: &str| {
        let endpoint = want.resources.get_mut(&key("endpoint.s3")).and_then(Endpoint::of_mut);
        endpoint.expect("it is there").policy = only_bucket(bucket);
    };
    restrict(&mut want, "raw-data");
    let live = end(&want, &Live::default());
    restrict(&mut want, "features");
    insta::assert_snapshot!(check(&World { want, live, intent: Intent::default() }), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    endpoints
        ~ update  endpoint.s3  vpce-0000000000000001c
            ~ policy:
                      "Effect": "Allow",
                      "Principal": "*",
              -       "Resource": "arn:aws:s3:::raw-data/*"
              +       "Resource": "arn:aws:s3:::features/*"
                    }
                  ],

    Plan: 1 to update.
    2 requests, a few seconds
    "#);
}

#[test]
fn an_endpoint_is_restricted_and_moves() {
    let mut world = World::made(private_training());
    world.edit("endpoint.s3", |it: &mut Endpoint| it.policy = only_bucket("features"));
    world.edit("endpoint.sts", |it: &mut Endpoint| {
        let Reach::Interface { subnets, private_dns, .. } = &mut it.reach else { return };
        subnets.remove(&key("subnet.training@b"));
        subnets.insert(key("subnet.app@b"));
        *private_dns = false;
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    endpoints
        ~ update  endpoint.s3   vpce-0000000000000001c
            ~ policy:
              - full access
              + {
              +   "Statement": [
              +     {
              +       "Action": [
              +         "s3:GetObject",
              +         "s3:PutObject"
              +       ],
              +       "Effect": "Allow",
              +       "Principal": "*",
              +       "Resource": "arn:aws:s3:::features/*"
              +     }
              +   ],
              +   "Version": "2012-10-17"
              + }
        ~ update  endpoint.sts  vpce-0000000000000001e
            + subnet.app@b
            - subnet.training@b
            ~ private-dns: true → false

    Plan: 2 to update.
    4 requests, about 2 min: endpoints
    "#);
}

#[test]
fn attributes_change_in_place() {
    let mut world = World::made(private_training());
    world.edit("vpc.main", |it: &mut Vpc| {
        it.dns_hostnames = false;
        it.dns_support = false;
    });
    world.edit("subnet.training@b", |it: &mut Subnet| it.network_acl = None);
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001
            ~ dns-support:   true → false
            ~ dns-hostnames: true → false

    tier training
        ~ update  subnet.training@b  subnet-0000000000000000f
            ~ network-acl: network-acl.training → the VPC's default ACL

    Plan: 2 to update.
    3 requests, a few seconds
    ");
}

#[test]
fn a_subnet_falls_to_a_default_acl_that_is_not_as_aws_makes_it() {
    let told = |acl: DefaultAcl| {
        let mut world = World::made(private_training());
        world.live.tamper(&key("vpc.main"), |it: &mut Vpc| it.defaults.acl = Some(acl.clone()));
        world.edit("subnet.training@b", |it: &mut Subnet| it.network_acl = None);
        check(&world)
    };
    let as_made = Defaults::as_created(HasIpv6::No).acl.expect("AWS makes one");
    let everything = as_made.inbound[&100];
    let denial = Entry { action: Action::Deny, cidr: "192.0.2.0/24".parse().expect("a block"), ..everything };
    assert!(!told(as_made.clone()).contains("note:"));
    insta::assert_snapshot!(told(DefaultAcl { inbound: BTreeMap::new(), ..as_made.clone() }), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier training
        ~ update  subnet.training@b  subnet-0000000000000000f
            ~ network-acl: network-acl.training → the VPC's default ACL

    note: the VPC's default ACL, which `subnet.training@b` will have, lets nothing through: give the
          tier a `network-acl`, or allow by hand what it needs

    Plan: 1 to update.
    1 request, a few seconds
    ");
    let after = DefaultAcl { inbound: [(100, everything), (200, denial)].into(), ..as_made.clone() };
    assert!(!told(after).contains("note:"));
    let before = DefaultAcl { inbound: [(50, denial), (100, everything)].into(), ..as_made };
    insta::assert_snapshot!(told(before).lines().skip_while(|it| !it.starts_with("note")).collect::<Vec<_>>().join("\n"), @"
    note: the VPC's default ACL, which `subnet.training@b` will have, does not let everything through:
          give the tier a `network-acl`, or allow by hand what it needs

    Plan: 1 to update.
    1 request, a few seconds
    ");
}

#[test]
fn tags_of_everything_are_told_once() {
    let mut world = World::made(private_training());
    world.want.tags.insert("team".to_owned(), "research".to_owned());
    world.want.tags.insert("cost-centre".to_owned(), "4711".to_owned());
    world.live.tamper_tags(&key("vpc.main"), |tags| drop(tags.insert("Name".to_owned(), "mine".to_owned())));
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001
            + tag cost-centre: 4711
            ~ tag team: ml-platform → research
            ~ palisade's tag Name: mine → fraud-ml/vpc.main

    tags
        ~ update  19 objects
            + tag cost-centre: 4711
            ~ tag team: ml-platform → research
            on eip.nat@a, endpoint.s3, endpoint.sagemaker.api, endpoint.sts, igw.main, nat.main@a,
               network-acl.training, route-table.app@{a,b}, route-table.public, route-table.training,
               security-group.endpoints, security-group.training, subnet.app@{a,b}, subnet.public@{a,b},
               subnet.training@{a,b}

    Plan: 20 to update.
    2 requests, a few seconds
    ");
}
