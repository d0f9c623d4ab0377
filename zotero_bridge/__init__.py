"""
The bridge: libraries, documents and passages.

It knows how to bring a Zotero library (or another bibliography) in, cut its documents into passages that can be
cited, and keep them in an index. It knows nothing of questions, claims, CMOCs or chat models.
"""

__version__ = "0.1.0"
