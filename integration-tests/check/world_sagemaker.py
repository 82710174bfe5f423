"""A network in which SageMaker works: one of each kind, and two generations of what gets a name with each.

moto takes a second object of a name in place of the first (quirk `sagemaker-twice`), which is how things change here.
"""

import json
import pathlib
from typing import Any, Iterator

import snapshots
from account import Account
from bite import Change, Request, Unnoticed, World, change
from builder import Builder

ROLE = "arn:aws:iam::111122223333:role/ml"
BLUEPRINT = f"""
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.90.0.0/16"
zones = ["a", "b"]

[tiers.training]
route = "isolated"
cidr  = "10.90.0.0/20"
slots = 4

[security-groups.jobs]
description = "jobs"

[sagemaker.vpc-configs.training]
tier            = "training"
security-groups = ["jobs"]

[sagemaker.domains.studio]
vpc-config     = "training"
execution-role = "{ROLE}"
home-efs       = "retain"
kms-key-id     = "alias/home"

[sagemaker.notebook-instances.desk]
vpc-config        = "training"
execution-role    = "{ROLE}"
zone              = "b"
instance-type     = "ml.t3.medium"
volume-size-in-gb = 20

[sagemaker.models.serving]
vpc-config        = "training"
execution-role    = "{ROLE}"
primary-container = {{ image = "image:2", environment = {{ LOG_LEVEL = "info" }} }}

[sagemaker.endpoint-configs.serving]
production-variants = [
    {{ variant-name = "main", model-name = "serving", initial-instance-count = 1, instance-type = "ml.m5.large" }},
]

[sagemaker.endpoints.serving]
endpoint-config-name = "serving"

[sagemaker.training-jobs.first]
vpc-config                                = "training"
execution-role                            = "{ROLE}"
algorithm-specification                   = {{ training-image = "image:1", training-input-mode = "File" }}
hyper-parameters                          = {{ Learning_Rate = "0.1" }}
output-data-config                        = {{ s3-output-path = "s3://bucket/out" }}
resource-config                           = {{ instance-type = "ml.m5.large", volume-size-in-gb = 9 }}
stopping-condition                        = {{ max-runtime-in-seconds = 60 }}
enable-inter-container-traffic-encryption = true

[sagemaker.processing-jobs.clean]
vpc-config        = "training"
execution-role    = "{ROLE}"
app-specification = {{ image-uri = "image:1" }}
network-config    = {{ enable-network-isolation = true }}
"""


def build(directory: pathlib.Path) -> World:
    builder = Builder("lab", "eu-west-1", directory, {})
    vpc = builder.make("vpc.main", "create_vpc", CidrBlock="10.90.0.0/16")
    builder.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    builder.emptied(builder.default("security group", vpc))
    table = builder.make("route-table.training", "create_route_table", VpcId=vpc)
    for zone, cidr in (("a", "10.90.0.0/22"), ("b", "10.90.4.0/22")):
        place = {"VpcId": vpc, "CidrBlock": cidr, "AvailabilityZone": f"eu-west-1{zone}"}
        builder.subnet(f"subnet.training@{zone}", table, **place)
    builder.group("security-group.jobs", "jobs")
    requests = creations(builder)
    # The first generation, which has been replaced.
    request = requests["model.serving"][1]
    builder.sagemaker.create_model(**request | {"ModelName": "serving", "Tags": tags(builder, "model.serving")})
    account = Account(builder.ec2, builder.sagemaker)
    before = builder.write("before.json", json.dumps(snapshots.taken(account)))
    builder.sagemaker.delete_model(ModelName="serving")
    for call, parameters in requests.values():
        getattr(builder.sagemaker, call.removeprefix("sagemaker."))(**parameters)
    blueprint = builder.write("lab.toml", BLUEPRINT)
    return World(builder.ec2, blueprint, ["--since", str(before)], builder.sagemaker, requests)


def tags(builder: Builder, key: str, **more: str) -> list[dict[str, str]]:
    given = {it["Key"]: it["Value"] for it in builder.tagged(key)}
    given |= {f"palisade:{name.replace('_', '-')}": value for name, value in more.items()}
    return [{"Key": name, "Value": value} for name, value in given.items()]


def creations(builder: Builder) -> dict[str, Request]:
    """Returns the requests that make everything, by key."""
    ids = builder.ids
    group, subnets = ids["security-group.jobs"], [ids["subnet.training@a"], ids["subnet.training@b"]]
    place = {"SecurityGroupIds": [group], "Subnets": subnets}

    def create(key: str, call: str, more: dict[str, str], **parameters: Any) -> tuple[str, Request]:
        return key, (f"sagemaker.create_{call}", parameters | {"Tags": tags(builder, key, **more)})

    job = {"vpc_config": "training"}
    variant = {"VariantName": "main", "ModelName": "serving-2", "InitialInstanceCount": 1}
    return dict([
        create("domain.studio", "domain", {"home_efs": "retain"}, DomainName="studio", AuthMode="IAM",
               VpcId=ids["vpc.main"], SubnetIds=subnets, AppNetworkAccessType="VpcOnly", KmsKeyId="alias/home",
               DefaultUserSettings={"ExecutionRole": ROLE, "SecurityGroups": [group]}),
        create("notebook.desk", "notebook_instance", {}, NotebookInstanceName="desk", SubnetId=subnets[1],
               InstanceType="ml.t3.medium", RoleArn=ROLE, SecurityGroupIds=[group], VolumeSizeInGB=20,
               DirectInternetAccess="Disabled"),
        create("model.serving", "model", {"generation": "2"}, ModelName="serving-2", ExecutionRoleArn=ROLE,
               VpcConfig=place, PrimaryContainer={"Image": "image:2", "Environment": {"LOG_LEVEL": "info"}}),
        create("endpoint-config.serving", "endpoint_config", {}, EndpointConfigName="serving",
               ProductionVariants=[variant | {"InstanceType": "ml.m5.large"}]),
        create("inference-endpoint.serving", "endpoint", {}, EndpointName="serving", EndpointConfigName="serving"),
        create("training-job.first", "training_job", job, TrainingJobName="first", RoleArn=ROLE, VpcConfig=place,
               AlgorithmSpecification={"TrainingImage": "image:1", "TrainingInputMode": "File"},
               HyperParameters={"Learning_Rate": "0.1"}, OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
               ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 9},
               StoppingCondition={"MaxRuntimeInSeconds": 60}, EnableInterContainerTrafficEncryption=True),
        create("processing-job.clean", "processing_job", job, ProcessingJobName="clean", RoleArn=ROLE,
               AppSpecification={"ImageUri": "image:1"}, ProcessingResources={"ClusterConfig": {
                   "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 9}},
               NetworkConfig={"EnableNetworkIsolation": True, "VpcConfig": place}),
    ])  # fmt: skip


def changes(world: World) -> Iterator[Change]:
    yield from places(world)
    for key, field, value in (
        ("domain.studio", "AppNetworkAccessType", "PublicInternetOnly"),
        ("domain.studio", "KmsKeyId", "alias/other"),
        ("domain.studio", "AuthMode", "SSO"),
        ("domain.studio", "VpcId", "vpc-0123456789abcdef0"),
        ("model.serving", "ExecutionRoleArn", ROLE + "2"),
        ("model.serving", "PrimaryContainer", {"Image": "image:2", "Environment": {"LOG_LEVEL": "debug"}}),
        ("training-job.first", "EnableNetworkIsolation", True),
        ("training-job.first", "EnableInterContainerTrafficEncryption", False),
        ("training-job.first", "HyperParameters", {"Learning_Rate": "0.2"}),
        ("training-job.first", "RoleArn", ROLE + "2"),
    ):
        yield remade(world, key, **{field: value})
    settings = dict(world.made["domain.studio"][1]["DefaultUserSettings"])
    yield remade(world, "domain.studio", DefaultUserSettings=settings | {"ExecutionRole": ROLE + "2"})
    network = world.made["processing-job.clean"][1]["NetworkConfig"]
    for field, value in (("EnableNetworkIsolation", False), ("EnableInterContainerTrafficEncryption", True)):
        yield remade(world, "processing-job.clean", NetworkConfig=network | {field: value})
    variant = world.made["endpoint-config.serving"][1]["ProductionVariants"][0]
    yield remade(world, "endpoint-config.serving", ProductionVariants=[variant | {"InitialInstanceCount": 2}])
    yield from of_notebooks(world)
    yield from of_tags(world)


def remade(world: World, key: str, **other: Any) -> Change:
    call, right = world.made[key]
    return change(key, (call, right | other), (call, right))


def places(world: World) -> Iterator[Change]:
    """One subnet less, and another group, of each that has some."""
    one, other = [world.ids["subnet.training@a"]], ["sg-0123456789abcdef0"]
    jobs = [world.ids["security-group.jobs"]]
    for key in ("model.serving", "training-job.first"):
        place = world.made[key][1]["VpcConfig"]
        yield remade(world, key, VpcConfig=place | {"Subnets": one})
        yield remade(world, key, VpcConfig=place | {"SecurityGroupIds": jobs + other})
    network = world.made["processing-job.clean"][1]["NetworkConfig"]
    for wrong in ({"Subnets": one}, {"SecurityGroupIds": other}):
        place = network["VpcConfig"] | wrong
        yield remade(world, "processing-job.clean", NetworkConfig=network | {"VpcConfig": place})
    settings = world.made["domain.studio"][1]["DefaultUserSettings"]
    yield remade(world, "domain.studio", SubnetIds=one)
    yield remade(world, "domain.studio", DefaultUserSettings=settings | {"SecurityGroups": other})
    yield remade(world, "domain.studio", DefaultUserSettings={"ExecutionRole": ROLE})


def of_notebooks(world: World) -> Iterator[Change]:
    """They alone cannot be made over another of their name."""
    call, right = world.made["notebook.desk"]
    name = {"NotebookInstanceName": "desk"}
    away: list[Request] = [("sagemaker.stop_notebook_instance", name), ("sagemaker.delete_notebook_instance", name)]
    for wrong in (
        {"SubnetId": world.ids["subnet.training@a"]},
        {"SecurityGroupIds": ["sg-0123456789abcdef0"]},
        {"DirectInternetAccess": "Enabled"},
        {"InstanceType": "ml.t3.large"},
        {"VolumeSizeInGB": 21},
        {"RoleArn": ROLE + "2"},
    ):
        yield change("notebook.desk", [*away, (call, right | wrong)], *away, (call, right))


def of_tags(world: World) -> Iterator[Change]:
    for key in world.made:
        arn = world.ids[key]
        extra = {"Key": "palisade:protect", "Value": "true"}
        tagged = {"ResourceArn": arn, "Tags": [extra]}
        without = {"ResourceArn": arn, "TagKeys": [extra["Key"]]}
        yield change(key, ("sagemaker.add_tags", tagged), ("sagemaker.delete_tags", without))
    # One of ours that the blueprint does not know, and the generation before, left behind.
    call, right = world.made["model.serving"]
    renamed = [it | {"Value": "model.more"} if it["Key"] == "palisade:key" else it for it in right["Tags"]]
    more = right | {"ModelName": "more", "Tags": renamed}
    yield change("model.more", (call, more), ("sagemaker.delete_model", {"ModelName": "more"}))


def bites_records(world: World) -> int:
    """Insists that a job that has ended is no leftover, and that everything else is."""
    account = Account(world.ec2, world.sagemaker)
    before = {id: it for id, it in snapshots.taken(account).items() if not id.startswith("arn:")}
    found = sorted(it.split(" ")[0] for it in snapshots.left_over(before, account))
    wanted = sorted(it for it in world.made if "-job." not in it)
    if found != wanted:
        raise Unnoticed(f"{found} is left over, should be {wanted}")
    return 1


def losses(world: World) -> Iterator[Change]:
    yield change("inference-endpoint.serving", ("sagemaker.delete_endpoint", {"EndpointName": "serving"}))
    name = {"EndpointConfigName": "serving"}
    yield change("endpoint-config.serving", ("sagemaker.delete_endpoint_config", name))
    yield change("model.serving", ("sagemaker.delete_model", {"ModelName": "serving-2"}))
    yield change("domain.studio", ("sagemaker.delete_domain", {"DomainId": "d-studio"}))
    name = {"NotebookInstanceName": "desk"}
    away = [("sagemaker.stop_notebook_instance", name), ("sagemaker.delete_notebook_instance", name)]
    yield change("notebook.desk", away)
