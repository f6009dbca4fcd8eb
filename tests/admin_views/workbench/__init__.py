"""tests.admin_views.workbench"""
