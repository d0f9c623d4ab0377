"""The assistant's own failures; they join the bridge's tree, so one handler serves both."""

from __future__ import annotations

from zotero_bridge.errors import RealistError


class NoReview(RealistError):
    hint = "Make one with `realist init DIR --library URI`, go into its folder, or name it with `-C DIR`."


class ReviewExists(RealistError):
    hint = "Choose another folder, or go on with this one: `realist -C DIR status`."


class ReviewMalformed(RealistError):
    hint = "Mend the line named above; the ledger and the index are not touched."


class Misused(RealistError):
    exit_code = 2
    hint = "`realist COMMAND --help` shows what a command takes."
