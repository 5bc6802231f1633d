"""How often each damage is planted: (in the registry, in the roster), per linked row, or per household listed."""

from __future__ import annotations

from random import Random

RATES: dict[str, tuple[float, float]] = {
    "id_format": (0.036, 0.010),
    "id_20": (0.008, 0.013),
    "id_typo1": (0.016, 0.006),
    "id_transpose": (0.007, 0.002),
    "id_checkdigit": (0.002, 0.001),
    "id_date": (0.005, 0.0015),
    "id_multi": (0.0025, 0.0015),
    "id_missing_digit": (0.004, 0.0015),
    "id_extra_digit": (0.002, 0.001),
    "id_15": (0.004, 0.001),
    "id_precision": (0.013, 0.005),
    "id_noise": (0.002, 0.001),
    "id_sci": (0.003, 0.0008),
    "id_masked": (0.002, 0.0006),
    "id_blank": (0.018, 0.003),
    "id_valid_other": (0.002, 0.0006),
    "id_swapped": (0.006, 0.002),
    "id_of_member": (0.003, 0.001),
    "id_of_namesake": (0.0008, 0.0003),
    "name_homophone": (0.013, 0.004),
    "name_near": (0.005, 0.001),
    "name_visual": (0.010, 0.003),
    "name_variant": (0.004, 0.002),
    "name_other": (0.008, 0.003),
    "name_missing": (0.002, 0.0006),
    "name_extra": (0.0015, 0.0005),
    "name_order": (0.0015, 0.0005),
    "name_rare": (0.002, 0.0004),
    "name_dot": (0.012, 0.004),
    "name_format": (0.008, 0.004),
    "name_different": (0.004, 0.001),
    "name_of_member": (0.0025, 0.0004),
    "dup": (0.013, 0.005),
    "sex_wrong": (0.008, 0.0),
    "relation_typo": (0.006, 0.0),
    "pid_stale": (0.014, 0.0),
    "code_of_member": (0.002, 0.0),
    "head_swapped": (0.012, 0.0),
    "hh_size": (0.06, 0.0),
    "hh_moved": (0.014, 0.0),
    "hh_code_stale": (0.022, 0.0),
    "hh_split": (0.0, 0.006),
}

_MANY = 400
"""From so many rows on every kind is planted at least once."""


def quota(rate: float, rows: int, errors: float, rng: Random, sure: bool) -> int:
    """How many of `rows` to damage; the fraction decides by chance, `sure` asks for one at least in a list of size."""
    expected = rate * rows * errors
    count = int(expected + rng.random())
    return max(1, count) if sure and errors > 0 and rate > 0 and rows >= _MANY else count
