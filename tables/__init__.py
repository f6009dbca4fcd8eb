"""Tables by subject. models.py is the door; nothing else imports from here."""
