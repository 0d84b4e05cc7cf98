"""What the words of `loalang keys` do."""

import argparse
import json

from msgspec.structs import replace

from controller.services import delegations, enrolment
from controller.services.delegations import Change
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.root_recovery import recover as begin_anew
from loalang.keys import asking, offline_root, stick
from loalang.keys.asking import CannotGoOn
from loalang.keys.cabinet import Cabinet
from loalang.keys.ceremony import ceremony_page
from loalang.keys.fingerprint import fingerprint, fingerprints
from loalang.keys.hours import Unclear, read_hours, read_length, told
from loalang.terminal import say
from protocol.keys import SigningKey
from protocol.messages import Caps, Delegation
from protocol.names import Role


def show(held: Cabinet, options: argparse.Namespace) -> None:  # noqa: ARG001 - every word has the same shape
    """Print the keys, what they may do, and where the root key is."""
    in_force = held.desk.keys.in_force
    for role, digits in fingerprints(in_force.root.public, in_force.delegation):
        print(say("keys-line", role=say(f"keys-role-{role}"), fingerprint=digits))
    _print_delegation(in_force.delegation)
    emergency = held.desk.keys.emergency_id
    if emergency is None or not held.keys.emergency_closed(emergency):
        print(say("keys-emergency-open"))
    if not held.keys.root_file.exists():
        print(say("keys-root-off-line"))


def offline(held: Cabinet, options: argparse.Namespace) -> None:
    """Seal the root key into a file, prove that it opens, and only then remove it from this machine."""
    if not held.keys.root_file.exists():
        raise CannotGoOn(say("keys-root-gone"))
    offline_root.move(held.keys, options.to, asking.new_passphrase(options.passphrase_file), held.desk.commune)
    print(say("keys-offline-done", file=str(options.to), fingerprint=fingerprint(held.desk.keys.in_force.root.public)))


def change_code(held: Cabinet, options: argparse.Namespace) -> None:
    """Close the emergency key by another code; the key stays."""
    key = held.desk.keys.emergency_id
    closed = None if key is None else held.keys.emergency_closed(key)
    if key is None or closed is None:
        raise CannotGoOn(say("keys-no-emergency"))
    secret = held.keys.open_emergency(key, asking.old_code(options.old_code_file)) if closed else _former(held)
    code, made_up = asking.chosen_code(options.emergency_code_file)
    held.keys.keep_emergency(secret, code)
    _print_code(code, made_up=made_up)


def rotate(held: Cabinet, options: argparse.Namespace) -> None:
    """Make a new key in the place of one, and revoke the old one."""
    if options.what == "root":
        _rotate_root(held, options)
        return
    root = held.root(options.root, options.passphrase_file)
    if options.what == "schedule":
        made = delegations.delegate(held.desk, root, Change(schedule=True))
    else:
        code, made_up = asking.chosen_code(options.emergency_code_file)
        made = delegations.delegate(held.desk, root, Change(emergency_code=code))
        _print_code(code, made_up=made_up)
    _print_made(held, made)


def revoke(held: Cabinet, options: argparse.Namespace) -> None:
    """Believe a unit's key no more."""
    enrolment.revoke_unit(held.desk, held.accounts, unit=options.unit)
    print(say("keys-revoked", unit=options.unit))


def caps(held: Cabinet, options: argparse.Namespace) -> None:
    """Change how far the schedule key reaches; what is not named stays."""
    old = held.desk.keys.in_force.delegation.caps
    try:
        wanted = replace(
            old,
            utc_offset_min=_utc_offset_min(held),
            hours=read_hours(options.hours) or old.hours,
            length_s=read_length(options.length) if options.length else old.length_s,
            volume=old.volume if options.volume is None else options.volume,
        )
    except Unclear as error:
        raise CannotGoOn(say("keys-unclear", text=str(error))) from error
    root = held.root(options.root, options.passphrase_file)
    _print_made(held, delegations.delegate(held.desk, root, Change(caps=wanted)))


def recover(held: Cabinet, options: argparse.Namespace) -> None:
    """Begin a new epoch, and write everything that the units need onto a stick."""
    root = held.root(options.root, options.passphrase_file)
    code, made_up = _recovery_code(options)
    found = begin_anew(held.desk, root, emergency_code=code)
    if code is not None:
        _print_code(code, made_up=made_up)
    missing = stick.write(options.to, found, held.office.store)
    _print_made(held, found.delegation)
    print(say("keys-recovered", folder=str(options.to), units=len(found.programmes), clips=len(found.clips) - missing))
    if missing:
        print(say("keys-clips-missing", count=missing))


def ceremony(held: Cabinet, options: argparse.Namespace) -> None:
    """Write the page to be printed and signed; `.txt` for a printer without a browser."""
    page = ceremony_page(held, as_html=options.to.suffix.lower() in {".html", ".htm"})
    options.to.write_text(page, "utf-8")
    print(say("keys-ceremony-written", file=str(options.to)))


def _rotate_root(held: Cabinet, options: argparse.Namespace) -> None:
    """Until each unit was visited it goes on under the old root key; nothing falls silent."""
    if not options.yes:
        raise CannotGoOn(say("keys-root-rotation-what"))
    if held.keys.root_file.exists():
        raise CannotGoOn(say("keys-root-rotation-first-offline"))
    root = SigningKey.generate()
    held.keys.keep_root(root)
    made = delegations.begin_root(held.desk, root)
    _print_made(held, made)
    in_force = held.desk.keys.in_force
    print(say("keys-root-rotation-visit"))
    print(f"\n[keys]\nroot = {_quoted(in_force.root.text)}\ndelegation = {_quoted(in_force.signed.decode('utf-8'))}\n")


def _former(held: Cabinet) -> SigningKey:
    former = held.keys.former_keys()
    if former is None:
        raise CannotGoOn(say("keys-no-emergency"))
    return former[1]


def _recovery_code(options: argparse.Namespace) -> tuple[str | None, bool]:
    if options.new_emergency_key or options.emergency_code_file is not None:
        return asking.chosen_code(options.emergency_code_file)
    return None, False


def _utc_offset_min(held: Cabinet) -> int:
    offset = held.desk.local(held.desk.clock()).utcoffset()
    if offset is None:
        raise Invalid(Fault("caps", FaultCode.CAPS_INVALID))
    return int(offset.total_seconds()) // 60


def _print_made(held: Cabinet, made: Delegation) -> None:
    print(say("keys-made"))
    for role, digits in fingerprints(held.desk.keys.in_force.root.public, made):
        if role is not Role.ROOT:
            print(say("keys-line", role=say(f"keys-role-{role}"), fingerprint=digits))
    _print_delegation(made)
    print(say("keys-followed"))


def _print_delegation(one: Delegation) -> None:
    print(say("keys-delegation", serial=str(one.serial), epoch=str(one.epoch)))
    print(_caps_told(one.caps))


def _caps_told(one: Caps) -> str:
    return say("keys-caps", hours=told(one.hours), minutes=one.length_s // 60, volume=one.volume)


def _print_code(code: str, *, made_up: bool) -> None:
    print(say("keys-code-made", code=code) if made_up else say("keys-code-kept"))


def _quoted(text: str) -> str:
    """A string of TOML, whose basic strings contain those of JSON."""
    return json.dumps(text, ensure_ascii=False)
