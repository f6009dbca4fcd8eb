"""tests.workflows.catalogue"""
