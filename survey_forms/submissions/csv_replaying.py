"""One CSV export as a black box: what the conformance data asks (`ruhu forms export-odk-csv --jsonl`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_forms.submissions.odk_csv import MISSING, NOT_DECRYPTED, Submitted, csv_files


def export(question: Mapping[str, Any]) -> dict[str, str]:
    """The files by name. `options` are ODK Central's: choices that get columns, how to decrypt (not known here), the
    form's own table only, and whether headers have the names of groups."""
    options = [*(question.get("options") or []), None, None, None, None]
    layout = options[3] or {}
    return csv_files(
        question["form"],
        question["form_id"],
        map(_submitted, question.get("submissions") or []),
        select_values=options[0] or None,
        group_paths=layout.get("groupPaths", True) is not False,
        root_only=options[2] is True,
    )


def _submitted(given: Mapping[str, Any]) -> Submitted:
    about = given.get("aux") or {}
    attachment, submitter = about.get("attachment") or {}, about.get("submitter") or {}
    xml, status = _xml(given, about)
    return Submitted(
        instance_id=_text(given.get("instanceId")),
        created=_text(given.get("createdAt")),
        xml=xml,
        status=status,
        submitter_id=_text(submitter.get("id")),
        submitter_name=_text(submitter.get("displayName")),
        attachments_present=attachment.get("present") or 0,
        attachments_expected=attachment.get("expected") or 0,
        review_state=_text(given.get("reviewState")),
        device_id=_text(given.get("deviceId")),
        edits=(about.get("edit") or {}).get("count") or 0,
        form_version=_text((about.get("exports") or {}).get("formVersion")),
    )


def _xml(given: Mapping[str, Any], about: Mapping[str, Any]) -> tuple[str | None, str]:
    """The XML, or None and why there is none."""
    xml = given.get("xml")
    if (given.get("def") or {}).get("localKey") is not None:
        there = (about.get("encryption") or {}).get("encHasData") is not False
        return None, NOT_DECRYPTED if there else MISSING
    if xml == "missing":
        return None, MISSING
    return (None, NOT_DECRYPTED) if xml is None else (str(xml), "")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
