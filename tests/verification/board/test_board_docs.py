"""The page on the board's checks states the claims that the code makes."""

from __future__ import annotations

from pathlib import Path

from verification.board import checks, cuts, parasitics

PAGE = Path(__file__).parents[3] / "docs" / "board-checks.md"


def test_the_page_states_the_claims() -> None:
    """Every check, in the report's order, word by word."""
    rows = [
        (checks.PARTS, checks.PARTS_CLAIM),
        (checks.COPPER, checks.COPPER_CLAIM),
        (checks.LOOSE, checks.LOOSE_CLAIM),
        (cuts.NAME, cuts.CLAIM),
        (checks.NAMES, checks.NAMES_CLAIM),
        (checks.IPCD356, checks.IPCD356_CLAIM),
        (parasitics.NAME, parasitics.CLAIM),
    ]
    table = "".join(f"| `{name}` | {claim} |\n" for name, claim in rows)
    assert f"| check | claim |\n|---|---|\n{table}<!-- end -->" in PAGE.read_text(encoding="utf-8")
