"""tests.workflows.consultant"""
