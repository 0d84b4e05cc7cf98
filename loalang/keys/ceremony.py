"""The page of the key ceremony: printed, read aloud, compared, signed, and put into the envelope with the root key.

It is Vietnamese whatever the language of the terminal: it is for the people of the commune and for their archive.
"""

import html
from collections.abc import Iterator

from controller.assembly import commune_of
from loalang.keys.cabinet import Cabinet
from loalang.keys.fingerprint import fingerprints
from loalang.keys.hours import told
from words import Value
from words import say as catalogue

PRESENT = 4
"""Lines for those who were present."""
STEPS = ("made", "compared", "sealed", "tried", "removed", "code", "put-away")
_LINE = "_" * 40
_STYLE = (
    "body{font:12pt/1.5 serif;max-width:17cm;margin:2cm auto;color:#000;background:#fff}"
    "h1{font-size:18pt;text-align:center}h2{font-size:13pt;margin:1.2em 0 .3em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #000;padding:.35em .5em;text-align:left}"
    "code{font:11pt monospace}li{margin:.3em 0}"
)


def ceremony_page(held: Cabinet, *, as_html: bool) -> str:
    """Return the page, as HTML or as plain text."""
    return _html(held) if as_html else _text(held)


def _said(key: str, **values: Value) -> str:
    return catalogue(key, "vi", **values)


def _facts(held: Cabinet) -> Iterator[tuple[str, str]]:
    in_force = held.desk.keys.in_force
    for role, digits in fingerprints(in_force.root.public, in_force.delegation):
        yield _said(f"keys-role-{role}"), digits


def _notes(held: Cabinet) -> list[str]:
    one = held.desk.keys.in_force.delegation
    made = held.desk.local(one.issued_at)
    return [
        _said("ceremony-commune", commune=commune_of(held.office).name),
        _said("ceremony-made", time=f"{made:%H:%M}", date=f"{made:%d/%m/%Y}"),
        _said("keys-delegation", serial=str(one.serial), epoch=str(one.epoch)),
        _said("keys-caps", hours=told(one.caps.hours), minutes=one.caps.length_s // 60, volume=one.caps.volume),
    ]


def _steps() -> list[str]:
    return [_said(f"ceremony-step-{step}") for step in STEPS]


def _places() -> list[str]:
    return [_said("ceremony-envelope"), _said("ceremony-copy"), _said("ceremony-passphrase"), _said("ceremony-code")]


def _text(held: Cabinet) -> str:
    lines = [_said("ceremony-title").upper(), "", *_notes(held), "", _said("ceremony-keys")]
    lines += [f"  {role}:\n    {digits}" for role, digits in _facts(held)]
    lines += ["", _said("ceremony-steps"), *(f"  [ ] {number}. {step}" for number, step in enumerate(_steps(), 1))]
    lines += ["", _said("ceremony-places"), *(f"  {place} {_LINE}" for place in _places())]
    lines += ["", _said("ceremony-present"), *(f"  {number}. {_LINE} {_LINE}" for number in range(1, PRESENT + 1))]
    return "\n".join([*lines, "", _said("ceremony-day"), ""])


def _html(held: Cabinet) -> str:
    rows = "".join(f"<tr><th>{_e(role)}</th><td><code>{_e(digits)}</code></td></tr>" for role, digits in _facts(held))
    steps = "".join(f"<li>☐ {_e(step)}</li>" for step in _steps())
    places = "".join(f"<tr><th>{_e(place)}</th><td>&nbsp;</td></tr>" for place in _places())
    head = "".join(f"<th>{_e(_said(f'ceremony-column-{name}'))}</th>" for name in ("name", "office", "signature"))
    people = f"<tr>{head}</tr>" + "<tr><td>&nbsp;</td><td></td><td></td></tr>" * PRESENT
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{_e(_said("ceremony-title"))}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_e(_said('ceremony-title'))}</h1>"
        + "".join(f"<p>{_e(note)}</p>" for note in _notes(held))
        + f"<h2>{_e(_said('ceremony-keys'))}</h2><table>{rows}</table>"
        + f"<h2>{_e(_said('ceremony-steps'))}</h2><ol>{steps}</ol>"
        + f"<h2>{_e(_said('ceremony-places'))}</h2><table>{places}</table>"
        + f"<h2>{_e(_said('ceremony-present'))}</h2><table>{people}</table>"
        + f"<p>{_e(_said('ceremony-day'))}</p></body></html>\n"
    )


def _e(text: str) -> str:
    return html.escape(text)
