"""
The assistant: questions, claims, CMOCs and the review's ledger.

It reaches libraries only through the ports of `zotero_bridge`, and shows no quotation that `assistant.ground` has not
found in the source, word for word.
"""
