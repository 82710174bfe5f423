//! What somebody reads.

use insta::assert_snapshot;
use palisade_blueprint::{Input, parse};
use palisade_core::Live;

use super::sound;
use crate::{Places, diagnostics, examine};

/// Returns what is told of a text, with the words at each place.
fn read(text: &str) -> String {
    let draft = parse(&Input { name: "t.toml", text, sets: &[] }, &|path| Err(format!("no {path}"))).draft;
    let draft = draft.expect("no mistake");
    let facts = draft.fixtures();
    let network = draft.resolve(&facts, &Live::default()).expect("no mistake").network;
    let places =
        Places { of_key: &|it| draft.place_of(it), of_vpc_config: &|it| draft.place_of_vpc_config(it) };
    let mut told = String::new();
    for it in diagnostics(&examine(&network, &facts), &places) {
        told += &format!("{:?} {}: {}\n", it.severity, it.code, it.message);
        for label in &it.labels {
            let line = text[..label.span.start].lines().count();
            let words = format!("  at line {line}: {} {}", &text[label.span.clone()], label.text);
            told += &format!("{}\n", words.trim_end());
        }
        it.help.iter().for_each(|help| told += &format!("  {help}\n"));
    }
    told
}

#[test]
fn each_has_its_line_its_symptom_and_what_to_write() {
    let text = sound::text("training");
    let text = text.replace(r#"tiers = ["ml", "fabric"]"#, r#"tiers = ["fabric"]"#);
    assert_snapshot!(read(&text.replace("  { from = \"group:ml\", ports = 443 },\n", "")), @r#"
    Error sm.s3: `training-job.fit`: no route to S3 in `route-table.ml`
      at line 11: ml
      at line 109: fit for this
      otherwise: `ClientError: Data download failed: Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device, and both the security groups and the subnet's network ACL allow outbound traffic to S3`
      in [endpoints.s3] write tiers = ["fabric", "ml"]
    Warning sm.endpoint-group: `training-job.fit`: `security-group.endpoints` of the endpoints of `sagemaker.api`, `sts`, `logs`, `ecr.api`, `ecr.dkr` and `kms` does not let it in on tcp 443
      at line 54: endpoints
      at line 109: fit for this
      otherwise: calls hang until `Connect timeout on endpoint URL`, although endpoint and name are there; Studio: `SageMaker Studio is unable to reach SageMaker endpoint`
      in [security-groups.endpoints] add { from = "group:ml", ports = 443 } to `inbound`
    "#);
}

#[test]
fn what_several_lack_is_told_once() {
    let text = sound::text("everything");
    let text =
        text.replace("[endpoints.sts]\ntiers = [\"services\"]\nsecurity-groups = [\"endpoints\"]\n", "");
    assert_snapshot!(read(&text), @r#"
    Warning sm.sts: `domain.studio`, `training-job.fit`, `training-job.wide`, `processing-job.clean`: no endpoint of `sts` and no route to a NAT gateway
      at line 11: ml
      at line 156: studio for this
      at line 107: fit for this
      at line 116: wide for this
      at line 133: clean for this
      otherwise: the SDK hangs where it asks who it is, and then `Connect timeout on endpoint URL: https://sts…`, or says that a permission for STS is missing
      in [endpoints.sts] write tiers = ["services"], security-groups = ["endpoints"]
    Warning sm.sts: `notebook.desk`, `training-job.fabric`: no endpoint of `sts` and no route to a NAT gateway
      at line 39: fabric
      at line 150: desk for this
      at line 125: fabric for this
      otherwise: the SDK hangs where it asks who it is, and then `Connect timeout on endpoint URL: https://sts…`, or says that a permission for STS is missing
      in [endpoints.sts] write tiers = ["services"], security-groups = ["endpoints"]
    "#);
}

#[test]
fn a_named_place_has_a_line_too() {
    let text = sound::text("place").replace("  { to = \"endpoint:s3\", ports = 443 },\n", "");
    assert_snapshot!(read(&text), @r#"
    Error sm.egress: vpc-config `ml`: its groups let no tcp 443 out to S3
      at line 44: ml
      at line 105: ml for this
      otherwise: `ClientError: Data download failed: Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device, and both the security groups and the subnet's network ACL allow outbound traffic to S3`
      in [security-groups.ml] add { to = "endpoint:s3", ports = 443 } to `outbound`
    "#);
}
