"""Inviting a device (邀请): two files and a six-digit code between people who hear each other.

The office writes an invitation with its public keys; the laptop answers with its own. Whoever carries the files could
put other keys in, so both sides reckon a code from the two files and compare it by voice. Without a third file such a
carrier could try out answers until the code fits: the code is therefore a slow hash (about a second and 256 MiB a try,
a million tries), and an invitation lasts a week.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.accounts import account_of, write_account
from casebook.store.areas import WHOLE_COUNTY, inside, normal
from casebook.store.clock import local_text, wall_text
from casebook.store.device_keys import Keys, own_keys, signature, signed_by
from casebook.store.devices import Device, body_of, casebook_id, device_from, device_of, devices, own_device
from casebook.store.facts import area_of, encoded
from casebook.store.rights import ROLES, require
from casebook.store.sqlite import Connection, storable

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

LASTS = timedelta(days=7)
DIGITS = 6

_INVITATION, _ANSWER = "ruhu-invitation", "ruhu-answer"
_VERSION = 1
_PENDING = "invitation:"
_LONGEST_NAME = 40  # characters
_MOST_BYTES = 1 << 16
_SALT = b"ruhu device code"
_ANSWERED = b"ruhu answer 1\0"


@dataclass(frozen=True, slots=True)
class CodeCost:
    """What one try at a code costs; the usual one is a second and 256 MiB."""

    memory_kib: int = 256 * 1024
    time: int = 4


@dataclass(frozen=True, slots=True)
class Invitation:
    """`title` is the casebook's name, `office` the inviting device, `device` what the office knows of the invited one:
    name, areas, role. `account` is who will work there, '' where the laptop says it. `digest` names the invitation."""

    casebook: str
    title: str
    office: Device
    device: Device
    account: str
    made: str
    expires: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a standing invitation: the device with its keys, who works there, the code to compare."""

    invitation: Invitation
    device: Device
    account: str
    code: str


# The office


def invite(
    book: Casebook,
    name: str,
    *,
    areas: Sequence[str] = (),
    role: str = "",
    account: str = "",
    now: datetime | None = None,
) -> tuple[Invitation, bytes]:
    """An invitation for a device of this name, remembered until it is answered or a week is over, and its file. `role`
    is a value of `ROLES`; role and areas are by default those of the account.

    Raises RuhuError (usage): no name, one that is taken, no such role, neither role nor account; not an administrator.
    """
    require(book.rights, "devices")
    own_keys(book)
    made = now or datetime.now(UTC)
    with book.writing() as writing:
        connection = writing.connection
        name = new_name(connection, name)
        account = storable(account).strip()
        known = account_of(connection, account) if account else None
        role = role or (known.role if known else "")
        if role not in ROLES.values():
            what = _("要写明这台设备上的人是什么角色")
            remedy = _("例：--role 调查员；已有账号的，写 --account 姓名")
            raise RuhuError("usage_role", what, remedy, category="usage")
        places = normal(areas) or (known.areas if known else ()) or WHOLE_COUNTY
        told: dict[str, Any] = {
            "format": _INVITATION,
            "version": _VERSION,
            "casebook": casebook_id(connection),
            "title": book.name,
            "office": body_of(own_device(book)),
            "device": {"name": name, "areas": list(places), "role": role},
            "account": account,
            "nonce": secrets.token_hex(16),
            "made": wall_text(made),
            "expires": wall_text(made + LASTS),
        }
        _forget_expired(connection, made)
        invitation = _invitation(told)
        value = encoded(told).decode()
        connection.execute("INSERT INTO meta VALUES (?, ?)", (_PENDING + invitation.digest, value))
    return invitation, file_of(told)


def pending(connection: Connection, now: datetime | None = None) -> list[Invitation]:
    """The invitations that wait for an answer, the newest first."""
    at = wall_text(now or datetime.now(UTC))
    found = [one for one in _all_pending(connection) if one.expires > at]
    return sorted(found, key=lambda one: one.made, reverse=True)


def withdraw(book: Casebook, digest: str) -> None:
    """Take an invitation back: its answer is refused."""
    with book.writing() as writing:
        writing.connection.execute("DELETE FROM meta WHERE key = ?", (_PENDING + digest,))


def read_answer(
    connection: Connection, content: bytes, name: str = "", *, now: datetime | None = None, cost: CodeCost | None = None
) -> Answer:
    """The answer in a file, to an invitation of this casebook, with the code that the laptop shows if it is its own.

    Raises RuhuError: no answer, damaged, to none that waits here, expired, of a device that is there already.
    """
    place = Place(file=name)
    told = _read(content, _ANSWER, place)
    asked = next((one for one in _all_pending(connection) if one.digest == told.get("invitation")), None)
    sent = device_from(told)
    if device_of(connection, sent.id) is not None:
        what = _("这份答复已经接受过了")
        raise RuhuError("answer_taken", what, _("设备见 ruhu device list"), place, category="usage")
    if asked is None:
        what = _("这份答复不是这个案卷发出的邀请，或者邀请已撤销")
        raise RuhuError("no_invitation", what, _("请用 ruhu device invite 重新邀请"), place)
    if asked.expires <= wall_text(now or datetime.now(UTC)):
        raise _expired(asked, place)
    account = told.get("account")
    rest = {key: value for key, value in told.items() if key != "signature"}
    if (
        not sent.id
        or not sent.seal
        or not isinstance(account, str)
        or not account
        or not signed_by(sent.sign, _ANSWERED + encoded(rest), str(told.get("signature", "")))
    ):
        what = _("这份答复不完整，或被改过")
        raise RuhuError("answer_damaged", what, _("请在那台电脑上再做一次 ruhu device join"), place)
    device = replace(asked.device, id=sent.id, sign=sent.sign, seal=sent.seal)
    return Answer(asked, device, account, code_of(asked.digest, digest_of(told), cost or CodeCost()))


def accept(book: Casebook, answer: Answer, code: str) -> Device:
    """Let the device in: its fact, and an account for who works there if there is none. `code` is what was heard from
    the laptop. Raises RuhuError (check) when it is another, (usage) for somebody who is no administrator."""
    typed = "".join(letter for letter in code if letter.isdigit())
    if not secrets.compare_digest(typed.encode(), answer.code.encode()):
        what = _("核对码不对，没有接受")
        remedy = _("请让对方再念一遍；还不对，就是文件在路上被换过，请重新邀请")
        raise RuhuError("code_differs", what, remedy, category="check")
    with book.writing() as writing:
        connection = writing.connection
        if not any(one.digest == answer.invitation.digest for one in _all_pending(connection)):
            what = _("这份邀请已经用过或撤销了")
            raise RuhuError("no_invitation", what, _("请用 ruhu device invite 重新邀请"), category="usage")
        writing.append("device", body_of(answer.device))
        known = account_of(connection, answer.account)
        if known is None or not known.role:
            write_account(writing, answer.account, answer.device.role, answer.device.areas)
        connection.execute("DELETE FROM meta WHERE key = ?", (_PENDING + answer.invitation.digest,))
    return answer.device


def _all_pending(connection: Connection) -> list[Invitation]:
    rows = connection.execute("SELECT value FROM meta WHERE substr(key, 1, ?) = ?", (len(_PENDING), _PENDING))
    return [_invitation(json.loads(value)) for (value,) in rows]


def _forget_expired(connection: Connection, now: datetime) -> None:
    for one in _all_pending(connection):
        if one.expires <= wall_text(now):
            connection.execute("DELETE FROM meta WHERE key = ?", (_PENDING + one.digest,))


def new_name(connection: Connection, name: str) -> str:
    """A name for a device, tidied. Raises RuhuError (usage) for none and for one that another has."""
    name = storable(name).strip()
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        what = _("设备要有名字，最多 {count} 个字").format(count=_LONGEST_NAME)
        remedy = _("例：ruhu device invite lap3 --account 陈静 --role 调查员")
        raise RuhuError("usage_device", what, remedy, category="usage")
    if any(one.name == name and not one.closed for one in devices(connection)):
        what = _("已有一台设备叫这个名字")
        remedy = _("请换一个名字；旧的不用了，先 ruhu device close")
        raise RuhuError("usage_device", what, remedy, category="usage")
    return name


def unlisted(connection: Connection, areas: Sequence[str]) -> list[str]:
    """Those of the areas in which no list has anybody: misspelt, or their list has not come yet."""
    places = {area_of(*row) for row in connection.execute("SELECT DISTINCT township, village FROM listed")}
    return [area for area in areas if area and not any(inside(place, (area,)) for place in places)]


def invitation_name(name: str) -> str:
    """`lap3.invite`: short, ASCII."""
    return f"{ascii_word(name) or 'device'}.invite"


def answer_name(invitation: Invitation) -> str:
    return f"{ascii_word(invitation.device.name) or 'device'}.answer"


def ascii_word(name: str) -> str:
    """What a file may be called after a name on any stick, Chinese as it is read: `办公室` is `bangongshi`; '' where
    nothing of it can be so written."""
    from casebook.people.readings import readings

    plain = "".join(letter if letter.isascii() else (readings(letter) or ("",))[0] for letter in name.lower())
    plain = plain.encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isalnum() or letter in "-_").strip("-_")[:16]


# The laptop


def read_invitation(content: bytes, name: str = "", *, now: datetime | None = None) -> Invitation:
    """The invitation in a file. Raises RuhuError: no invitation, damaged, of a newer ruhu, expired."""
    place = Place(file=name)
    invitation = _invitation(_read(content, _INVITATION, place))
    office = invitation.office
    told = (invitation.casebook, invitation.title, invitation.device.name, office.id, office.sign, office.seal)
    if not all(told) or not all(text.isprintable() for text in (*told, invitation.account)):
        raise _damaged(place)
    try:
        datetime.fromisoformat(invitation.expires.replace("Z", "+00:00"))
    except ValueError:
        raise _damaged(place) from None
    if invitation.expires <= wall_text(now or datetime.now(UTC)):
        raise _expired(invitation, place)
    return invitation


def answer_to(invitation: Invitation, device: Device, keys: Keys, account: str) -> dict[str, Any]:
    """What a laptop answers, signed with its keys."""
    told: dict[str, Any] = {
        "format": _ANSWER,
        "version": _VERSION,
        "invitation": invitation.digest,
        "device": device.id,
        "sign": device.sign,
        "seal": device.seal,
        "account": account,
        "nonce": secrets.token_hex(16),
    }
    told["signature"] = signature(keys, _ANSWERED + encoded(told))
    return told


# Both


def code_of(invitation: str, answer: str, cost: CodeCost) -> str:
    """Six digits from the digests of both files."""
    from argon2 import low_level
    from argon2.exceptions import HashingError

    try:
        slow: bytes = low_level.hash_secret_raw(
            bytes.fromhex(invitation + answer), _SALT, cost.time, cost.memory_kib, 1, 8, low_level.Type.ID
        )
    except HashingError as error:
        what = _("内存不够，算不出核对码（要 256 MB）")
        raise RuhuError("no_memory", what, _("请关掉其他程序再试")) from error
    return f"{int.from_bytes(slow, 'big') % 10**DIGITS:0{DIGITS}d}"


def code_text(code: str) -> str:
    """`123 456`: easier to say and to hear."""
    return f"{code[:3]} {code[3:]}"


def is_answer(content: bytes) -> bool:
    """Whether a file is an answer, to whatever invitation."""
    try:
        _read(content, _ANSWER, Place())
    except RuhuError:
        return False
    return True


def digest_of(told: Mapping[str, Any]) -> str:
    """Of what a file says, however its lines end."""
    return hashlib.sha256(encoded(dict(told))).hexdigest()


def file_of(told: Mapping[str, Any]) -> bytes:
    """An invitation or an answer as its file."""
    return json.dumps(dict(told), ensure_ascii=False, indent=1).encode() + b"\n"


def _read(content: bytes, kind: str, place: Place) -> dict[str, Any]:
    try:
        told = json.loads(content.decode("utf-8-sig")) if len(content) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("format") != kind:
        other = isinstance(told, dict) and told.get("format") in (_INVITATION, _ANSWER)
        if other:
            what = _("这是邀请，不是答复") if kind == _ANSWER else _("这是答复，不是邀请")
            remedy = _("邀请在新电脑上用 ruhu device join 打开，答复在发邀请的电脑上用 --answer 打开")
            raise RuhuError("other_file", what, remedy, place, category="usage")
        what = _("这不是邀请文件，或已损坏") if kind == _INVITATION else _("这不是答复文件，或已损坏")
        raise RuhuError("not_an_invitation", what, _("请再拷一次；还不行，请对方重做一个"), place)
    if not isinstance(told.get("version"), int):
        raise _damaged(place)
    if told["version"] > _VERSION:
        raise RuhuError("newer_invitation", _("这个文件是新版 ruhu 做的"), _("请先升级 ruhu"), place)
    return told


def _invitation(told: Mapping[str, Any]) -> Invitation:
    def word(name: str) -> str:
        value = told.get(name, "")
        return value if isinstance(value, str) else ""

    def device(name: str) -> Device:
        body = told.get(name)
        return device_from(body if isinstance(body, dict) else {})

    return Invitation(
        casebook=word("casebook"),
        title=word("title"),
        office=device("office"),
        device=device("device"),
        account=word("account"),
        made=word("made"),
        expires=word("expires"),
        digest=digest_of(told),
    )


def _expired(invitation: Invitation, place: Place) -> RuhuError:
    what = _("邀请已过期（{day}）").format(day=local_text(invitation.expires)[:10])
    return RuhuError("invitation_expired", what, _("请核对这台电脑的日期；日期没错，就请重新邀请"), place)


def _damaged(place: Place) -> RuhuError:
    return RuhuError("not_an_invitation", _("这个文件损坏了"), _("请再拷一次；还不行，请对方重做一个"), place)
