"""tests.storefront.demand"""
