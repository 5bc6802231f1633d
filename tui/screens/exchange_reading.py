"""What the exchange screen reads: devices, invitations, what is lent out, accounts; what lies in a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook.language import _
from casebook.store.accounts import Account, accounts
from casebook.store.casebook import Casebook
from casebook.store.devices import awaits_first_packet, device_of
from casebook.store.invitations import Invitation, pending
from casebook.store.packets.checkouts import Checkout, checkouts
from casebook.store.packets.known import Known, known_devices
from casebook.store.packets.sticks import sticks
from casebook.store.rights import may
from tui.screens.import_reading import Entry


@dataclass(frozen=True)
class Lent:
    """An area that a device has, with that device's name."""

    checkout: Checkout
    holder: str


Row = Known | Invitation | Lent | Account


@dataclass(frozen=True)
class Looked:
    """What there is, by tab of the list. `own` is this machine; `empty`: it has joined and waits for its first packet;
    `manages`: who acts may invite and close devices, `lends`: may lend villages out."""

    lists: dict[str, Sequence[Row]]
    own: Known
    empty: bool
    manages: bool
    lends: bool


def look(book: Casebook) -> Looked:
    connection = book.whole
    rows, empty = known_devices(book), awaits_first_packet(connection)
    lent = []
    for one in checkouts(connection):
        device = device_of(connection, one.device)
        lent.append(Lent(one, device.name if device is not None else one.device[:8]))
    people = [one for one in accounts(connection) if book.rights.everywhere or one.name == book.author]
    return Looked(
        lists={"devices": [*rows, *pending(connection)], "lent": lent, "accounts": people},
        own=rows[0],
        empty=empty,
        manages=not empty and may(book.rights, "devices"),
        lends=not empty and may(book.rights, "checkout"),
    )


def key_of(row: Row) -> str:
    """What a row is known by, so that the cursor stays on it."""
    if isinstance(row, Known):
        return row.device.id
    if isinstance(row, Invitation):
        return row.digest
    return f"{row.checkout.fact} {row.checkout.area}" if isinstance(row, Lent) else row.name


def places(book: Casebook, areas: Sequence[str]) -> list[tuple[str, str]]:
    """Townships and villages of the lists inside these areas, each with a note of how many people. What the registry
    alone calls so is among them: whoever lacks its spelling lacks its people."""
    from casebook.store.areas import inside
    from casebook.store.facts import area_of

    roster: dict[str, int] = {}
    registry: dict[str, int] = {}
    sql = "SELECT side = 'roster', township, village, count(*) FROM listed GROUP BY 1, 2, 3"
    for of_roster, township, village, count in book.connection.execute(sql):
        found = roster if of_roster else registry
        for area in dict.fromkeys((township, area_of(township, village))):
            if area and inside(area, areas):
                found[area] = found.get(area, 0) + count
    told = {area: _("仅卫健名单 {count}").format(count=count) for area, count in registry.items()}
    return sorted((told | {area: f"{count:,}" for area, count in roster.items()}).items())


def lendable(book: Casebook, areas: Sequence[str]) -> list[tuple[str, str]]:
    """Townships and villages inside these areas that visits are planned in, with the number of visits."""
    from casebook.store.areas import inside
    from casebook.store.facts import area_of

    found: dict[str, int] = {}
    sql = "SELECT township, village, count(*) FROM visit GROUP BY 1, 2"
    for township, village, count in book.connection.execute(sql):
        for area in dict.fromkeys((township, area_of(township, village))):
            if area and inside(area, areas):
                found[area] = found.get(area, 0) + count
    return [(area, f"{count:,}") for area, count in sorted(found.items())]


def carried_in(folder: Path, ending: str) -> list[Entry]:
    """The files of one kind in a folder, newest first, then sticks, the folder above and its folders. No files and no
    folders where it cannot be read."""
    folders: list[Entry] = []
    files: list[Entry] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if entry.name.startswith(".") or entry.name.endswith(".ruhu"):
                    continue
                try:
                    told = entry.stat()
                    if entry.is_dir():
                        folders.append(Entry(Path(entry.path), True))
                    elif Path(entry.name).suffix.lower() == ending:
                        files.append(Entry(Path(entry.path), False, told.st_size, told.st_mtime))
                except OSError:  # gone meanwhile
                    continue
    except OSError:
        pass
    mounted = [Entry(path, True) for path in sticks() if path != folder and path not in folder.parents]
    above = [Entry(folder.parent, True, above=True)] if folder.parent != folder else []
    folders.sort(key=lambda entry: entry.path.name)
    files.sort(key=lambda entry: (-entry.changed, entry.path.name))
    return [*files, *mounted, *above, *folders]


def first_place(written: Path | None, book: Casebook) -> Path:
    """Where files from other machines are looked for first: where the last were written, a stick, beside the
    casebook."""
    if written is not None and written.is_dir():
        return written
    mounted = sticks()
    return mounted[0] if mounted else book.folder.resolve().parent
