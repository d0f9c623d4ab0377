"""`python -m assistant` is `realist`."""

from assistant.cli import main

main()
