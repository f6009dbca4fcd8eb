"""Internationalisation: locales, translations of a request, language markup of foreign text.

locales.py          the locale of a request; money, dates and ages as template filters
translations.py     the translations of a request, looked up once
language_markup.py  lang attributes on Chinese in English pages
"""
