"""tests.storefront.account"""
