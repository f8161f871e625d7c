"""The Merkle tree of RFC 6962: what lets anyone, without our key, check that an entry is in a signed checkpoint."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

EMPTY_ROOT = hashlib.sha256(b"").digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees (RFC 6962, § 2.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The growing edge of a tree: its size, and the roots of its perfect subtrees, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Add a leaf: one hash on average."""
        top, bits = leaf, self.size
        while bits & 1:
            top = node(self.peaks.pop(), top)
            bits >>= 1
        self.peaks.append(top)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self.peaks:
            return EMPTY_ROOT
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node(peak, top)
        return top


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


class Tree:
    """Every subtree of a tree, kept to prove many leaves at once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = [node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            self._levels.append(pairs + below[len(pairs) * 2 :])  # an odd one climbs as it is

    def root(self) -> bytes:
        """Return the root of the tree."""
        return self._levels[-1][0] if self._levels[-1] else EMPTY_ROOT

    def proof(self, index: int) -> list[bytes]:
        """Return the path from a leaf, counted from 0, to the root (RFC 6962, § 2.1.1); raises IndexError."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                path.append(level[beside])
            index >>= 1
        return path


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], wanted: bytes) -> bool:
    """Say whether a path leads from a leaf to the root of a tree of this size (RFC 9162, § 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, top = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            top = node(beside, top)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            top = node(top, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and top == wanted
