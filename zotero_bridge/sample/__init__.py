"""
The sample library: eighteen fictional documents on leadership in integrated care systems, as reviewers have them.

`library/` is what ships and what the `sample` library URI reads: a Better BibTeX JSON export with its files beside it.
The other modules make it from `texts/` and are never imported by the product.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY_JSON = HERE / "library" / "library.json"
ANSWER_KEY = HERE / "answer_key.json"
TEXTS = HERE / "texts"
FONTS = HERE / "fonts"
FICTIONAL = "This document is fictional, written as a sample for the realist software; free to reuse."
