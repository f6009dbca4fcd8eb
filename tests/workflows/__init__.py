"""tests.workflows"""
