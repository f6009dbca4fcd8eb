"""tests.admin_views.base"""
