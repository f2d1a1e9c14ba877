"""Unions: which of n things have been joined."""

from __future__ import annotations


class Unions:
    """Disjoint sets over 0..n-1; the smallest member stands for its set."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, item: int) -> int:
        """The member that stands for the item's set."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, a: int, b: int) -> None:
        """Makes one set of two."""
        a, b = self.find(a), self.find(b)
        if a != b:
            self._parent[max(a, b)] = min(a, b)

    def groups(self) -> dict[int, tuple[int, ...]]:
        """Every set, by the member that stands for it."""
        table: dict[int, list[int]] = {}
        for item in range(len(self._parent)):
            table.setdefault(self.find(item), []).append(item)
        return {root: tuple(members) for root, members in table.items()}
