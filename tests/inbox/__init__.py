"""tests.inbox"""
