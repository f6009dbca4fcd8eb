"""Flask-Security's flash messages as msgids of our catalog, each with its category.

They are msgids of our own catalog (SECURITY_I18N_DOMAIN), so no other catalog has to be complete.
"""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802  # the name by which extractors know a msgid
    """Mark `text` as a msgid; it is translated when it is shown."""
    return text


MESSAGES = {
    "GENERIC_AUTHN_FAILED": (N_("The e-mail address or the password is not right."), "danger"),
    "DISABLED_ACCOUNT": (N_("This account is disabled. Please contact us."), "danger"),
    "CONFIRMATION_REQUIRED": (
        N_(
            "Confirm your e-mail address first: open the link in the mail that we sent you. "
            "Below you can have a new one sent."
        ),
        "warning",
    ),
    "UNAUTHENTICATED": (N_("Please sign in to open this page."), "info"),
    "UNAUTHORIZED": (N_("You may not open this page."), "danger"),
    "CONFIRM_REGISTRATION": (
        N_("Thank you. We have sent a mail to %(email)s: open the link in it to finish."),
        "success",
    ),
    "EMAIL_CONFIRMED": (N_("Your e-mail address is confirmed, and you are signed in."), "success"),
    "ALREADY_CONFIRMED": (N_("This e-mail address is confirmed already. Please sign in."), "info"),
    "INVALID_CONFIRMATION_TOKEN": (
        N_("This link is not valid. Have a new one sent to you."),
        "danger",
    ),
    "CONFIRMATION_REQUEST": (
        N_("If an account with %(email)s waits for confirmation, a new link is on its way."),
        "info",
    ),
    "CONFIRMATION_EXPIRED": (N_("This link has expired. Have a new one sent to you."), "warning"),
    "PASSWORD_RESET_REQUEST": (
        N_("If there is an account with %(email)s, a link to reset its password is on its way."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (N_("This link has expired. Ask for a new one."), "warning"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        N_("This link is not valid or was used already. Ask for a new one."),
        "danger",
    ),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your password is changed. Please sign in with it."), "success"),
    "PASSWORD_CHANGE": (
        N_("Your password is changed. All your other sessions have ended."),
        "success",
    ),
    "PASSWORD_IS_THE_SAME": (N_("The new password is the same as the old one."), "danger"),
    "PASSWORD_INVALID_LENGTH": (
        N_("The password needs at least %(length)s characters."),
        "danger",
    ),
    "PASSWORD_NOT_PROVIDED": (N_("Please give a password."), "danger"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords differ."), "danger"),
    "INVALID_PASSWORD": (N_("The password is not right."), "danger"),
    "EMAIL_NOT_PROVIDED": (N_("Please give your e-mail address."), "danger"),
    "INVALID_EMAIL_ADDRESS": (N_("Give an e-mail address, such as li@example.com."), "danger"),
    "API_ERROR": (N_("This did not work."), "danger"),
    "USER_DOES_NOT_EXIST": (N_("The e-mail address or the password is not right."), "danger"),
    "EMAIL_ALREADY_ASSOCIATED": (N_("This e-mail address cannot be used."), "danger"),
    "FORGOT_PASSWORD": (N_("Forgot your password?"), "info"),
}
