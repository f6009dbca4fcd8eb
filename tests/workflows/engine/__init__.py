"""tests.workflows.engine"""
