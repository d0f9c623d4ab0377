"""
Prints measured figures: `make bench`, or `make bench DATA=folder` to measure retrieval on a BEIR-format set as well.

Absolute times are this machine's; the ratios printed beside them carry over. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

PARTS = ("spine", "grounding", "realist", "retrieval", "zotero_sync", "assistant")


def main() -> int:
    """Each part in a process of its own, so that none warms the next."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which to run; all without")
    parser.add_argument("--data", type=Path, help="a BEIR-format folder: corpus.jsonl, queries.jsonl, qrels/")
    arguments = parser.parse_args()
    print(
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores", flush=True
    )
    failed = 0
    for part in arguments.parts or PARTS:
        print(f"\n== {part}", flush=True)
        command = [sys.executable, "-m", f"bench.{part}"]
        if part == "retrieval" and arguments.data:
            command += ["--data", str(arguments.data)]
        failed += subprocess.run(command, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
