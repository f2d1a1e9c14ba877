"""The forms of a report: as text, and as files."""

from __future__ import annotations

from pathlib import Path

from verification.errors import UsageError
from verification.files import write_whole
from verification.report import Report
from verification.reports import html, json_form, junit, sarif, text

_FORMS = {
    "text": text.render,
    "json": json_form.render,
    "html": html.render,
    "junit": junit.render,
    "sarif": sarif.render,
}
_ENDINGS = {
    "text": "-report.txt",
    "json": "-report.json",
    "html": "-report.html",
    "junit": "-report.junit.xml",
    "sarif": "-report.sarif",
}


def render(report: Report, form: str) -> str:
    """The report in one of its forms, without a final line break.

    Raises:
        UsageError: no such form.
    """
    if form not in _FORMS:
        raise UsageError(f"a report comes as {', '.join(_FORMS)}; asked for {form!r}")
    return _FORMS[form](report)


def write_reports(report: Report, folder: Path) -> tuple[Path, ...]:
    """Every form as a file of `folder`, named after the design.

    Raises:
        UsageError: the folder cannot be written.
    """
    texts = {ending: render(report, form) + "\n" for form, ending in _ENDINGS.items()}
    paths = tuple(folder / f"{report.design}{ending}" for ending in texts)
    for path, body in zip(paths, texts.values(), strict=True):
        write_whole(path, body.encode())
    return paths
