"""The way in: `realist`, and `python -m assistant`."""

import os
import sys


def main() -> None:
    """Loading the command line takes a tenth of a second, and Ctrl-C may come within it."""
    try:
        if sys.getfilesystemencoding() != "utf-8" and sys.executable:
            # An old locale with UTF-8 mode switched off (PEP 540): files whose names have accents could not be opened.
            # Never so on Windows and macOS.
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
        from assistant.cli import main as realist

        realist()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
