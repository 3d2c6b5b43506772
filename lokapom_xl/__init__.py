"""Workbooks of BPOM's local offices: fill, compute and validate performance indicators.

The verbs are the commands': `new`, `fill`, `compute`, `validate`, `freeze`, `export`. They are imported
when first used, so that `from lokapom_xl import functions` stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .actions.compute import compute as compute
    from .actions.export import export as export
    from .actions.fill import fill as fill
    from .actions.freeze import freeze as freeze
    from .actions.new import new as new
    from .actions.validate import validate as validate

__version__ = "0.1.0"

_VERBS = ("compute", "export", "fill", "freeze", "new", "validate")


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        from importlib import import_module

        return getattr(import_module(f".actions.{name}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
