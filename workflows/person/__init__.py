"""People: memberships of enterprises, platform roles, consents, closing an account.

process.py   the transition table
rules.py     who may, and what stands against it
effects.py   what a step writes, and what follows
notices.py   who hears of it
verifying.py  who may confirm, rate and decide for an enterprise
registering.py  what a registration waits for: the address confirmed, or five days over
entering.py  how a person comes to act for an enterprise
roles.py     who holds which platform role
consents.py  who agreed to which edition
closing.py   personal data erased, records kept
"""
