"""Transactions filed (交易备案)."""
