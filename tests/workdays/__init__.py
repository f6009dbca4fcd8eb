"""tests.workdays"""
