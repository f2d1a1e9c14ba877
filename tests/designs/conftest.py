"""A small design and a way to ask for the refusal of a changed one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_design import SMALL

from designs import Design, DesignError
from designs.load import design_from_text


@pytest.fixture
def small() -> str:
    """A design file with one task of each kind."""
    return SMALL


@pytest.fixture
def loaded() -> Callable[[str], Design]:
    """Reads the text of a design file that would be called my.toml."""
    return lambda text: design_from_text(text, Path("my.toml"))


@pytest.fixture
def refusal(loaded: Callable[[str], Design]) -> Callable[..., str]:
    """The whole message for the small design after replacing one text by another."""

    def message(old: str = "", new: str = "", text: str = SMALL) -> str:
        assert old in text
        with pytest.raises(DesignError) as caught:
            loaded(text.replace(old, new, 1) if old else text)
        return str(caught.value)

    return message
