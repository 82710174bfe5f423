//! What runs in the network.

use palisade_core::Document;
use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::sagemaker::Links;
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::tags::HOME_EFS;
use serde_json::json;

use super::*;
use crate::plan::kept;
use crate::worlds::{document, hosting, jobs, notebook, studio, training};

/// What a plan says of what it makes, apart from the network below it.
fn of_sagemaker(world: &World) -> String {
    let told = check(world);
    assert!(!told.contains("hunter2"), "{told}");
    let from = told.find("SageMaker\n").unwrap_or_default();
    told[from..].to_owned()
}

/// Nothing of `want` is there but the network below it.
fn grounded(want: Network) -> World {
    World { want, ..World::made(minimal()) }
}

/// Everything goes.
fn destroyed(mut world: World) -> World {
    world.want = Network::empty(&world.want.blueprint);
    world.intent.destroy = true;
    world
}

/// Finds out again whose everything is.
fn look_anew(world: &mut World) {
    let blueprint = std::mem::replace(&mut world.want.blueprint, "other".to_owned());
    world.look();
    world.want.blueprint = blueprint;
    world.look();
}

#[test]
fn a_studio_is_new() {
    insta::assert_snapshot!(check(&grounded(studio())), @"
    Plan of `lab` in account 111122223333, eu-west-1

    SageMaker
        + create  domain.studio     home-efs: retain
            in subnet.training@{a,b} with security-group.training
            app-network-access-type               VpcOnly
            auth-mode                             IAM
            default-user-settings.execution-role  arn:aws:iam::111122223333:role/ml
        + create  user-profile.ann  in domain.studio

    Plan: 2 to create.
    4 requests, about 5 min: domains
    ");
}

#[test]
fn a_notebook_is_new() {
    insta::assert_snapshot!(of_sagemaker(&grounded(notebook())), @"
    SageMaker
        + create  notebook.lab  ml.t3.medium
            in subnet.training@a with security-group.training
            direct-internet-access  Disabled
            role-arn                arn:aws:iam::111122223333:role/ml

    Plan: 1 to create.
    2 requests, about 4 min: notebook instances
    ");
}

#[test]
fn only_the_names_of_variables_are_told() {
    insta::assert_snapshot!(of_sagemaker(&grounded(hosting())), @"
    SageMaker
        + create  model.score               network isolation
            in subnet.training@{a,b} with security-group.training
            execution-role-arn             arn:aws:iam::111122223333:role/ml
            primary-container.environment  API_TOKEN, MODE (not shown)
            primary-container.image        111122223333.dkr.ecr.eu-west-1.amazonaws.com/score:1
        + create  endpoint-config.score     2 x ml.m5.large
            of model.score
            production-variants[0].variant-name  all
        + create  inference-endpoint.score  by endpoint-config.score

    Plan: 3 to create.
    4 requests, about 7 min: SageMaker endpoints
    ");
}

#[test]
fn jobs_are_started_and_not_waited_for() {
    insta::assert_snapshot!(of_sagemaker(&grounded(jobs())), @"
    SageMaker
        + create  training-job.first    2 x ml.p4d.24xlarge
            in subnet.training@{a,b} with security-group.training
            algorithm-specification.training-image       train:1
            algorithm-specification.training-input-mode  File
            enable-inter-container-traffic-encryption    true
            hyper-parameters                             epochs, wandb_key (not shown)
            input-data-config[0].channel-name            train
            input-data-config[1].channel-name            test
            resource-config.volume-kms-key-id            alias/ml
            role-arn                                     arn:aws:iam::111122223333:role/ml
        + create  processing-job.clean  1 x ml.m5.xlarge
            in subnet.training@{a,b} with security-group.training
            app-specification.container-arguments    2 words (not shown)
            app-specification.image-uri              clean:1
            network-config.enable-network-isolation  false

    note: `training-job.first`, `processing-job.clean` are started and not waited for: a run is made
          once, and never changed or ended

    Plan: 2 to create.
    2 requests, a few seconds
    ");
}

#[test]
fn an_endpoint_goes_over_without_a_gap() {
    let mut world = World::made(hosting());
    world.edit("model.score", |it: &mut Model| {
        let image = json!({"Image": "score:2", "Environment": {"API_TOKEN": "hunter22", "MODE": "fast"}});
        it.settings.insert("PrimaryContainer", image);
    });
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      +/- replace model.score               score
            ~ primary-container.environment.API_TOKEN: (not shown) → another value  forces replacement
            ~ primary-container.image:                 111122223333.dkr.ecr.eu-west-1.amazonaws.com/score:1 → score:2  forces replacement
      +/- replace endpoint-config.score     score
            ~ model: model.score (old) → model.score  forces replacement
        ~ update  inference-endpoint.score  score
            ~ endpoint-config: endpoint-config.score (old) → endpoint-config.score

    note: `inference-endpoint.score` goes over without a gap: what serves now does so until the new
          machines are there, and both cost for that long

    +/-: the new one is there before the old one goes
    Plan: 1 to update, 2 to replace.
    6 requests, about 7 min: SageMaker endpoints
    ");
}

#[test]
fn an_endpoint_that_is_replaced_has_another_name() {
    let mut world = World::made(hosting());
    world.intent.replace = [key("inference-endpoint.score")].into();
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      +/- replace inference-endpoint.score  score
            ~ object: arn-00000000000000010 → a new one, as asked

    note: `inference-endpoint.score` is `score-2` at AWS, and no longer `score`: who has its name or its
          URL has to know

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    4 requests, about 8 min: SageMaker endpoints
    ");
}

#[test]
fn a_notebook_is_stopped_to_be_changed() {
    let mut world = World::made(notebook());
    world.edit("notebook.lab", |it: &mut Notebook| it.settings.insert("InstanceType", "ml.t3.large"));
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
        ~ update  notebook.lab  lab
            ~ instance-type: ml.t3.medium → ml.t3.large

    note: `notebook.lab` is stopped to be changed, and started again: what runs there ends, and nobody
          can work there for minutes

    Plan: 1 to update.
    8 requests, about 9 min: notebook instances
    ");
    world.live.tamper(&key("notebook.lab"), |it: &mut Notebook| it.stopped = true);
    assert!(!check(&world).contains("note:"), "{}", check(&world));
}

#[test]
fn what_somebody_has_in_a_domain_is_lost_with_the_profile() {
    let mut world = World::made(studio());
    world.want.resources.remove(&key("user-profile.ann"));
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
        - delete  user-profile.ann  ann

    note: nobody gets to the home of `user-profile.ann` any more, and its private spaces go with what is
          in them

    Plan: 1 to delete.
    2 requests, about 30 s: user profiles
    ");
    let mut world = World::made(studio());
    world.intent.replace = [key("user-profile.ann")].into();
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      +/- replace user-profile.ann  ann
            ~ object: arn-00000000000000013 → a new one, as asked

    note: `user-profile.ann` is `ann-2` at AWS, and no longer `ann`: who has its name or its URL has to
          know
    note: nobody gets to the home of `user-profile.ann` any more, and its private spaces go with what is
          in them; a new one begins empty

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    4 requests, about 50 s: user profiles
    ");
}

#[test]
fn what_is_on_a_notebook_is_lost_with_it() {
    let mut world = World::made(notebook());
    world.edit("notebook.lab", |it: &mut Notebook| it.settings.insert("DirectInternetAccess", "Enabled"));
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      -/+ replace notebook.lab  lab
            ~ direct-internet-access: Disabled → Enabled  forces replacement

    error[guarded]: `notebook.lab` and everything in it would be replaced, since
                    `direct-internet-access` changes
      help: undo that change, or say `--replace notebook.lab`

    note: what is on the disk of `notebook.lab` is lost with it; a new one begins empty

    Plan: 1 to replace.
    Nothing will be changed: there is 1 problem to solve first.
    ");
    world.intent.replace = [key("notebook.lab")].into();
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      +/- replace notebook.lab  lab
            ~ direct-internet-access: Disabled → Enabled  forces replacement
            ~ object:                 arn-0000000000000000e → a new one, as asked

    note: `notebook.lab` is `lab-2` at AWS, and no longer `lab`: who has its name or its URL has to know
    note: what is on the disk of `notebook.lab` is lost with it; a new one begins empty

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    6 requests, about 6 min: notebook instances
    ");
    insta::assert_snapshot!(of_sagemaker(&World { want: minimal(), ..World::made(notebook()) }), @"
    SageMaker
        - delete  notebook.lab  lab

    note: what is on the disk of `notebook.lab` is lost with it

    Plan: 1 to delete.
    4 requests, about 2 min: notebook instances
    ");
}

#[test]
fn what_a_domain_leaves_behind_goes_with_it() {
    let world = destroyed(World::made(studio()));
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
        - delete  domain.studio                        studio
        - delete  security-group.sg-0000000000000000f  made by AWS for `domain.studio`, goes with it
        - delete  security-group.sg-00000000000000010  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000011  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000012  made by AWS for `domain.studio`, goes with it
        - delete  user-profile.ann                     ann

    note: the file system `fs-arn-0000000000000000e` of `domain.studio` is kept, with the homes on it,
          and goes on costing; delete it with
          `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`

    Plan: 12 to delete.
    20 requests, about 6 min: domains
    ");
    insta::assert_snapshot!(world.told(|view| kept(view, Style::plain(100))), @"
    note: the file system `fs-arn-0000000000000000e` of `domain.studio` is kept, with the homes on it,
          and goes on costing; delete it with
          `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`
    ");
}

#[test]
fn what_people_made_in_a_domain_goes_with_it() {
    let mut world = World::made(studio());
    let links = Links { domain: Some(key("domain.studio")), ..Links::default() };
    let theirs = UserProfile { links, settings: Document::default() };
    world.live.insert_foreign("arn-theirs", theirs);
    look_anew(&mut world);
    world.want.resources.retain(|it, _| it.kind != Kind::Domain && it.kind != Kind::UserProfile);
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
        - delete  domain.studio                        studio
        - delete  security-group.sg-0000000000000000f  made by AWS for `domain.studio`, goes with it
        - delete  security-group.sg-00000000000000010  made by AWS for `domain.studio`, goes with it
        - delete  user-profile.arn-theirs              made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000011  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000012  made by AWS for `domain.studio`, goes with it
        - delete  user-profile.ann                     ann

    note: the file system `fs-arn-0000000000000000e` of `domain.studio` is kept, with the homes on it,
          and goes on costing; delete it with
          `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`

    Plan: 7 to delete.
    14 requests, about 6 min: domains
    ");
}

#[test]
fn homes_are_lost_where_the_blueprint_says_so() {
    let mut network = studio();
    network.memos.insert(key("domain.studio"), [(HOME_EFS.to_owned(), "delete".to_owned())].into());
    let told = of_sagemaker(&destroyed(World::made(network)));
    let notes = told.find("note:").unwrap_or_default();
    insta::assert_snapshot!(&told[notes..], @"
    note: the homes in `domain.studio` are lost: the file system goes too, as its `home-efs` says

    Plan: 12 to delete.
    20 requests, about 6 min: domains
    ");
}

#[test]
fn what_becomes_of_the_homes_changes() {
    let mut world = World::made(studio());
    world.want.memos.insert(key("domain.studio"), [(HOME_EFS.to_owned(), "delete".to_owned())].into());
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
        ~ update  domain.studio  studio
            ~ the domain's home-efs: retain → delete

    Plan: 1 to update.
    1 request, a few seconds
    ");
}

#[test]
fn a_domain_that_is_replaced_leaves_its_homes() {
    let mut world = World::made(studio());
    world.edit("domain.studio", |it: &mut Domain| it.settings.insert("AuthMode", "SSO"));
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      -/+ replace domain.studio                        studio  home-efs: retain
            ~ auth-mode: IAM → SSO  forces replacement
        - delete  security-group.sg-0000000000000000f  made by AWS for `domain.studio`, goes with it
        - delete  security-group.sg-00000000000000010  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000011  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000012  made by AWS for `domain.studio`, goes with it
      -/+ replace user-profile.ann                     ann
            ~ domain: domain.studio (old) → domain.studio  forces replacement

    error[guarded]: `domain.studio` and everything in it would be replaced, since `auth-mode` changes
      help: undo that change, or say `--replace domain.studio`

    note: the file system `fs-arn-0000000000000000e` of `domain.studio` is kept, with the homes on it,
          and goes on costing; delete it with
          `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`

    Plan: 2 to replace, 4 to delete.
    Nothing will be changed: there is 1 problem to solve first.
    ");
    world.intent.replace = [key("domain.studio")].into();
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
      +/- replace domain.studio                        studio  home-efs: retain
            ~ auth-mode: IAM → SSO  forces replacement
            ~ object:    arn-0000000000000000e → a new one, as asked
        - delete  security-group.sg-0000000000000000f  made by AWS for `domain.studio`, goes with it
        - delete  security-group.sg-00000000000000010  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000011  made by AWS for `domain.studio`, goes with it
        - delete  mount-target.fsmt-00000000000000012  made by AWS for `domain.studio`, goes with it
      +/- replace user-profile.ann                     ann
            ~ domain: domain.studio (old) → domain.studio  forces replacement

    note: `domain.studio` is `studio-2` at AWS, and no longer `studio`: who has its name or its URL has
          to know
    note: the file system `fs-arn-0000000000000000e` of `domain.studio` is kept, with the homes on it,
          and goes on costing; delete it with
          `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`

    +/-: the new one is there before the old one goes
    Plan: 2 to replace, 4 to delete.
    16 requests, about 12 min: domains
    ");
}

#[test]
fn the_leftovers_of_a_domain_that_is_gone() {
    let mut world = World { want: minimal(), ..World::made(studio()) };
    world.run_until("DescribeDomain");
    world.look();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    SageMaker
        - delete  security-group.sg-0000000000000000f
            made by AWS for `arn-0000000000000000e`, which is gone
        - delete  security-group.sg-00000000000000010
            made by AWS for `arn-0000000000000000e`, which is gone
        - delete  mount-target.fsmt-00000000000000011
            made by AWS for `arn-0000000000000000e`, which is gone
        - delete  mount-target.fsmt-00000000000000012
            made by AWS for `arn-0000000000000000e`, which is gone

    note: the file system `fs-arn-0000000000000000e` of a domain that is gone is kept, with the homes on
          it, and goes on costing; delete it with
          `aws efs delete-file-system --file-system-id fs-arn-0000000000000000e`

    Plan: 4 to delete.
    8 requests, about 1 min: mount targets
    ");
}

#[test]
fn a_job_that_has_run_with_other_settings() {
    let mut world = World::made(jobs());
    world.edit("training-job.first", |it: &mut TrainingJob| {
        it.settings.insert("HyperParameters", json!({"epochs": "4", "wandb_key": "hunter2"}));
    });
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    error[run-changed]: `training-job.first` has run with other settings: `hyper-parameters.epochs`
      help: a run is made once: give it another name to run it again, or undo the change

    Nothing will be changed: there is 1 problem to solve first.
    ");
}

#[test]
fn a_job_that_runs_goes_on() {
    let mut world = destroyed(World::made(jobs()));
    world.live.tamper(&key("training-job.first"), |it: &mut TrainingJob| it.links = training().links());
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        - delete  vpc.main  vpc-00000000000000001

    tier training
        - delete  subnet.training@a     subnet-00000000000000005
        - delete  subnet.training@b     subnet-00000000000000007
        - delete  route-table.training  rtb-00000000000000009
        - delete  network-acl.training  acl-0000000000000000a

    security groups
        - delete  security-group.training  sg-0000000000000000b

    error[blocked]: `subnet.training@a` cannot be removed while it is used by `training-job.first`
    error[blocked]: `subnet.training@b` cannot be removed while it is used by `training-job.first`
    error[blocked]: `security-group.training` cannot be removed while it is used by `training-job.first`
      help: wait until the job has ended, or stop it: `aws sagemaker stop-training-job` or
            `stop-processing-job`

    note: `training-job.first` goes on, since palisade ends no run; to end it: `aws sagemaker
          stop-training-job --training-job-name first`

    Plan: 6 to delete.
    Nothing will be changed: there are 3 problems to solve first.
    ");
}

#[test]
fn a_held_place() {
    let mut world = World::made(hosting());
    world.intent.replace = [key("subnet.training@a")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tier training
      -/+ replace subnet.training@a  subnet-00000000000000005
            ~ object: subnet-00000000000000005 → a new one, as asked

    SageMaker
      -/+ replace model.score               score
            - subnet.training@a (old)
            + subnet.training@a
      -/+ replace endpoint-config.score     score
            ~ model: model.score (old) → model.score  forces replacement
        ~ update  inference-endpoint.score  score
            ~ endpoint-config: endpoint-config.score (old) → endpoint-config.score

    error[held]: `endpoint-config.score` must be gone before its successor can come, and
                 `inference-endpoint.score` cannot leave it meanwhile
      help: replace both, with a gap in between: `--replace inference-endpoint.score`; or undo the
            change

    Plan: 1 to update, 3 to replace.
    Nothing will be changed: there is 1 problem to solve first.
    ");
}

#[test]
fn settings_that_differ() {
    let mut world = World::made(studio());
    world.edit("domain.studio", |it: &mut Domain| {
        it.settings = document(json!({
            "AppNetworkAccessType": "PublicInternetOnly",
            "AuthMode": "IAM",
            "DefaultUserSettings": {"ExecutionRole": "arn:aws:iam::111122223333:role/other"},
        }));
    });
    insta::assert_snapshot!(of_sagemaker(&world), @"
    SageMaker
        ~ update  domain.studio  studio
            ~ app-network-access-type:              VpcOnly → PublicInternetOnly
            ~ default-user-settings.execution-role: arn:aws:iam::111122223333:role/ml → arn:aws:iam::111122223333:role/other

    Plan: 1 to update.
    2 requests, about 5 min: domains
    ");
}
