"""tests.storefront.transaction"""
