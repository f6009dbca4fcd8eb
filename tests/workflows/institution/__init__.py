"""tests.workflows.institution"""
