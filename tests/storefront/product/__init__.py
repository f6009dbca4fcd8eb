"""tests.storefront.product"""
