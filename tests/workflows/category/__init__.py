"""tests.workflows.category"""
