"""The figure of the speed: a bar for each contender, its length the logarithm of its microseconds a resource."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from tests.benchmarks.bars import against
from tests.benchmarks.contenders import OURS
from tests.benchmarks.corpora import BASE
from tests.benchmarks.rounds import Spread, spread

LEFT, WIDTH, ROW, TOP = 190, 760, 34, 54
PLOT = WIDTH - LEFT - 150
STYLE = "text{font:14px system-ui,sans-serif;fill:#222}.small{font-size:12px;fill:#555}"


def drawn(numbers: Mapping[str, Any]) -> str:
    """The figure as SVG, of the synthetic records against base R4; without them, one that says so."""
    found = numbers["corpora"].get(BASE)
    timed = _times(found) if found else {}
    low, high = _decades(timed)
    height = TOP + ROW * max(1, len(timed)) + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(_title(timed))}</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="26">{escape(_title(timed))}</text>',
        *_scale(low, high, height),
        *(line for at, name in enumerate(timed) for line in _bar(at, name, timed[name], numbers, (low, high))),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _title(timed: Mapping[str, Spread]) -> str:
    return "Microseconds a resource, base R4 (shorter is faster)" if timed else "Synthetic records were not measured"


def _times(corpus: Mapping[str, Any]) -> dict[str, Spread]:
    """Microseconds a resource of each contender that was timed, the fastest first."""
    count = corpus["resources"]
    timed = {
        name: spread(1e6 * seconds / count for seconds in each["seconds"])
        for name, each in corpus["contenders"].items()
        if each.get("seconds")
    }
    return dict(sorted(timed.items(), key=lambda each: each[1].median))


def _decades(timed: Mapping[str, Spread]) -> tuple[int, int]:
    """The powers of ten around all of them."""
    if not timed:
        return 0, 1
    return (
        math.floor(math.log10(min(each.least for each in timed.values()) / 1.5)),
        math.ceil(math.log10(max(each.most for each in timed.values()))),
    )


def _x(microseconds: float, scale: tuple[int, int]) -> float:
    low, high = scale
    return LEFT + PLOT * (math.log10(microseconds) - low) / (high - low)


def _scale(low: int, high: int, height: int) -> Iterator[str]:
    for power in range(low, high + 1):
        x = _x(10**power, (low, high))
        yield f'<path d="M{x:.1f} {TOP - 10}V{height - 30}" stroke="#ddd"/>'
        yield f'<text class="small" x="{x:.1f}" y="{height - 12}" text-anchor="middle">{_written(10.0**power)}</text>'


def _bar(at: int, name: str, found: Spread, numbers: Mapping[str, Any], scale: tuple[int, int]) -> Iterator[str]:
    """The bar to the median, a line from the least to the most, and how many times ours that is."""
    y = TOP + ROW * at
    end, middle = _x(found.median, scale), y + ROW / 2 - 4
    colour = "#1b6e53" if name == OURS else "#9bb0c1"
    yield f'<text x="{LEFT - 10}" y="{middle + 5:.1f}" text-anchor="end">{escape(name)}</text>'
    yield f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{ROW - 10}" fill="{colour}"/>'
    least, most = _x(found.least, scale), _x(found.most, scale)
    yield f'<path d="M{least:.1f} {middle:.1f}H{most:.1f}" stroke="#222" stroke-width="2"/>'
    times = against(BASE, name)(numbers)
    told = f" ({_written(times.median)} times ours)" if times is not None and name != OURS else ""
    beside = max(end, most) + 8
    yield f'<text class="small" x="{beside:.1f}" y="{middle + 4:.1f}">{_written(found.median)} µs{told}</text>'


def _written(number: float) -> str:
    """Two digits and a half: 0.23, 4.5, 41, 12,300."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"
