"""tests.admin_views"""
