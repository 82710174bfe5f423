//! What runs in the network, and the places where others run something.

use super::*;

/// A domain as AWS names it, and an endpoint that has been replaced.
fn workloads() -> Outputs {
    let mut outputs = Outputs::new(&World::made(hosting()).live);
    outputs.sagemaker.extend(Outputs::new(&World::made(studio()).live).sagemaker);
    outputs.sagemaker.extend(Outputs::new(&World::made(jobs()).live).sagemaker);
    outputs.sagemaker.extend(Outputs::new(&World::made(notebook()).live).sagemaker);
    let arn = |of: &str| format!("arn:aws:sagemaker:eu-west-1:111122223333:{of}");
    let mut domain = World::made(studio()).live.object(&key("domain.studio")).expect("it is there").clone();
    domain.id = arn("domain/d-0abc");
    let domain = WorkloadIds::new(&key("domain.studio"), &domain);
    outputs.sagemaker.entry(Kind::Domain).or_default().insert("studio".to_owned(), domain);
    let (name, arn) = ("score-2".to_owned(), arn("endpoint/score-2"));
    let endpoint = WorkloadIds { name, arn, id: None };
    outputs.sagemaker.entry(Kind::InferenceEndpoint).or_default().insert("score".to_owned(), endpoint);
    Outputs { sagemaker: outputs.sagemaker, ..Outputs::default() }
}

#[test]
fn what_runs_in_the_network() {
    insta::assert_snapshot!(workloads().human(Style::plain(100)), @"
    SageMaker domains
      studio  d-0abc   arn:aws:sagemaker:eu-west-1:111122223333:domain/d-0abc

    SageMaker user profiles
      ann     ann      arn-00000000000000013

    SageMaker notebook instances
      lab     lab      arn-0000000000000000e

    SageMaker models
      score   score    arn-0000000000000000c

    SageMaker endpoint configs
      score   score    arn-0000000000000000d

    SageMaker endpoints
      score   score-2  arn:aws:sagemaker:eu-west-1:111122223333:endpoint/score-2

    SageMaker training jobs
      first   first    arn-0000000000000000e

    SageMaker processing jobs
      clean   clean    arn-0000000000000000f
    ");
    insta::assert_snapshot!(workloads().dotenv(), @"
    PALISADE_SAGEMAKER_DOMAIN_STUDIO_ID=d-0abc
    PALISADE_SAGEMAKER_DOMAIN_STUDIO_NAME=studio
    PALISADE_SAGEMAKER_DOMAIN_STUDIO_ARN=arn:aws:sagemaker:eu-west-1:111122223333:domain/d-0abc
    PALISADE_SAGEMAKER_USER_PROFILE_ANN_NAME=ann
    PALISADE_SAGEMAKER_USER_PROFILE_ANN_ARN=arn-00000000000000013
    PALISADE_SAGEMAKER_NOTEBOOK_INSTANCE_LAB_NAME=lab
    PALISADE_SAGEMAKER_NOTEBOOK_INSTANCE_LAB_ARN=arn-0000000000000000e
    PALISADE_SAGEMAKER_MODEL_SCORE_NAME=score
    PALISADE_SAGEMAKER_MODEL_SCORE_ARN=arn-0000000000000000c
    PALISADE_SAGEMAKER_ENDPOINT_CONFIG_SCORE_NAME=score
    PALISADE_SAGEMAKER_ENDPOINT_CONFIG_SCORE_ARN=arn-0000000000000000d
    PALISADE_SAGEMAKER_ENDPOINT_SCORE_NAME=score-2
    PALISADE_SAGEMAKER_ENDPOINT_SCORE_ARN=arn:aws:sagemaker:eu-west-1:111122223333:endpoint/score-2
    PALISADE_SAGEMAKER_TRAINING_JOB_FIRST_NAME=first
    PALISADE_SAGEMAKER_TRAINING_JOB_FIRST_ARN=arn-0000000000000000e
    PALISADE_SAGEMAKER_PROCESSING_JOB_CLEAN_NAME=clean
    PALISADE_SAGEMAKER_PROCESSING_JOB_CLEAN_ARN=arn-0000000000000000f
    ");
    insta::assert_snapshot!(workloads().tfvars(), @r#"
    sagemaker_domain_ids = {
      studio = "d-0abc"
    }
    sagemaker_domain_names = {
      studio = "studio"
    }
    sagemaker_domain_arns = {
      studio = "arn:aws:sagemaker:eu-west-1:111122223333:domain/d-0abc"
    }
    sagemaker_user_profile_names = {
      ann = "ann"
    }
    sagemaker_user_profile_arns = {
      ann = "arn-00000000000000013"
    }
    sagemaker_notebook_instance_names = {
      lab = "lab"
    }
    sagemaker_notebook_instance_arns = {
      lab = "arn-0000000000000000e"
    }
    sagemaker_model_names = {
      score = "score"
    }
    sagemaker_model_arns = {
      score = "arn-0000000000000000c"
    }
    sagemaker_endpoint_config_names = {
      score = "score"
    }
    sagemaker_endpoint_config_arns = {
      score = "arn-0000000000000000d"
    }
    sagemaker_endpoint_names = {
      score = "score-2"
    }
    sagemaker_endpoint_arns = {
      score = "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/score-2"
    }
    sagemaker_training_job_names = {
      first = "first"
    }
    sagemaker_training_job_arns = {
      first = "arn-0000000000000000e"
    }
    sagemaker_processing_job_names = {
      clean = "clean"
    }
    sagemaker_processing_job_arns = {
      clean = "arn-0000000000000000f"
    }
    "#);
    let json = crate::json::outputs(&workloads());
    let from = json.find("  \"sagemaker\"").expect("it is there");
    insta::assert_snapshot!(&json[from..], @r#"
      "sagemaker": {
        "domains": {
          "studio": {
            "id": "d-0abc",
            "name": "studio",
            "arn": "arn:aws:sagemaker:eu-west-1:111122223333:domain/d-0abc"
          }
        },
        "user_profiles": {
          "ann": {
            "name": "ann",
            "arn": "arn-00000000000000013"
          }
        },
        "notebook_instances": {
          "lab": {
            "name": "lab",
            "arn": "arn-0000000000000000e"
          }
        },
        "models": {
          "score": {
            "name": "score",
            "arn": "arn-0000000000000000c"
          }
        },
        "endpoint_configs": {
          "score": {
            "name": "score",
            "arn": "arn-0000000000000000d"
          }
        },
        "endpoints": {
          "score": {
            "name": "score-2",
            "arn": "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/score-2"
          }
        },
        "training_jobs": {
          "first": {
            "name": "first",
            "arn": "arn-0000000000000000e"
          }
        },
        "processing_jobs": {
          "clean": {
            "name": "clean",
            "arn": "arn-0000000000000000f"
          }
        }
      }
    }
    "#);
}

fn vpc_config(name: &str, live: &Live) -> Result<VpcConfigIds, NoVpcConfig> {
    let mut network = minimal();
    network.vpc_configs.insert("training".to_owned(), training());
    let existing = VpcConfig { security_groups: [key("security-group.sg-0abc")].into(), ..training() };
    network.vpc_configs.insert("shared".to_owned(), existing);
    VpcConfigIds::new(name, &network, live)
}

#[test]
fn a_vpc_config_in_every_form() {
    let ids = vpc_config("training", &World::made(minimal()).live).expect("it is built");
    let forms = [ids.json(), ids.sagemaker_sdk(), ids.tfvars(), ids.dotenv()];
    insta::assert_snapshot!(forms.join("\n"), @r#"
    {"SecurityGroupIds":["sg-0000000000000000b"],"Subnets":["subnet-00000000000000005","subnet-00000000000000007"]}

    subnets=["subnet-00000000000000005", "subnet-00000000000000007"],
    security_group_ids=["sg-0000000000000000b"],

    subnet_ids         = ["subnet-00000000000000005", "subnet-00000000000000007"]
    security_group_ids = ["sg-0000000000000000b"]

    SAGEMAKER_SUBNETS=subnet-00000000000000005,subnet-00000000000000007
    SAGEMAKER_SECURITY_GROUP_IDS=sg-0000000000000000b
    "#);
}

#[test]
fn a_vpc_config_with_what_exists() {
    let ids = vpc_config("shared", &World::made(minimal()).live).expect("it is built");
    insta::assert_snapshot!(ids.json(), @r#"{"SecurityGroupIds":["sg-0abc"],"Subnets":["subnet-00000000000000005","subnet-00000000000000007"]}"#);
}

#[test]
fn a_vpc_config_that_is_not_there() {
    let mut world = World::made(minimal());
    assert_eq!(vpc_config("other", &world.live), Err(NoVpcConfig::Unknown));
    let all = ["subnet.training@a", "subnet.training@b", "security-group.training"].map(key);
    assert_eq!(vpc_config("training", &Live::default()), Err(NoVpcConfig::Unbuilt(all.into())));
    world.want.resources.remove(&key("subnet.training@b"));
    world.apply();
    let missing = NoVpcConfig::Unbuilt(vec![key("subnet.training@b")]);
    assert_eq!(vpc_config("training", &world.live), Err(missing));
}
