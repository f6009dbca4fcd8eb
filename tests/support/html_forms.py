"""The forms of a page as a browser reads them: where they lead, and what they would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = ("text", "search", "tel", "email", "url", "number", "date", "textarea", "datetime-local")
NOT_SENT = ("submit", "button", "reset", "image", "file")


@dataclass(slots=True)
class PageForm:
    """A form that changes something."""

    action: str  # "": the page itself
    fields: list[tuple[str, str]] = field(default_factory=list)  # as the page has them
    typed: dict[str, str] = field(default_factory=dict)  # name -> kind, of what a person writes
    buttons: list[tuple[str, str] | None] = field(default_factory=list)  # None: without a name
    files: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)  # of a select
    boxes: dict[str, list[str]] = field(default_factory=dict)  # values of boxes and radios

    def filled(self, mark: str) -> list[tuple[str, str]]:
        """Return what is sent once a person wrote in every control, chose and pressed no button."""
        words = {
            "email": f"{mark}@example.com", "tel": "13800138000", "number": "7",
            "url": f"https://{mark}.example", "date": "2026-11-02",
            "datetime-local": "2026-11-02T10:00",
        }  # fmt: skip
        sent = []
        for name, value in self.fields:
            if name in self.typed:
                sent.append((name, words.get(self.typed[name], f"{mark} {name}")))
            elif name in self.options:
                sent.append((name, self.options[name][-1]))
            elif name not in self.boxes:
                sent.append((name, value))
        return sent + [(name, values[-1]) for name, values in self.boxes.items()]

    @property
    def asks(self) -> set[str]:
        """The names of what a person fills in."""
        return set(self.typed) | set(self.options) | set(self.boxes)


def forms_of(html: str) -> list[PageForm]:
    """Return the forms of a page that are sent by POST, with controls that name them by `form`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [*reader.forms]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.by_id: dict[str, PageForm] = {}
        self.elsewhere: list[tuple[str, dict[str, str]]] = []
        self.current: PageForm | None = None
        self.area: tuple[PageForm, str, list[str]] | None = None
        self.select: tuple[PageForm, str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.current = PageForm(said.get("action", ""))
            if said.get("method", "").lower() == "post":
                self.forms.append(self.current)
            self.by_id[said.get("id", "")] = self.current
            return
        owner = self.by_id.get(said["form"]) if said.get("form") else self.current
        name = said.get("name", "")
        if owner is None or "disabled" in said:
            return
        if tag == "textarea" and name:
            self.area = (owner, name, [])
            owner.typed[name] = "textarea"
        elif tag == "select" and name:
            self.select = (owner, name, [])
        elif tag == "option" and self.select is not None:
            owner, name, _ = self.select
            owner.options.setdefault(name, []).append(said.get("value", ""))
            if "selected" in said or (not self.select[2]):
                self.select[2][:] = [said.get("value", "")]
        elif tag == "button" and said.get("type", "submit") == "submit":
            owner.buttons.append((name, said.get("value", "")) if name else None)
        elif tag == "input" and name:
            self._input(owner, name, said)

    def _input(self, owner: PageForm, name: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind == "file":
            owner.files.append(name)
        elif kind in NOT_SENT:
            owner.buttons.append((name, said.get("value", "")))
        elif kind in ("checkbox", "radio"):
            owner.boxes.setdefault(name, []).append(said.get("value", "on"))
            if "checked" in said:
                owner.fields.append((name, said.get("value", "on")))
        else:
            owner.fields.append((name, said.get("value", "")))
            if kind in TYPED and "readonly" not in said:
                owner.typed[name] = kind

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.current = None
        elif tag == "textarea" and self.area is not None:
            owner, name, text = self.area
            owner.fields.append((name, "".join(text).removeprefix("\r").removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select is not None:
            owner, name, chosen = self.select
            owner.fields += [(name, value) for value in chosen]
            self.select = None
