"""The recovery key as people copy it: any slip of one sign, any two that changed places, shows and names its group."""

from __future__ import annotations

import pytest

from casebook.errors import RuhuError
from casebook.store.keys.recovery import new_recovery_key, read_recovery_key

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def refused(typed: str) -> str:
    with pytest.raises(RuhuError) as caught:
        read_recovery_key(typed)
    assert caught.value.category == "usage"
    return caught.value.what


def test_it_is_read_in_any_case_and_with_any_gaps() -> None:
    code = new_recovery_key()
    assert [len(group) for group in code.split("-")] == [5] * 8
    assert code != new_recovery_key()
    loose = code.lower().replace("-", " ").replace("1", "l").replace("0", "o")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (code, loose, f"  {code}\n", code.replace("-", ""), code.replace("-", "—"), wide):
        assert read_recovery_key(typed) == code


def test_every_slip_of_one_sign_and_every_exchange_shows() -> None:
    code = new_recovery_key()
    plain = code.replace("-", "")
    for at, sign in enumerate(plain):
        for other in _SIGNS.replace(sign, ""):
            assert f"第 {at // 5 + 1} 组" in refused(plain[:at] + other + plain[at + 1 :])
        for beside in range(at // 5 * 5, at):
            changed = list(plain)
            changed[at], changed[beside] = changed[beside], changed[at]
            if changed != list(plain):
                refused("".join(changed))
    groups = code.split("-")
    for first in range(8):
        for second in range(first):
            changed = list(groups)
            changed[first], changed[second] = changed[second], changed[first]
            refused("-".join(changed))
    for typed in ("", code[:-1], code + "0", code[:-1] + "U", code[:-1] + "密"):
        refused(typed)
