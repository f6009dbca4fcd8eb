"""tests.workflows.activity"""
