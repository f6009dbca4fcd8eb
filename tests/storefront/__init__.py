"""tests.storefront"""
