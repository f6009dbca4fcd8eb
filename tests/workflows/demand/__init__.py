"""tests.workflows.demand"""
