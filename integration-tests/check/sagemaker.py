"""What a blueprint asks for in SageMaker, in the words that `sagemaker_live.py` uses too."""

import re
from typing import Any, Iterator

from peers import Peers
from words import Attributes, as_list

# Of each table of `[sagemaker]`: the kind in keys.
KINDS = {
    "domains": "domain",
    "user-profiles": "user-profile",
    "notebook-instances": "notebook",
    "models": "model",
    "endpoint-configs": "endpoint-config",
    "endpoints": "inference-endpoint",
    "training-jobs": "training-job",
    "processing-jobs": "processing-job",
}
JOBS = ("training-job", "processing-job")
# What gets another name with each generation, because both stand side by side.
WITH_GENERATION = ("notebook", "model", "endpoint-config")
# Names in here are the author's, not the API's.
AUTHORS = ("environment", "hyper-parameters")
# Where the API has them; a field that is not written is the secure choice, or what AWS does.
DEFAULTS: dict[str, Attributes] = {
    "domain": {"field auth-mode": "IAM", "field app-network-access-type": "VpcOnly"},
    "notebook": {"field direct-internet-access": "Disabled"},
    "model": {"field enable-network-isolation": False},
    "training-job": {
        "field enable-network-isolation": False,
        "field enable-inter-container-traffic-encryption": False,
    },
    "processing-job": {
        "field network-config.enable-network-isolation": False,
        "field network-config.enable-inter-container-traffic-encryption": False,
    },
}


class SageMaker(Peers):
    def workloads(self) -> Iterator[tuple[str, Attributes]]:
        for table, kind in KINDS.items():
            for name, asked in self.sagemaker(table).items():
                yield f"{kind}.{name}", self.workload(kind, dict(asked))

    def sagemaker(self, table: str) -> dict[str, dict]:
        return self.document.get("sagemaker", {}).get(table, {})

    def workload(self, kind: str, asked: dict) -> Attributes:
        """Returns where it is, what it names, and the fields that the author wrote, by their paths."""
        place = asked.pop("vpc-config", None)
        attributes: Attributes = self.place(kind, place, asked.pop("zone", None))
        attributes["role"] = asked.pop("execution-role", None)
        match kind:
            case "domain":
                attributes["vpc"] = self.vpc_name
                attributes["tag palisade:home-efs"] = asked.pop("home-efs")
            case "user-profile":
                attributes["domain"] = self.named("domains", either(asked, "domain", "domain-id"))
            case "inference-endpoint":
                config = either(asked, "endpoint-config", "endpoint-config-name")
                attributes["config"] = self.named("endpoint-configs", config)
            case "endpoint-config":
                variants = asked["production-variants"] = [dict(it) for it in asked["production-variants"]]
                names = [either(it, "model", "model-name") for it in variants]
                attributes["models"] = [self.named("models", it) for it in names]
            case "training-job" | "processing-job" if place:
                attributes["tag palisade:vpc-config"] = place
        return attributes | DEFAULTS.get(kind, {}) | dict(fields(asked))

    def place(self, kind: str, config: str | None, zone: str | None) -> Attributes:
        if config is None:
            return {"subnets": [], "groups": []}
        asked = self.sagemaker("vpc-configs")[config]
        subnets = self.subnets(asked["tier"])
        if kind == "notebook":
            # It is one machine: it stands in the zone that is named, or in the first.
            subnets = {"": subnets[self.suffix(zone)] if zone else next(iter(subnets.values()))}
        # A profile is in the subnets of its domain.
        standing = [] if kind == "user-profile" else sorted(subnets.values())
        return {"subnets": standing, "groups": sorted(self.group(it) for it in as_list(asked["security-groups"]))}

    def named(self, table: str, name: str) -> str:
        """Returns the key of what the blueprint has by this name, or else the name, which is AWS's."""
        return f"{KINDS[table]}.{name}" if name in self.sagemaker(table) else name


def either(asked: dict, *names: str) -> Any:
    """Takes out of what is asked a field that may be called by palisade's word or by the API's."""
    return next(asked.pop(it) for it in names if it in asked)


def aws_name(key: str, generation: int) -> str:
    """Returns what SageMaker calls an object of ours."""
    kind, _, name = key.partition(".")
    return f"{name}-{generation}" if kind in WITH_GENERATION and generation > 1 else name


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Writes each value of a description with the path that leads to it, in the blueprint's spelling."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        yield f"field {path}", value
        return
    is_authors = path.rpartition(".")[2] in AUTHORS
    for name, it in members:
        name = str(name) if is_authors or isinstance(value, list) else kebab(name)
        yield from fields(it, f"{path}.{name}" if path else name)


def kebab(name: str) -> str:
    """Spells a name of the API as blueprints do: `VolumeSizeInGB` is `volume-size-in-gb`."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name)
    return re.sub(r"([A-Z])([A-Z][a-z])", r"\1-\2", name).lower()
