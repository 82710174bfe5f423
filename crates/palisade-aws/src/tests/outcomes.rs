//! What is made of answers, and of their absence.

use std::net::TcpListener;

use palisade_core::kinds::vpc;
use palisade_core::{Call, Cloud, CloudError, Handle, Known, Part};

use super::wire::{Say, Server, connect, stamp};
use crate::tags;

fn create_vpc() -> Call {
    let cidr = "10.0.0.0/16".parse().expect("a block");
    Call::Vpc(vpc::Call::Create { stamp: stamp("vpc.main"), cidr, ipv6: false })
}

#[tokio::test]
async fn a_create_carries_its_tags_and_teaches_its_id() {
    let server = Server::that_says([Say::ok("CreateVpc", "<vpc><vpcId>vpc-1</vpcId></vpc>")]);
    let learned = server.call(create_vpc()).await;
    assert_eq!(learned, Ok(vec![("vpc.main".parse().expect("a key"), Part::Id, "vpc-1".to_owned())]));
    insta::assert_snapshot!(server.requests().join("\n\n"), @r"
    Action=CreateVpc
    CidrBlock=10.0.0.0/16
    TagSpecification.1.ResourceType=vpc
    TagSpecification.1.Tag.1.Key=Name
    TagSpecification.1.Tag.1.Value=lab/vpc.main
    TagSpecification.1.Tag.2.Key=palisade:blueprint
    TagSpecification.1.Tag.2.Value=lab
    TagSpecification.1.Tag.3.Key=palisade:generation
    TagSpecification.1.Tag.3.Value=1
    TagSpecification.1.Tag.4.Key=palisade:key
    TagSpecification.1.Tag.4.Value=vpc.main
    ");
}

#[tokio::test]
async fn an_answer_without_an_id_is_said() {
    let server = Server::that_says([Say::ok("CreateVpc", "")]);
    // Something may have been made.
    let error = CloudError::Lost("AWS answered `CreateVpc` without `VpcId`".to_owned());
    assert_eq!(server.call(create_vpc()).await, Err(error));
}

#[tokio::test]
async fn a_change_without_an_answer_is_lost_and_not_sent_again() {
    let server = Server::that_says([Say::HangUp]);
    let aws = server.connect();
    let outcome = aws.call(&create_vpc(), &Known::default()).await;
    assert!(matches!(outcome, Err(CloudError::Lost(_))), "{outcome:?}");
    assert_eq!((server.requests().len(), aws.requests_sent()), (1, 1));
}

#[tokio::test]
async fn a_change_that_aws_broke_on_is_lost_and_not_sent_again() {
    let server = Server::that_says([Say::error(500, "InternalError", "sorry")]);
    let lost = CloudError::Lost("InternalError: sorry (request r-1)".to_owned());
    assert_eq!(server.call(create_vpc()).await, Err(lost));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_throttled_change_is_left_to_the_engine() {
    let server = Server::that_says([Say::error(503, "RequestLimitExceeded", "slow down")]);
    let transient = CloudError::Transient("RequestLimitExceeded: slow down (request r-1)".to_owned());
    assert_eq!(server.call(create_vpc()).await, Err(transient));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_was_never_sent_is_not_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let outcome = connect(&endpoint).call(&create_vpc(), &Known::default()).await;
    assert!(matches!(outcome, Err(CloudError::Transient(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_denial_names_the_action() {
    let server = Server::that_says([Say::error(403, "UnauthorizedOperation", "You may not.")]);
    let message = "UnauthorizedOperation: You may not. (request r-1)".to_owned();
    let denied = CloudError::Denied { action: "ec2:CreateVpc".to_owned(), message };
    assert_eq!(server.call(create_vpc()).await, Err(denied));
}

#[tokio::test]
async fn an_unknown_handle_is_a_bug_and_sends_nothing() {
    let server = Server::that_says([]);
    let vpc = Handle::new_id(&"vpc.main".parse().expect("a key"));
    let error = server.call(Call::Vpc(vpc::Call::Delete { vpc })).await;
    let message = "`<vpc.main>` is not known yet: this is a bug in palisade".to_owned();
    assert_eq!(error, Err(CloudError::Unusable(message)));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_read_is_sent_again() {
    let good = "<subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet>";
    let server = Server::that_says([
        Say::error(503, "Unavailable", "not now"),
        Say::HangUp,
        Say::ok("DescribeSubnets", good),
    ]);
    let aws = server.connect();
    let subnets = crate::kinds::subnet::read(&aws, tags::filter("vpc-id", ["vpc-1"])).await;
    assert_eq!(subnets.map(|it| it.len()), Ok(1));
    assert_eq!(aws.requests_sent(), 3);
}

#[tokio::test]
async fn a_read_that_stays_without_answer_is_transient() {
    let server = Server::that_says([Say::HangUp, Say::HangUp, Say::HangUp]);
    let outcome = crate::kinds::subnet::read(&server.connect(), tags::filter("vpc-id", ["vpc-1"])).await;
    assert!(matches!(outcome, Err(CloudError::Transient(_))), "{outcome:?}");
}

#[tokio::test]
async fn every_page_is_read() {
    let page = |id: &str, rest: &str| {
        let set = format!("<routeTableSet><item><routeTableId>{id}</routeTableId></item></routeTableSet>");
        Say::ok("DescribeRouteTables", &(set + rest))
    };
    let server = Server::that_says([page("rtb-1", "<nextToken>more</nextToken>"), page("rtb-2", "")]);
    let tables = crate::kinds::route_table::read(&server.connect(), tags::filter("vpc-id", ["vpc-1"])).await;
    let ids: Vec<_> = tables.expect("tables").into_iter().filter_map(|it| it.route_table_id).collect();
    assert_eq!(ids, ["rtb-1", "rtb-2"]);
    insta::assert_snapshot!(server.requests().join("\n\n"), @r"
    Action=DescribeRouteTables
    MaxResults=100
    Filter.1.Name=vpc-id
    Filter.1.Value.1=vpc-1

    Action=DescribeRouteTables
    NextToken=more
    MaxResults=100
    Filter.1.Name=vpc-id
    Filter.1.Value.1=vpc-1
    ");
}
