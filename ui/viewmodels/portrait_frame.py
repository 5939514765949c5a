"""The square that is cut out of a picture, moved and sized without ever leaving it.

Geometry only, in pixels of the picture; knows no widget and no file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from personas.picture_crop import CropBox

_LEAST_SIDE = 24.0
# Faces are above the middle of an upright picture; the cast cuts the same way.
_SHARE_ABOVE = 0.2


@dataclass(frozen=True, slots=True)
class PortraitFrame:
    """A square inside a picture of `width` by `height`. A value, any thread."""

    width: int
    height: int
    left: float
    top: float
    side: float

    @classmethod
    def largest(cls, width: int, height: int) -> PortraitFrame:
        """Return the largest square, where a face is likeliest."""
        side = float(min(width, height))
        return cls(width, height, (width - side) / 2, (height - side) * _SHARE_ABOVE, side)

    @property
    def largest_side(self) -> float:
        """The side of the largest square."""
        return float(min(self.width, self.height))

    @property
    def least_side(self) -> float:
        """The side of the smallest square worth cutting out."""
        return min(_LEAST_SIDE, self.largest_side)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.side

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.side

    @property
    def box(self) -> CropBox:
        """The square as shares of the picture."""
        return CropBox(
            self.left / self.width,
            self.top / self.height,
            self.right / self.width,
            self.bottom / self.height,
        )

    def placed(self, left: float, top: float) -> PortraitFrame:
        """Return the square with its upper left corner there, or as near as can be."""
        return replace(
            self,
            left=min(max(left, 0.0), self.width - self.side),
            top=min(max(top, 0.0), self.height - self.side),
        )

    def moved(self, right: float, down: float) -> PortraitFrame:
        """Return the square moved."""
        return self.placed(self.left + right, self.top + down)

    def resized(self, side: float) -> PortraitFrame:
        """Return a square of another size around the same middle, moved where it must be."""
        side = min(max(side, self.least_side), self.largest_side)
        middle, level = self.left + self.side / 2, self.top + self.side / 2
        return replace(self, side=side).placed(middle - side / 2, level - side / 2)

    def dragged(self, *, is_left: bool, is_top: bool, x: float, y: float) -> PortraitFrame:
        """Return the square with one corner drawn to a point; the corner across it stays."""
        across_x, across_y = (
            self.right if is_left else self.left,
            self.bottom if is_top else self.top,
        )
        room = min(
            across_x if is_left else self.width - across_x,
            across_y if is_top else self.height - across_y,
        )
        wanted = max(
            (across_x - x) if is_left else (x - across_x),
            (across_y - y) if is_top else (y - across_y),
        )
        side = min(max(wanted, self.least_side), max(room, self.least_side))
        left = across_x - side if is_left else across_x
        top = across_y - side if is_top else across_y
        return replace(self, side=side).placed(left, top)

    @property
    def spoken(self) -> str:
        """Where the square is, for a screen reader."""
        return (
            f"{round(self.side)} pixels wide and high, {round(self.left)} from the left, "
            f"{round(self.top)} from the top, of {self.width} by {self.height}"
        )
