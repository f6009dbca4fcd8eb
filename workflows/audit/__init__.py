"""The audit log's chain of hashes: tamper evidence.

chain.py         the hash of an event, and of a seal
sealing.py       the job that seals what is committed
verification.py  whether the log is what was sealed
check.py         the nightly check, which alarms the administrators
erasing.py       what an event says of a person erased, its hash kept
keys.py          the keys that seals are signed with
commands.py      flask audit
"""
