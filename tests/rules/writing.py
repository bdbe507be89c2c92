"""Examples laid out for people: JSON in lines that fit, with what is too long for an example cut short."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 96
LONGEST = 2_000


def laid_out(value: Any, indent: int = 0, room: int = WIDTH) -> str:
    """JSON in which whatever fits a line is on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= room - indent or not isinstance(value, (dict, list)) or not value:
        return line
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        parts = [laid_out(each, indent + 2) for each in value]
        return f"[\n{inner}" + f",\n{inner}".join(parts) + f"\n{outer}]"
    keys = [json.dumps(key, ensure_ascii=False) for key in value]
    parts = [
        f"{key}: {laid_out(each, indent + 2, WIDTH - len(key) - 2)}"
        for key, each in zip(keys, value.values(), strict=True)
    ]
    return f"{{\n{inner}" + f",\n{inner}".join(parts) + f"\n{outer}}}"


def short(value: Any) -> Any:
    """The same with each string that nobody would read to its end cut, and its length said."""
    if isinstance(value, dict):
        return {key: short(each) for key, each in value.items()}
    if isinstance(value, list):
        return [short(each) for each in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:20]}… ({len(value):,} letters)"
    return value
