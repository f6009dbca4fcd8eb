"""tests.storefront.ranking"""
