"""The endpoints of a blueprint, those of its sets too: which service, where they stand, what they let through."""

import json
import pathlib

from addresses import Addresses
from words import Facts, canonical_policy

GATEWAY_SERVICES = ("s3", "dynamodb", "s3express")
EVERYTHING = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}

IMAGES = ["ecr.api", "ecr.dkr"]
SETS = {
    "sagemaker-training": ["s3", "sagemaker.api", "sts", "logs", "monitoring", *IMAGES, "kms"],
    "sagemaker-hosting": ["s3", "sagemaker.runtime", "sts", "logs", "monitoring", *IMAGES, "kms"],
    "sagemaker-notebook": ["s3", "sagemaker.api", "sagemaker.runtime", "notebook", "sts", "logs", "kms"],
    "sagemaker-studio": [
        "s3", "sagemaker.api", "sagemaker.runtime", "studio", "servicecatalog", "sts", "logs", "monitoring", *IMAGES,
        "kms",
    ],
    "sagemaker-hyperpod": [
        "s3", "ssm", "ssmmessages", "ec2messages", "eks", "sts", "logs", "monitoring", *IMAGES, "kms",
    ],
}  # fmt: skip


class Endpoints(Addresses):
    def __init__(self, document: dict, facts: Facts):
        super().__init__(document, facts)
        self.endpoints = {name: dict(it) for name, it in document.get("endpoints", {}).items()}
        for name, users in document.get("endpoint-sets", {}).items():
            for service in SETS[name]:
                self.add(service, users)

    def add(self, service: str, users: dict) -> None:
        """Adds an endpoint of a set: to the one of the same service and kind that there is, or as a new one."""
        new: dict = {}
        same = [
            it
            for name, it in self.endpoints.items()
            if (self.service_of(name, it), self.type_of(name, it))
            == (self.service_of(service, new), self.type_of(service, new))
        ]
        endpoint = same[0] if same else self.endpoints.setdefault(service, new)
        for field in ("tiers", "security-groups"):
            both = [*endpoint.get(field, []), *users.get(field, [])]
            if both:
                endpoint[field] = list(dict.fromkeys(both))

    def service_of(self, name: str, endpoint: dict) -> str:
        short = endpoint.get("service", name)
        if f".{self.region}." in short or short.startswith("com.amazonaws."):
            return short
        if short in ("notebook", "studio"):
            return f"aws.sagemaker.{self.region}.{short}"
        return f"com.amazonaws.{self.region}.{short}"

    def type_of(self, name: str, endpoint: dict) -> str:
        is_of_gateways = (
            self.service_of(name, endpoint).removeprefix(f"com.amazonaws.{self.region}.") in GATEWAY_SERVICES
        )
        return endpoint.get("type", "gateway" if is_of_gateways else "interface")

    def service(self, name: str) -> str:
        return self.service_of(name, self.endpoints[name])

    def is_gateway(self, name: str) -> bool:
        return self.type_of(name, self.endpoints[name]) == "gateway"

    def standing(self, name: str) -> list[tuple[str, str]]:
        """Returns tier and zone of an interface endpoint's subnets: per zone the first of its tiers that has it."""
        places: dict[str, str] = {}
        for tier in self.endpoints[name]["tiers"]:
            for zone in self.zones(tier):
                places.setdefault(zone, tier)
        return [(tier, zone) for zone, tier in places.items()]

    def policy(self, name: str) -> str:
        policy = self.endpoints[name].get("policy", EVERYTHING)
        if isinstance(policy, dict) and "file" in policy:
            policy = pathlib.Path(policy["file"]).read_text()
        return canonical_policy(policy if isinstance(policy, str) else json.dumps(policy))
