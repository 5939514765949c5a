"""What can go wrong with a child process, as its supervisor tells it.

    ChildError
    ├── ChildCrashed             it died or hung with this request under way
    ├── ChildTimeout             no answer in time
    └── ChildUnavailable         it cannot start, or was closed
        └── ChildVersionDiffers  it speaks another version of the protocol

Clients translate these into the errors of the app. Knows nothing else.
"""

from __future__ import annotations


class ChildError(Exception):
    """Root of what a supervisor raises; `detail` says what happened to the child."""

    def __init__(self, detail: str) -> None:
        """Keep the detail; its first line is the fact, the others are the child's stderr."""
        super().__init__(detail)
        self.detail = detail


class ChildCrashed(ChildError):  # noqa: N818 - says what happened
    """The child died or hung with this request under way."""


class ChildUnavailable(ChildError):  # noqa: N818 - says what happened
    """There is no child and there will be none by itself: it cannot start, or was closed."""


class ChildVersionDiffers(ChildUnavailable):
    """The child speaks another version of the protocol: a mixed installation."""


class ChildTimeout(ChildError):  # noqa: N818 - says what happened
    """No answer in time; the child itself may be well."""
