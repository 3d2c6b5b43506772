"""The rules of Microsoft Defender against attacks through Office ("attack surface reduction")."""

from __future__ import annotations

from .machine import Machine, value

CHILD_PROCESS = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
CHILD_PROCESS_NAME = "Block all Office applications from creating child processes"
WIN32_CALLS = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
WIN32_CALLS_NAME = "Block Win32 API calls from Office macros"
"""Numbers and names are Microsoft's, from its reference of the rules."""

OFF, BLOCK, AUDIT, WARN = 0, 1, 2, 6

_RULES = r"Windows Defender Exploit Guard\ASR\Rules"
_BY_NAME = (
    rf"HKLM\Software\Policies\Microsoft\Windows Defender\{_RULES}",
    rf"HKLM\Software\Microsoft\Windows Defender\{_RULES}",
)
_MANAGER = r"HKLM\Software\Policies\Microsoft\Windows Defender\Policy Manager"


def rule(machine: Machine, number: str) -> int:
    """How the rule is set; the strictest of the places where it may stand. OSError when they may not be "
    "read."""
    settings = [value(machine, key, number) for key in _BY_NAME]
    managed = value(machine, _MANAGER, "ASRRules")
    if isinstance(managed, str):
        # guid=state|guid=state
        pairs = (pair.partition("=") for pair in managed.split("|"))
        settings += [state for name, _, state in pairs if name.strip().casefold() == number]
    states = {int(str(s)) for s in settings if str(s).strip().isdecimal()}
    return next((state for state in (BLOCK, WARN, AUDIT) if state in states), OFF)
