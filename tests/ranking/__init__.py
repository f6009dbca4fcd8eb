"""tests.ranking"""
