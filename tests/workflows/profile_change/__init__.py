"""tests.workflows.profile_change"""
