"""tests.admin_views.platform"""
