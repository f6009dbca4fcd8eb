"""tests.i18n"""
