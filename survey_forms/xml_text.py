"""Text as an XML document can hold it: what is answered becomes part of one (答卷) sooner or later."""

from __future__ import annotations

import re

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fit_for_xml(text: str) -> str:
    """Without control characters, halves of surrogate pairs and what is no character; line ends as `\\n`.

    >>> fit_for_xml("证\\x00明\\r\\n在")
    '证明\\n在'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("", text)
