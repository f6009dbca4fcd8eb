"""tests.workflows.person"""
