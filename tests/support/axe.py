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
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
STILL = 0.01  # of the cumulative layout shift; browsers call 0.1 good
# Runs before each page: the browser adds up what shifts in it.
WATCHED = (
    AXE
    + """;
window.shifts = [];
window.shiftWatch = new PerformanceObserver(list => window.shifts.push(...list.getEntries()));
window.shiftWatch.observe({type: "layout-shift", buffered: true});"""
)
# What shifts while the document is still being read depends on how fast it is read, and does not
# count; what scripts, pictures and fonts shift afterwards does. A frame's shifts are known with the
# next frame.
MOVED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  window.shifts.push(...window.shiftWatch.takeRecords());
  const read = performance.getEntriesByType("navigation")[0].domInteractive;
  return window.shifts.filter(shift => shift.startTime > read)
    .reduce((sum, shift) => sum + shift.value, 0);
}"""
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


def faults_at(page: Page) -> list[str]:
    """Return what is wrong with a page on its screen: wider than that, or against a rule."""
    wide = page.evaluate(TOO_WIDE)
    return ([f"{wide} px too wide"] if wide > 0 else []) + page.evaluate(FAULTS)


def english(page: Page) -> list[str]:
    """Return the English words of a page that should be Chinese."""
    words = re.findall(r"[A-Za-z]{3,}", ADDRESSES.sub("", page.evaluate(WORDS)))
    return sorted({word for word in words if word not in ALLOWED})
