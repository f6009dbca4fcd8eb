"""tests.workflows.transaction"""
