"""Runs the tests in two processes, one for each core of a small machine: window and rest.

The rest is shown while it runs, the window's when it has ended. Leaves with an error when either
fails. Measures coverage in both; knows no test.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

_PYTEST = (sys.executable, "-m", "coverage", "run", "-m", "pytest", "-p", "no:cacheprovider")
_WINDOW = "tests/ui"


def main() -> int:
    """Run both and return 0 when both are good."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as shown_later:
        window = subprocess.Popen([*_PYTEST, _WINDOW], stdout=shown_later, stderr=subprocess.STDOUT)
        try:
            rest = subprocess.run([*_PYTEST, "tests", f"--ignore={_WINDOW}"], check=False)
            window.wait()
        finally:
            window.kill()
        shown_later.seek(0)
        sys.stdout.write(shown_later.read())
    return 1 if rest.returncode or window.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
