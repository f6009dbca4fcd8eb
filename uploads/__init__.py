"""Uploaded files: checks.py says what is accepted, attachments.py stores it and gives it back."""

from uploads.attachments import attach, copy, files_of, read_back, remove
from uploads.checks import LIMIT, Refused, Upload, check, clean_name, read
from uploads.pictures import check_picture

__all__ = [
    "LIMIT",
    "Refused",
    "Upload",
    "attach",
    "check",
    "check_picture",
    "clean_name",
    "copy",
    "files_of",
    "read",
    "read_back",
    "remove",
]
