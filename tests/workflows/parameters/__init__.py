"""tests.workflows.parameters"""
