"""`ruhu device join`: this machine takes an invitation up, and shows the code to read out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from tui.commands.opened import JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.invitations import Invitation
    from casebook.store.joining import Joined

JOIN_HELP = N_(
    "在新电脑上打开邀请：定一个口令，建一个空的案卷，写一个答复文件交回办公室，显示六位核对码，请办公室打电话来核对。"
    "案卷的内容随第一个交换包来。"
)
JOIN_EXAMPLES = N_("ruhu device join U盘/lap3.invite\nruhu device join U盘/lap3.invite -c 金口河 -o U盘/lap3.answer")


def device_join(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help=N_("办公室写的邀请文件"))],
    casebook: Annotated[
        Path | None,
        typer.Option(
            "-c", "--casebook", metavar="NEW", readable=False, help=N_("新案卷的名字；不给时同办公室的案卷")
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", readable=False, help=N_("答复写到哪；不给时放在邀请旁边")),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help=N_("不加密，只用来练习"))] = False,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.folder import DATABASE, folder_named
    from casebook.store.invitations import answer_name, code_text, read_invitation
    from casebook.store.packets.carrying import content_of
    from casebook.store.platform import private_files, write_atomically
    from casebook.store.recent import remember
    from tui.commands.new import say_recovery_key
    from tui.commands.outputs import refuse_overwriting
    from tui.commands.telling import say

    invitation = read_invitation(content_of(file), file.name)
    folder = folder_named(casebook or Path(_folder_word(invitation.title)))
    target = output if output is not None else file.with_name(answer_name(invitation))
    if target.is_dir():
        target = target / answer_name(invitation)
    refuse_overwriting([target], [file])
    _refuse_other(invitation, user)
    private_files()
    there = (folder / DATABASE).is_file() and (folder / DATABASE).stat().st_size > 0
    joined, recovery = (_again(folder, invitation, user), None) if there else _new(folder, invitation, user, plain)
    encrypted = joined.book.encrypted
    joined.book.close()
    _refuse_foreign(target)
    write_atomically(target, joined.answer)
    remember(folder)
    if json:
        told = {"casebook": str(folder), "answer": str(target), "code": joined.code, "recovery_key": recovery}
        print_json(told)
        return 0
    print(folder)
    print(target)
    if recovery is not None:
        say_recovery_key(recovery)
    elif not encrypted:
        say(_("这个案卷没有加密：能读这个文件夹的人就能读里面的名单。请放在加密的硬盘上，不要拷到 U 盘。"))
    say(_("核对码："))
    print(code_text(joined.code))
    text = _("把 {answer} 交回办公室。办公室打电话来时念给他听；不是你认得的人打来的，不要念。")
    say(text.format(answer=target.name))
    return 0


def _new(folder: Path, invitation: Invitation, user: str | None, plain: bool) -> tuple[Joined, str | None]:
    """The casebook just made, and its recovery key where it is encrypted."""
    from casebook.store.folder import refuse_taken
    from casebook.store.joining import join
    from casebook.store.keys.creating import note_made
    from casebook.store.sqlite import ENCRYPTION
    from tui.all_views import VIEWS
    from tui.commands.opened import acting_user
    from tui.commands.telling import say

    refuse_taken(folder)
    author = invitation.account or acting_user(user)
    key, recovery = _keys(folder, invitation, author) if ENCRYPTION and not plain else (None, None)
    say(_("正在算核对码，约一两秒……"))
    joined = join(folder, invitation, account=author, views=VIEWS, key=key)
    if key is not None:
        note_made(joined.book)
    return joined, recovery


def _again(folder: Path, invitation: Invitation, user: str | None) -> Joined:
    """The answer and the code of a casebook that was made before: nobody has to remember them."""
    from casebook.store.joining import answered
    from tui.commands.opened import opened_casebook

    book = opened_casebook(folder, user)
    try:
        return answered(book, invitation)
    except BaseException:
        book.close()
        raise


def _refuse_foreign(target: Path) -> None:
    """An answer replaces an older answer, nothing else."""
    from casebook.store.invitations import is_answer
    from casebook.store.packets.carrying import content_of

    if target.exists() and not is_answer(content_of(target)):
        what, remedy = _("已有这个文件，没有替换"), _("请用 -o 换一个文件名")
        raise RuhuError("output_taken", what, remedy, Place(file=target.name), category="usage")


def _keys(folder: Path, invitation: Invitation, author: str) -> tuple[bytes, str]:
    """The key of the casebook to be, and its recovery key."""
    from casebook.store.keys.creating import prepare_keys
    from tui.commands.new import asked_passphrase

    passphrase = asked_passphrase(author)
    return prepare_keys(folder, name=invitation.title, author=author, passphrase=passphrase)


def _refuse_other(invitation: Invitation, user: str | None) -> None:
    if user is not None and invitation.account and user.strip() != invitation.account:
        what = _("这份邀请是给「{name}」的").format(name=invitation.account)
        raise RuhuError("usage_user", what, _("请不写 --user，或请办公室重新邀请"), category="usage")


def _folder_word(title: str) -> str:
    """A casebook's name as a folder may be called on any system."""
    word = "".join("-" if letter in '<>:"/\\|?*' or not letter.isprintable() else letter for letter in title)
    return word.strip(" .-")[:60] or "ruhu"
