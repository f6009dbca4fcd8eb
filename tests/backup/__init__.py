"""tests.backup"""
