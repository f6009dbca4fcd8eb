"""tests.workflows.product"""
