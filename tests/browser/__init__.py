"""tests.support.browser"""
