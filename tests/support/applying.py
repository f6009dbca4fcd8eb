"""Files and forms that the tests of certification share."""

from __future__ import annotations

import io
from typing import Any

from flask import g
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin

from core.database import db
from models import User
from tests.support.application import sign_in

PDF = b"%PDF-1.4\n1 0 obj<</Type /Page>>endobj\ntrailer<<>>\n%%EOF\n"
CODE = "91320594MA1XXXXXX1"
WHOLE: dict[str, Any] = {
    "name": "Lake Law Firm",
    "credit_code": CODE,
    "introduction": "Contracts, disputes and trade marks.",
    "address": "Lake Road 10",
    "website": "www.lake.example",
    "founded": "2008",
    "staff_count": "35",
    "contact_name": "Li Lei",
    "contact_mobile": "+86 13812345678",
    "contact_phone": "0512-67068048",
    "contact_email": "reserved@lake.example",
    "wants_association": "y",
    "version": "",
}


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10), secret: str = "") -> bytes:
    """Return an image file; with `secret` in every place where metadata may stand."""
    extra: dict[str, Any] = {}
    if secret:
        exif = Image.Exif()
        exif[0x010E] = secret
        extra["exif"] = exif.tobytes()
        extra["icc_profile"] = secret.encode()
        if kind == "PNG":
            extra["pnginfo"] = PngImagePlugin.PngInfo()
            extra["pnginfo"].add_text("Comment", secret)
        else:
            extra["comment"] = secret.encode()
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **extra)
    return out.getvalue()


def english(client: FlaskClient, user: User | None = None) -> FlaskClient:
    """Sign `user` in and read pages in English."""
    if user is not None:
        sign_in(client, user)
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def forget() -> None:
    """Requests of a test share one context: forget who asked last and what he might see."""
    for name in list(g):
        g.pop(name)
    db.session.info.clear()
    db.session.expire_all()


def see(client: FlaskClient, path: str = "/certification/") -> Any:
    forget()
    return client.get(path)


def post(client: FlaskClient, path: str, **data: Any) -> Any:
    forget()
    answer = client.post(path, data=data)
    forget()
    return answer


def send(client: FlaskClient, action: str = "save", files: Any = (), **values: Any) -> Any:
    """Post the application form. `files` are (field, name, bytes)."""
    data: dict[str, Any] = {"action": action, **values}
    for field, name, content in files:
        data.setdefault(field, []).append((io.BytesIO(content), name))
    forget()
    answer = client.post("/certification/", data=data, content_type="multipart/form-data")
    forget()
    return answer
