"""Internationalisation: locales, translations of a request, language markup of foreign text."""
