"""All functions by name."""

from __future__ import annotations

from survey_forms.xpath.functions import Function
from survey_forms.xpath.functions_dates import DATE_FUNCTIONS
from survey_forms.xpath.functions_geo import GEO_FUNCTIONS
from survey_forms.xpath.functions_logic import LOGIC_FUNCTIONS
from survey_forms.xpath.functions_nodes import NODE_FUNCTIONS
from survey_forms.xpath.functions_numbers import NUMBER_FUNCTIONS
from survey_forms.xpath.functions_strings import STRING_FUNCTIONS
from survey_forms.xpath.indexed_repeat import INDEXED_REPEAT

FUNCTIONS: dict[str, Function] = {
    **LOGIC_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **STRING_FUNCTIONS,
    **DATE_FUNCTIONS,
    **NODE_FUNCTIONS,
    **GEO_FUNCTIONS,
    "indexed-repeat": INDEXED_REPEAT,
}
