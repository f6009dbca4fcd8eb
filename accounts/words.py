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
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on now."), "success"),
    "ANONYMOUS_USER_REQUIRED": (N_("You are signed in already."), "info"),
    "INVALID_RECOVERY_CODE": (N_("This recovery code is not right, or was used."), "danger"),
    "INVALID_INPUT": (N_("This cannot be used here."), "danger"),
    "INVALID_INPUT_LENGTH": (N_("At most %(length)s characters."), "danger"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("The code is not right. Take the one that the app shows now."),
        "danger",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The authenticator app is set up. All your other sessions have ended."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("This took too long. Please sign in again."), "warning"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("This cannot be chosen."), "danger"),
    "TWO_FACTOR_DISABLED": (
        N_("The authenticator app is removed. All your other sessions have ended."),
        "success",
    ),
    "TWO_FACTOR_SETUP_EXPIRED": (N_("This took too long. Please begin again."), "warning"),
    "WEBAUTHN_EXPIRED": (N_("This took too long. Please begin again."), "warning"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name."), "danger"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey of this name already."), "danger"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey of this name."), "danger"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("This name cannot be used."), "danger"),
    "WEBAUTHN_CREDENTIAL_DELETED": (
        N_("The passkey “%(name)s” is removed. All your other sessions have ended."),
        "success",
    ),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        N_("The passkey “%(name)s” is set up. All your other sessions have ended."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is in use already."), "danger"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("This site does not know this passkey."), "danger"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("This site does not know this passkey."), "danger"),
    "WEBAUTHN_NO_VERIFY": (N_("The passkey could not be checked. Please try again."), "danger"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This passkey cannot be used here."), "danger"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey is not of this account."), "danger"),
}
