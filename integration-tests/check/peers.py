"""What the peers of a blueprint's rules are to AWS."""

from endpoints import Endpoints
from words import ANYWHERE, ANYWHERE_V6, Facts, block


class Peers(Endpoints):
    def __init__(self, document: dict, facts: Facts):
        super().__init__(document, facts)
        self.lists: dict[str, dict] = document.get("prefix-lists", {})
        self.outsides: dict[str, dict] = document.get("outside", {})

    def group(self, text: str) -> str:
        return text if text.startswith("sg-") else f"security-group.{text}"

    def blocks_of(self, text: str) -> list[str] | None:
        """Returns the blocks of a peer that is the same in groups and in ACLs."""
        kind, _, name = text.partition(":")
        match kind:
            case "internet":
                return [ANYWHERE, ANYWHERE_V6] if self.is_dual else [ANYWHERE]
            case "vpc":
                # The VPC's, while nobody knows it, is nobody's peer.
                return self.cidrs() + [it for it in self.vpc_ipv6() if "::/" in it]
            case "tier" if name:
                return self.tier_cidrs(name)
            case "outside" if name:
                return [block(it) for it in self.outsides[name]["cidrs"]]
        return None

    def group_peers(self, text: str, own: str) -> list[str]:
        """Returns what a peer of a group's rule is to AWS."""
        blocks = self.blocks_of(text)
        if blocks is not None:
            return blocks
        kind, _, name = text.partition(":")
        match kind:
            case "self":
                return [f"security-group.{own}"]
            case "group":
                return [f"security-group.{name}"]
            case "prefix-list":
                return [f"prefix-list.{name}"]
            case "endpoint" if self.is_gateway(name):
                return [self.facts.list_ids[self.service(name)]]
            case "endpoint":
                return [self.group(it) for it in self.endpoints[name]["security-groups"]]
        return [text] if text.startswith(("sg-", "pl-")) else [block(text)]

    def acl_peers(self, text: str) -> list[str]:
        """Returns the blocks that a peer of an ACL's rule stands for."""
        blocks = self.blocks_of(text)
        if blocks is not None:
            return blocks
        kind, _, name = text.partition(":")
        match kind:
            case "s3" | "dynamodb":
                return self.of_list(self.facts.list_ids[f"com.amazonaws.{self.region}.{kind}"])
            case "prefix-list":
                return list(self.list_entries(name))
            case "endpoint" if self.is_gateway(name):
                return self.of_list(self.facts.list_ids[self.service(name)])
            case "endpoint":
                # Endpoints have IPv4 addresses only, whatever their subnets have.
                return [self.subnet_cidrs(tier)[zone] for tier, zone in self.standing(name)]
        return self.of_list(text) if text.startswith("pl-") else [block(text)]

    def of_list(self, id: str) -> list[str]:
        return [block(it) for it in self.facts.list_cidrs[id]]

    def list_entries(self, name: str) -> dict[str, str]:
        """Returns the descriptions of a list's blocks."""
        entries = [it if isinstance(it, dict) else {"cidr": it} for it in self.lists[name].get("entries", [])]
        return {block(it["cidr"]): it.get("description", "") for it in entries}
