"""The site: home page, content pages, sitemap, structured data.

home.py             the home page, the language switch
pages_and_news.py   announcements and standing pages
visitors.py         answers to visitors, made once
search_engines.py   robots.txt and the sitemap
structured_data.py  schema.org
dev_mails.py        /dev/mails, in development
"""
