"""What one account may read and write: topic filters and the two questions asked of them. Pure.

Both brokers are configured from the same `Grants`; the matching here is what our amqtt program enforces, and follows
MQTT 3.1.1, section 4.7. Mosquitto enforces its own copy, and one contract suite holds them to the same answers.
"""

import re

from msgspec import Struct

MAX_TOPIC_BYTES = 512
"""No topic of ours comes near it; a longer one is refused before it is matched against anything."""

_FILTER = re.compile(r"(?:[a-z0-9-]+|\+)(?:/(?:[a-z0-9-]+|\+))*(?:/#)?")


class Grants(Struct, frozen=True, forbid_unknown_fields=True):
    """The filters that an account may receive from (`read`) and publish to (`write`). Anything else is refused."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no plain filter, so that no line of a generated ACL file can be smuggled in.

        Raises:
            ValueError: a filter has a character outside `[a-z0-9-]`, or a wildcard out of place.
        """
        for each in (*self.read, *self.write):
            if _FILTER.fullmatch(each) is None:
                raise ValueError(f"not a topic filter that can be granted: {each!r}")

    def may_read(self, topic: str) -> bool:
        """Say whether a message on this topic may be delivered to the account."""
        return any(matches(each, topic) for each in self.read)

    def may_subscribe(self, asked: str) -> bool:
        """Say whether every topic that a subscription could match may be read."""
        return any(covers(each, asked) for each in self.read)

    def may_write(self, topic: str) -> bool:
        """Say whether the account may publish to this topic, as a message or as its last will."""
        return is_topic(topic) and any(matches(each, topic) for each in self.write)


def is_topic(name: str) -> bool:
    """Say whether a message can be published under this name: no wildcard, no NUL, no broker-internal `$`."""
    return 0 < len(name.encode("utf-8", "surrogatepass")) <= MAX_TOPIC_BYTES and not (
        name.startswith("$") or any(mark in name for mark in "+#\0")
    )


def matches(topic_filter: str, topic: str) -> bool:
    """Say whether a topic falls under a filter (MQTT 3.1.1, 4.7.1 and 4.7.2).

    `#` at the end stands for any number of levels, none included (`a/#` matches `a`); `+` for exactly one. A leading
    wildcard never matches a topic that begins with `$`.
    """
    if topic.startswith("$") and topic_filter[:1] in {"+", "#"}:
        return False
    return _falls_under(topic_filter.split("/"), topic.split("/"))


def covers(granted: str, asked: str) -> bool:
    """Say whether everything that the filter `asked` could ever match is also matched by `granted`."""
    return _falls_under(granted.split("/"), asked.split("/"))


def _falls_under(wide: list[str], narrow: list[str]) -> bool:
    """Compare level by level; `narrow` may hold wildcards of its own, which only an equal or wider one covers."""
    if wide[-1] == "#":
        wide = wide[:-1]
        if len(narrow) < len(wide):
            return False
        narrow = narrow[: len(wide)]
    if len(wide) != len(narrow):
        return False
    return all(held == want or (held == "+" and want != "#") for held, want in zip(wide, narrow, strict=True))
