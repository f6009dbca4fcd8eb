"""Ways in: single sign-on, invitations, links of mails."""
