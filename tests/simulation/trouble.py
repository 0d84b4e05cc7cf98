"""What is wrong with a thing, and when anything last was: a promise binds only who was well all along."""

from dataclasses import dataclass, field


@dataclass
class Trouble:
    """`standing` names what is wrong now; `last` is when anything last began or ended."""

    standing: set[str] = field(default_factory=set)
    last: float = -1e9

    def begins(self, at: float, what: str) -> None:
        self.standing.add(what)
        self.last = at

    def ends(self, at: float, what: str) -> None:
        self.standing.discard(what)
        self.last = at

    def struck_since(self, at: float) -> bool:
        """Whether something new began, or ended, since then."""
        return self.last >= at

    def free_since(self, at: float) -> bool:
        """Whether nothing is wrong, and nothing was since then."""
        return not self.standing and self.last < at
