"""tests.workflows.offer"""
