"""Bring a library into an index: plan, then act."""

from __future__ import annotations

from zotero_bridge.sync.act import sync
from zotero_bridge.sync.plan import ObjectPlan, Plan, SourcePlan, plan_objects, plan_sources
from zotero_bridge.sync.report import SyncReport

__all__ = ["ObjectPlan", "Plan", "SourcePlan", "SyncReport", "plan_objects", "plan_sources", "sync"]
