"""Demand management (需求管理)."""
