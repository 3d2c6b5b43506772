"""The checks. Importing this package fills `registry.CHECKS`.

Book checks look at one book, in the order below (what a later one builds on comes first); set
checks compare all books given together; last checks look at one book again, knowing which of its
entries are in doubt.
"""

from .adjustments import uneven
from .arithmetic import differs
from .cell_formulas import altered, overwritten
from .cluster import above_the_cap, mixed_bases
from .completeness import unlisted
from .consistency import achievements, belonging, budgets, targets, unstated
from .context import Context
from .display import shown_otherwise
from .entries import (
    above_the_whole,
    adjustment_without_reason,
    ambiguous,
    excel_error,
    formula_in_entry,
    half_a_pair,
    missing,
    negative,
    not_a_number,
    number_as_text,
    part_exceeds_whole,
    percent_format,
    zero_divisor,
)
from .files import unreadable
from .frozen import changed_sheet, changed_value, damaged_provenance
from .headings import other_period
from .hidden import hidden_entries
from .last_year import last_year, other_basis
from .links import leading_out
from .months import falling
from .naming import misnumbered_row, other_name
from .notation import mixed_separators, mixed_units
from .prose import contradicting, lists, misnumbered
from .recap import recap
from .recognition import foreign, not_calculated, respelled, unread, unrecognised, unsure
from .regulation import changed_rules, other_year, rounded_into_label, zero_target
from .running import Runner
from .schemes import mixed_schemes
from .structure import (
    duplicate_row,
    inexact_row,
    missing_column,
    missing_header,
    missing_name,
    missing_row,
    missing_rules,
    missing_sheet,
    renamed_sheet,
    unknown_row,
)
from .wording import wording

BOOK_CHECKS = (
    missing_sheet,
    missing_header,
    missing_column,
    missing_row,
    duplicate_row,
    unknown_row,
    renamed_sheet,
    inexact_row,
    foreign,
    unsure,
    unrecognised,
    unread,
    respelled,
    not_calculated,
    missing_name,
    missing_rules,
    damaged_provenance,
    changed_sheet,
    hidden_entries,
    other_year,
    missing,
    not_a_number,
    ambiguous,
    number_as_text,
    excel_error,
    formula_in_entry,
    percent_format,
    shown_otherwise,
    half_a_pair,
    adjustment_without_reason,
    negative,
    zero_divisor,
    part_exceeds_whole,
    changed_rules,
    overwritten,
    altered,
    changed_value,
    rounded_into_label,
    leading_out,
    misnumbered_row,
    other_name,
    other_period,
    mixed_units,
    mixed_separators,
    mixed_schemes,
    unlisted,
)
SET_CHECKS = (belonging, targets, budgets, achievements, unstated)
LAST_CHECKS = (
    zero_target,
    falling,
    contradicting,
    last_year,
    wording,
    differs,
    uneven,
    mixed_bases,
    above_the_cap,
    other_basis,
    above_the_whole,
    misnumbered,
    lists,
    recap,
)

__all__ = ["BOOK_CHECKS", "LAST_CHECKS", "SET_CHECKS", "Context", "Runner", "unreadable"]
