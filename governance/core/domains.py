"""Domains: what is sealed with one data key, and becomes unreadable at once when that key is destroyed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Domain:
    """A convention of a structure, a structure's own matters, or the service's.

    >>> [str(Domain("ab12", "S1")), str(Domain("ab12")), str(SERVICE)]
    ['ab12/S1', 'ab12/', '/']
    """

    structure: str = ""
    convention: str = ""

    def __post_init__(self) -> None:
        if "/" in self.structure or (self.convention and not self.structure):
            raise ValueError("a domain is structure/convention, structure/ or /")

    def __str__(self) -> str:
        return f"{self.structure}/{self.convention}"

    @classmethod
    def named(cls, text: str) -> "Domain":
        """Return the domain of a name that `str` gave."""
        structure, _, convention = text.partition("/")
        return cls(structure, convention)


SERVICE = Domain()
