"""tests.workflows.affiliation"""
