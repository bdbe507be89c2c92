"""What mends a finding for certain: made on demand, out of a finding and its resource, and proved by judging again."""

MENDABLE = frozenset(
    f"FM{number}" for number in (102, 103, 105, 106, 107, 108, 201, 207, 213, 215, 223, 301, 307, 310, 416, 510, 701)
)
"""The rules whose findings can be mended at times: those of `fixing.MAKERS`."""
