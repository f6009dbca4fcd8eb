"""SMTP conversations that wait for the answer to a whole mail as long as RFC 5321 asks for.

A server that takes a mail and answers late would otherwise get it again and again.
"""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING, Any

FINAL_PATIENCE = 600.0  # seconds; RFC 5321, 4.5.3.2.6
END_OF_DATA = b"\r\n.\r\n"

if TYPE_CHECKING:
    Base = smtplib.SMTP
else:
    Base = object  # it stands beside smtplib.SMTP and smtplib.SMTP_SSL


class NoFinalAnswer(smtplib.SMTPServerDisconnected):
    """A mail was sent whole and no answer came: nobody knows whether the server has taken it."""


class Patient(Base):
    """Conversation whose time limit is a longer one once all of a mail is sent."""

    whole = False  # the mail is sent, up to the final dot

    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(END_OF_DATA) and self.sock is not None:
            self.whole = True
            self.sock.settimeout(FINAL_PATIENCE)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text of a mail; return the answer to it.

        Raises:
            NoFinalAnswer: it was sent whole, and nothing was answered.
            smtplib.SMTPException, OSError: as smtplib's own.
        """
        self.whole = False
        try:
            answer = super().data(msg)
        except OSError as error:
            if self.whole and not isinstance(error, smtplib.SMTPResponseException):
                raise NoFinalAnswer(str(error)) from error
            raise
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        return answer


class Conversation(Patient, smtplib.SMTP):
    """Plain at first; STARTTLS where it is asked for."""


class TlsConversation(Patient, smtplib.SMTP_SSL):
    """TLS from the first byte."""
