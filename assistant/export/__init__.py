"""Manuscripts and tables: what a reviewer hands in."""
