"""Groups: which of many things have been joined into one (union-find)."""

from __future__ import annotations


class Groups:
    """Disjoint groups of the integers 0 to n-1; the smallest member stands for its group."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def add(self) -> int:
        """A new member, alone in its group."""
        self._parent.append(len(self._parent))
        return len(self._parent) - 1

    def find(self, member: int) -> int:
        """The smallest member of the group."""
        parent = self._parent
        root = member
        while parent[root] != root:
            root = parent[root]
        while parent[member] != root:
            parent[member], member = root, parent[member]
        return root

    def join(self, first: int, second: int) -> None:
        """Make the groups of two members one."""
        low, high = sorted((self.find(first), self.find(second)))
        self._parent[high] = low
