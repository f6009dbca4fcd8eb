"""tests.storefront.institution"""
