"""What an account holds in SageMaker, as boto3 tells it, and its description in the words of `sagemaker.py`."""

from typing import Any, Iterator

from botocore.exceptions import ClientError

from sagemaker import DEFAULTS, fields
from words import Attributes

# Of each kind: the operation that lists it, where the answer has it, the operation that describes it, by which fields
# of the list, and which field of the description is its ARN.
READINGS = [
    ("domain", "list_domains", "Domains", "describe_domain", ["DomainId"], "DomainArn"),
    (
        "notebook",
        "list_notebook_instances",
        "NotebookInstances",
        "describe_notebook_instance",
        ["NotebookInstanceName"],
        "NotebookInstanceArn",
    ),
    ("model", "list_models", "Models", "describe_model", ["ModelName"], "ModelArn"),
    (
        "endpoint config",
        "list_endpoint_configs",
        "EndpointConfigs",
        "describe_endpoint_config",
        ["EndpointConfigName"],
        "EndpointConfigArn",
    ),
    ("inference endpoint", "list_endpoints", "Endpoints", "describe_endpoint", ["EndpointName"], "EndpointArn"),
    (
        "training job",
        "list_training_jobs",
        "TrainingJobSummaries",
        "describe_training_job",
        ["TrainingJobName"],
        "TrainingJobArn",
    ),
    (
        "processing job",
        "list_processing_jobs",
        "ProcessingJobSummaries",
        "describe_processing_job",
        ["ProcessingJobName"],
        "ProcessingJobArn",
    ),
]
PROFILES = (
    "user profile",
    "list_user_profiles",
    "UserProfiles",
    "describe_user_profile",
    ["DomainId", "UserProfileName"],
    "UserProfileArn",
)
ENDED = ("Completed", "Stopped", "Failed")


def read(sagemaker: Any) -> Iterator[tuple[str, str, dict]]:
    """Reads everything: its kind, its ARN and its description, with its tags as EC2 has them."""
    domains = list(listed(sagemaker, "list_domains", "Domains"))
    for reading in READINGS + ([PROFILES] if domains else []):
        kind, operation, field, describe, names, arn = reading
        for it in listed(sagemaker, operation, field):
            raw = getattr(sagemaker, describe)(**{name: it[name] for name in names})
            raw.pop("ResponseMetadata")
            yield kind, raw[arn], raw | {"Tags": tags(sagemaker, raw[arn])}


def listed(sagemaker: Any, operation: str, field: str) -> Iterator[dict]:
    try:
        for page in sagemaker.get_paginator(operation).paginate():
            yield from page[field]
    except ClientError as error:
        # The quirk `sagemaker-unimplemented`: of what cannot be listed, nothing can have been made.
        if error.response["Error"]["Code"] != "500":
            raise


def tags(sagemaker: Any, arn: str) -> list[dict[str, str]]:
    try:
        found = listed_tags(sagemaker, arn)
    except ClientError as error:
        # The quirk `sagemaker-list-tags-500`: a domain without tags.
        if error.response["Error"]["Code"] != "500":
            raise
        return []
    # The quirk `sagemaker-tags-twice`: the last of a key is what it is now.
    return [{"Key": key, "Value": value} for key, value in found.items()]


def listed_tags(sagemaker: Any, arn: str) -> dict[str, str]:
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {it["Key"]: it["Value"] for page in pages for it in page["Tags"]}


def is_record(kind: str, raw: dict) -> bool:
    """Tells a job that has ended, of which AWS keeps the record for good."""
    status = raw.get("TrainingJobStatus") or raw.get("ProcessingJobStatus")
    return kind in ("training job", "processing job") and status in ENDED


class Workloads:
    """Describes SageMaker's objects. `things`, `name` and `named` are the network's."""

    def described(self, kind: str, raw: dict, name: str, place: dict, role: str | None) -> Attributes:
        """Returns what is the same for every kind."""
        attributes = {
            "name": name,
            "subnets": self.named(place.get("Subnets") or []),
            "groups": self.named(place.get("SecurityGroupIds") or []),
            "role": role,
        }
        # What is off is left out of some answers.
        off = {it: value for it, value in DEFAULTS.get(kind, {}).items() if value is False}
        return attributes | off | dict(fields({it: raw[it] for it in raw if it != "Tags"}))

    def key_of(self, kind: str, field: str, name: str) -> str:
        """Returns the key of what SageMaker calls so, or else its name."""
        found = [id for id, it in self.things.items() if it.kind == kind and it.raw[field] == name]
        return self.name(found[0]) if found else name

    def domain(self, raw: dict) -> Attributes:
        users = raw["DefaultUserSettings"]
        place = {"Subnets": raw["SubnetIds"], "SecurityGroupIds": users.get("SecurityGroups")}
        attributes = self.described("domain", raw, raw["DomainName"], place, users.get("ExecutionRole"))
        return attributes | {"vpc": self.name(raw["VpcId"])}

    def user_profile(self, raw: dict) -> Attributes:
        settings = raw.get("UserSettings", {})
        place = {"SecurityGroupIds": settings.get("SecurityGroups")}
        role = settings.get("ExecutionRole")
        attributes = self.described("user-profile", raw, raw["UserProfileName"], place, role)
        return attributes | {"domain": self.key_of("domain", "DomainId", raw["DomainId"])}

    def notebook(self, raw: dict) -> Attributes:
        subnets = [raw["SubnetId"]] if raw.get("SubnetId") else []
        place = {"Subnets": subnets, "SecurityGroupIds": raw.get("SecurityGroups")}
        return self.described("notebook", raw, raw["NotebookInstanceName"], place, raw["RoleArn"])

    def model(self, raw: dict) -> Attributes:
        return self.described("model", raw, raw["ModelName"], raw.get("VpcConfig", {}), raw.get("ExecutionRoleArn"))

    def endpoint_config(self, raw: dict) -> Attributes:
        place, role = raw.get("VpcConfig", {}), raw.get("ExecutionRoleArn")
        models = [it.get("ModelName", "") for it in raw["ProductionVariants"]]
        attributes = self.described("endpoint-config", raw, raw["EndpointConfigName"], place, role)
        return attributes | {"models": [self.key_of("model", "ModelName", it) for it in models]}

    def inference_endpoint(self, raw: dict) -> Attributes:
        config = self.key_of("endpoint config", "EndpointConfigName", raw["EndpointConfigName"])
        return self.described("inference-endpoint", raw, raw["EndpointName"], {}, None) | {"config": config}

    def training_job(self, raw: dict) -> Attributes:
        return self.described("training-job", raw, raw["TrainingJobName"], raw.get("VpcConfig", {}), raw["RoleArn"])

    def processing_job(self, raw: dict) -> Attributes:
        place = raw.get("NetworkConfig", {}).get("VpcConfig", {})
        return self.described("processing-job", raw, raw["ProcessingJobName"], place, raw["RoleArn"])
