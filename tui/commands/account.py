"""`ruhu account`: who works on a casebook, in which role and for which places; each with a key of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.help import Command
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.accounts import Account
    from casebook.store.casebook import Casebook

ACCOUNT_HELP = N_("账号：谁能用这个案卷，什么角色，管哪些乡镇和村。")
ACCOUNT_EXAMPLES = N_("ruhu account list\nruhu account close 陈静")
LIST_HELP = N_("列出账号：姓名、角色、管辖、有没有钥匙。")
LIST_EXAMPLES = "ruhu account list\nruhu account list --json"
ADD_HELP = N_(
    "开一个账号。加密的案卷要给他一个口令（请他本人来输），他就有了自己的钥匙。"
    "角色：调查员填和上交调查表；审核员还能导入、核对、裁定、审核、上报；管理员还能管账号、设备和密钥；查询员只看。"
)
ADD_EXAMPLES = N_(
    "ruhu account add 陈静 --role 调查员 --area 永和镇/三溪村 --area 永和镇/和平村\n"
    "ruhu account add 王审 --role auditor --new-passphrase-fd 4 4<新口令"
)
CHANGE_HELP = N_("改一个账号的角色或管辖。--area 给出的是改后的全部；--whole-county 改成管全县。")
CHANGE_EXAMPLES = N_("ruhu account change 陈静 --role 审核员\nruhu account change 陈静 --area 永和镇")
CLOSE_HELP = N_("停用一个账号，并收回他的钥匙。他做过的事都留着。他若有案卷的拷贝，旧口令仍能打开那份拷贝。")
CLOSE_EXAMPLES = N_("ruhu account close 陈静")

_MOST_PLACES = 12

_Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("姓名"))]
_Areas = Annotated[
    list[str] | None,
    typer.Option(
        "--area", metavar="AREA", help=N_("管的地方：乡镇，或 乡镇/村，与名单上写的一样；可多次给；不给是全县")
    ),
]


def add_account_commands(group: typer.Typer) -> None:
    group.command("list", cls=Command, help=LIST_HELP, epilog=LIST_EXAMPLES)(account_list)
    group.command("add", cls=Command, help=ADD_HELP, epilog=ADD_EXAMPLES)(account_add)
    group.command("change", cls=Command, help=CHANGE_HELP, epilog=CHANGE_EXAMPLES)(account_change)
    group.command("close", cls=Command, help=CLOSE_HELP, epilog=CLOSE_EXAMPLES)(account_close)


def account_list(casebook: CasebookOption = None, user: UserOption = None, json: JsonOption = False) -> int:
    from casebook.store.accounts import accounts
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    with opened_casebook(casebook, user) as book:
        found, keyed = accounts(book.connection), _with_keys(book)
        if json:
            print_json([_told(one, keyed) for one in found])
            return 0
        tell(_line(one, keyed) for one in found)
        if not book.encrypted:
            tell([_("这个案卷没有加密：不用口令，没有账号的人什么都能做；有账号的按角色和管辖。")])
    return 0


def account_add(
    name: _Name,
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="ROLE",
            help=N_("角色：调查员 surveyor、审核员 auditor、管理员 administrator、查询员 reader，中英文都行"),
        ),
    ],
    area: _Areas = None,
    new_passphrase_fd: Annotated[
        int | None,
        typer.Option(
            "--new-passphrase-fd",
            metavar="N",
            help=N_("从文件描述符 N 读他的口令；不给时用环境变量 RUHU_NEW_PASSPHRASE，再没有就在终端里问"),
        ),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
) -> int:
    from casebook.store.accounts import account_of, change_account
    from casebook.store.areas import WHOLE_COUNTY
    from casebook.store.rights import require
    from tui.commands.opened import opened_casebook
    from tui.commands.passphrases import given_new_passphrase, new_passphrase, read_descriptor
    from tui.commands.telling import say

    given = given_new_passphrase()
    if new_passphrase_fd is not None:
        given = read_descriptor(new_passphrase_fd, "--new-passphrase-fd")
    with opened_casebook(casebook, user) as book:
        require(book.rights, "accounts")
        word, areas = _role(role), _places(book, area) if area else WHOLE_COUNTY
        before, keyed = account_of(book.whole, name.strip()), _with_keys(book)
        if before is not None and before.role and (not book.encrypted or before.name in keyed):
            what = _("已经有这个账号了")
            raise RuhuError("account_there", what, _("要改请用 ruhu account change"), category="usage")
        passphrase = new_passphrase(name.strip(), given) if book.encrypted else ""
        account = change_account(book, name, word, areas)
        if book.encrypted:
            _give_key(book, account.name, passphrase)
        say(_("已开账号：{line}").format(line=_line(account, _with_keys(book))))
        if not book.encrypted:
            say(_("这个案卷没有加密，角色和管辖只是约定，拦不住换个名字的人。"))
    return 0


def account_change(
    name: _Name,
    role: Annotated[str | None, typer.Option("--role", metavar="ROLE", help=N_("改成什么角色；不给就不变"))] = None,
    area: _Areas = None,
    whole_county: Annotated[bool, typer.Option("--whole-county", help=N_("改成管全县"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
) -> int:
    from casebook.store.accounts import change_account
    from casebook.store.areas import WHOLE_COUNTY
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    if not role and not area and not whole_county:
        what = _("没有说改什么。")
        raise RuhuError("usage_change", what, _("请给 --role、--area 或 --whole-county"), category="usage")
    if area and whole_county:
        raise RuhuError("usage_change", _("--area 和 --whole-county 只能给一个。"), category="usage")
    with opened_casebook(casebook, user) as book:
        before = _open_account(book, name)
        areas = WHOLE_COUNTY if whole_county else _places(book, area) if area else before.areas
        account = change_account(book, before.name, _role(role) if role else before.role, areas)
        say(_("已改：{line}").format(line=_line(account, _with_keys(book))))
    return 0


def account_close(name: _Name, casebook: CasebookOption = None, user: UserOption = None) -> int:
    from casebook.store.accounts import change_account
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    with opened_casebook(casebook, user) as book:
        before = _open_account(book, name)
        change_account(book, before.name, "", before.areas)
        if before.name in _with_keys(book):
            _take_key(book, before.name)
        say(_("已停用账号「{name}」。").format(name=before.name))
        if book.encrypted:
            say(_("他若可能留有案卷或备份的拷贝，请再运行 ruhu rekey 换密钥：以后写的东西，旧钥匙就打不开了。"))
    return 0


def _open_account(book: Casebook, name: str) -> Account:
    """The account of a name. Raises RuhuError (usage) where there is none to change, and for who may change none."""
    from casebook.store.accounts import account_of
    from casebook.store.rights import require

    require(book.rights, "accounts")
    found = account_of(book.whole, name.strip())
    if found is None or not found.role:
        what = _("没有这个账号，或已经停用")
        raise RuhuError(
            "no_account", what, _("用 ruhu account list 看有哪些；重新开用 ruhu account add"), category="usage"
        )
    return found


def _role(text: str) -> str:
    """A role by its Chinese or English word. Raises RuhuError (usage) for any other."""
    from casebook.store.accounts import role_words
    from casebook.store.rights import ROLES

    word = ROLES.get(text.strip().lower(), text.strip())
    if word not in ROLES.values():
        what = _("没有这种角色。")
        raise RuhuError("usage_role", what, _("角色有：{roles}").format(roles=role_words()), category="usage")
    return word


def _places(book: Casebook, given: Sequence[str]) -> tuple[str, ...]:
    """Areas as they stand in the lists. Raises RuhuError (usage) for a place that no list has: who has it would see
    nothing."""
    from casebook.store.areas import normal
    from casebook.store.lists import areas_in

    places, known = normal(given), areas_in(book.whole)
    unknown = [place for place in places if place not in known]
    if "" in places or not places:
        raise RuhuError("usage_area", _("--area 不能是空的。"), _("管全县就不给 --area"), category="usage")
    if unknown and known:
        what = _("名单里没有「{place}」这个地方").format(place=unknown[0])
        near = sorted(one for one in known if ("/" in one) == ("/" in unknown[0]))
        listed = _("、").join(near[:_MOST_PLACES]) + (_("……") if len(near) > _MOST_PLACES else "")
        raise RuhuError("usage_area", what, _("名单里有：{places}").format(places=listed), category="usage")
    return places


def _with_keys(book: Casebook) -> frozenset[str]:
    """Who has a key of this casebook on this machine."""
    from casebook.store.keys.slots import slot_names

    return frozenset(slot_names(book.folder)) if book.encrypted else frozenset()


def _give_key(book: Casebook, name: str, passphrase: str) -> None:
    from casebook.store.keys.noted import note_slot
    from casebook.store.keys.slots import change_passphrase, changed_keys

    key = book.key
    assert key is not None
    keys = changed_keys(book.folder, lambda keys: change_passphrase(keys, key, name, passphrase))
    with book.writing() as writing:
        note_slot(writing.connection, keys, "user", name)


def _take_key(book: Casebook, name: str) -> None:
    from casebook.store.keys.noted import note_slot
    from casebook.store.keys.slots import changed_keys, remove_slot

    key = book.key
    assert key is not None
    keys = changed_keys(book.folder, lambda keys: remove_slot(keys, key, name))
    with book.writing() as writing:
        note_slot(writing.connection, keys, "user", name)


def _line(account: Account, keyed: frozenset[str]) -> str:
    """`陈静  调查员  永和镇/三溪村  有钥匙`."""
    from casebook.store.rights import areas_text

    if not account.role:
        return _("{name}  已停用").format(name=account.name)
    parts = [account.name, _(account.role), areas_text(account.areas)]
    if account.name in keyed:
        parts.append(_("有钥匙"))
    return "  ".join(parts)


def _told(account: Account, keyed: frozenset[str]) -> dict[str, Any]:
    from casebook.store.rights import ROLES

    words = {role: word for word, role in ROLES.items()}
    return {
        "name": account.name,
        "role": words.get(account.role),
        "areas": list(account.areas),
        "closed": not account.role,
        "key": account.name in keyed,
        "set_by": account.author,
        "at": account.wall,
    }
