"""tests.workflows.calendar"""
