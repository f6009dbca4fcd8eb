"""Consultant management (顾问管理)."""
