"""tests.workflows.invitation"""
