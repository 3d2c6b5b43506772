"""The tab *Lokapom* of Excel's ribbon, from the buttons' records.

Excel 2007 reads one form of it and every later Excel the other; they differ in their namespace alone.
"""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import quoteattr

from . import CATEGORY
from .buttons import BUTTONS, Button

CALLBACK = "LokapomRibbon"
"""The VBA Sub that every button of the ribbon calls; the button's tag says which one it is."""

NAMESPACES = {
    "customUI.xml": "http://schemas.microsoft.com/office/2006/01/customui",
    "customUI14.xml": "http://schemas.microsoft.com/office/2009/07/customui",
}
RELATIONS = {
    "customUI.xml": "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    "customUI14.xml": "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
}
"""By file in the package: the namespace of its elements, and the kind of relationship that leads to it."""


def ribbon(name: str) -> str:
    """The ribbon part of that file name."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        "<!-- Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan. -->",
        f'<customUI xmlns="{NAMESPACES[name]}">',
        "  <ribbon>",
        "    <tabs>",
        f'      <tab id="lokapomTab" label={quoteattr(CATEGORY)}>',
    ]
    for group, buttons in groupby(BUTTONS, key=lambda button: button.group):
        lines.append(f'        <group id="lokapomGroup{group}" label={quoteattr(group)}>')
        lines += [_button(button) for button in buttons]
        lines.append("        </group>")
    return "\n".join([*lines, "      </tab>", "    </tabs>", "  </ribbon>", "</customUI>", ""])


def _button(button: Button) -> str:
    facts = {
        "id": button.macro,
        "label": button.caption,
        "size": "large" if button.large else "normal",
        "imageMso": button.image,
        "onAction": CALLBACK,
        "tag": button.name,
        "screentip": button.caption,
        "supertip": button.tip,
    }
    return f"          <button {' '.join(f'{name}={quoteattr(value)}' for name, value in facts.items())}/>"
