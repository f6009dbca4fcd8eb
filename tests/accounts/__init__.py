"""tests.accounts"""
