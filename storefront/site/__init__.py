"""The home page, standing pages, announcements, and what search engines read."""
