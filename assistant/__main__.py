"""The way in: `realist`, and `python -m assistant`."""

import sys


def main() -> None:
    """Loading the command line takes a tenth of a second, and Ctrl-C may come within it."""
    try:
        from assistant.cli import main as realist

        realist()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
