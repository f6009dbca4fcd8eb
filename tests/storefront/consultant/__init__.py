"""tests.storefront.consultant"""
