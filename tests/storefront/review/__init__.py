"""tests.storefront.review"""
