"""The site: home page, content pages, sitemap, structured data.

home.py             the home page, the language switch
content_pages.py    announcements and standing pages
frame.py            menu and footer, made once
sitemap.py          robots.txt and the sitemap
structured_data.py  schema.org
security_txt.py     where vulnerabilities are reported
dev_mails.py        /dev/mails, in development
"""
