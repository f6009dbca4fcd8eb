"""What axe-core, the browser and a reader find wrong with a page as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
FAULTS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(" | "))"""
# The contrast takes as long as all other rules together.
BUT_CONTRAST = FAULTS.replace(
    "resultTypes:", 'rules: {"color-contrast": {enabled: false}}, resultTypes:'
)
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
STILL = 0.01  # of the cumulative layout shift; browsers call 0.1 good
# added up by the browser itself from the first paint on
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 50);
})"""
# What is seen and what is read aloud; the words of another language are marked as such.
WORDS = """() => {
  const said = [document.title, document.body.innerText];
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const one of document.querySelectorAll(`[${name}]`)) said.push(one.getAttribute(name));
  let text = said.join("\\n");
  for (const one of document.querySelectorAll("body [lang=en]"))
    text = text.replace(one.innerText, "");
  return text;
}"""
ADDRESSES = re.compile(r"\S+@\S+|https?://\S+")
# kinds of files, the filing number by its own name, the file of the demo, and the other language
ALLOWED = {
    "pdf",
    "XLSX",
    "CSV",
    "PDF",
    "PNG",
    "JPEG",
    "HTML",
    "ICP",
    "xlsx",
    "csv",
    "png",
    "jpg",
    "licence",
    "English",
    "Markdown",
    "ISO",  # standards and marks by their own names
    "CE",
}


def faults_at(page: Page, width: int, *, contrast: bool) -> list[str]:
    """Return what is wrong on a screen of this width, in pixels."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate(TOO_WIDE)
    faults = [f"{width}: {wide} px too wide"] if wide > 0 else []
    return faults + [
        f"{width}: {one}" for one in page.evaluate(FAULTS if contrast else BUT_CONTRAST)
    ]


def english(page: Page) -> list[str]:
    """Return the English words of a page that should be Chinese."""
    words = re.findall(r"[A-Za-z]{3,}", ADDRESSES.sub("", page.evaluate(WORDS)))
    return sorted({word for word in words if word not in ALLOWED})
