"""tests.tables"""
