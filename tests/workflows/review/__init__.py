"""tests.workflows.review"""
