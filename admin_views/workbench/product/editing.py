"""The form pages of a featured product, or of a change of one: save, submit, preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext

from admin_views.workbench.product.files import FILES_LOST, UploadedFiles, read_files
from core import markdown
from core.database import db
from core.ids import parse_id
from forms import categories
from models import Category, FeaturedProduct, ProductChange
from workflows import engine, parameters
from workflows.product import drafts
from workflows.product import terms as product_terms
from workflows.product.files import attachments_of, cover_of, keep
from workflows.product.paper import Paper

Draft = FeaturedProduct | ProductChange


def chosen_category(text: str | None, kept: int | None = None) -> Category | None:
    """Return the category that `text` names: one in use, or the one that is kept already."""
    if text is None or text not in {value for value, _name in categories.category_options(kept)}:
        return None
    return db.session.get(Category, parse_id(text))


class ProductEditing:
    """Shows a paper again and again until it is saved or submitted."""

    render: Any
    get_url: Any
    person: Any
    after: Any
    writing_template = "admin/product/form.html"

    def write(
        self,
        thing: Draft | None,
        category: Category,
        make: Callable[[Category, Any, bool], Paper],
        begin: Callable[[Paper], Draft] | None = None,
    ) -> Any:
        """Show the paper of `thing`, or save what was sent, submitting it where that was asked.

        Args:
            thing: the row to write to; None where it does not exist before it is saved.
            category: whose parameters are asked.
            make: returns the paper for a category, what was posted, and whether it must be whole.
            begin: writes the new row out of a valid paper, where there was none.
        """
        if request.method == "GET":
            return self._page(make(category, None, False), thing)
        action = request.form.get("action", "save")
        if action in ("category", "preview"):
            if any(file.filename for file in request.files.values()):
                flash(str(FILES_LOST), "info")
            return self._page(make(category, request.form, False), thing, preview=True)
        sent = read_files()
        paper = make(category, request.form, action == "submit")
        valid = paper.validate(whole=action == "submit")
        if not (sent.put_on(paper) and valid):
            return self._page(paper, thing, sent)
        row = self._saved(paper, thing, sent, begin)
        if row is None:
            return self._page(paper, thing, sent)
        if action == "submit":
            self._submit(row)
        else:
            flash(gettext("The draft is saved."), "success")
        return redirect(self.after_writing(row))

    def write_again(
        self, row: Draft, category: Category, make: Callable[[Category, Any, bool], Paper]
    ) -> Any:
        """Answer a form that made `row` already: a second click, or a way back and other words.

        The second click is led to the row. Other words are compared with what the row says.
        """
        paper = make(category, request.form, False)
        if paper.validate(whole=False) and self._says_all(row, paper):
            flash(gettext("This was saved already."), "info")
            return redirect(self.after_writing(row))
        return self.write(row, category, make)

    def _says_all(self, row: Draft, paper: Paper) -> bool:
        terms = paper.terms()
        same = terms is None or (
            isinstance(row, FeaturedProduct) and product_terms.stand(row, *terms)
        )
        return same and drafts.says(row, paper.category, paper.schema, paper.values())

    def after_writing(self, row: Draft) -> str:
        """Return the page of what was written."""
        return str(self.get_url(".details_view", id=row.id))

    def _saved(
        self,
        paper: Paper,
        thing: Draft | None,
        sent: UploadedFiles,
        begin: Callable[[Paper], Draft] | None,
    ) -> Draft | None:
        """Write everything and commit; None where a rule objects, with what was typed kept."""
        user = self.person()
        try:
            if begin is not None:
                thing = begin(paper)
            assert thing is not None
            # a form without a version saw nothing: what is there is newer
            seen = None if begin is not None else (paper.form.seen() or 0)
            drafts.save(thing, user, paper.category, paper.schema, paper.values(), seen)
            terms = paper.terms()
            if terms is not None and isinstance(thing, FeaturedProduct):
                product_terms.update_terms(thing, user, *terms, seen=None)
            if sent.anything:
                keep(thing, user, cover=sent.cover, documents=sent.documents, gone=sent.gone)
            db.session.commit()
        except drafts.ChangedMeanwhile:
            db.session.rollback()
            flash(
                gettext("Somebody saved this meanwhile. Compare, and save again to overwrite it."),
                "warning",
            )
            if thing is not None:
                paper.show_newer(thing)
            return None
        except ValueError as error:
            db.session.rollback()
            flash(str(error), "warning")
            return None
        return thing

    def _submit(self, row: Draft) -> None:
        """Hand in what was just saved, or say why not."""
        seen = {row.id: row.version}
        outcome = engine.perform(type(row), "submit", [row.id], self.person(), seen=seen)
        db.session.commit()
        if outcome.done:
            flash(gettext("Handed in. You are told by mail how it was decided."), "success")
        for words in outcome.refused.values():
            flash(gettext("Saved, but not handed in. %(why)s", why=words), "warning")

    def _page(
        self,
        paper: Paper,
        thing: Draft | None,
        sent: UploadedFiles | None = None,
        *,
        preview: bool = False,
    ) -> str:
        if sent is not None and (sent.cover or sent.documents):
            flash(str(FILES_LOST), "info")
        described = paper.form.description.data or ""
        public = getattr(thing, "product", None)
        anew = parameters.asked_anew(paper.schema, thing.schema) if thing else ()
        kept = (public or thing).category_id if thing else None
        return str(
            self.render(
                self.writing_template,
                paper=paper,
                form=paper.form,
                asked=paper.asked,
                thing=thing,
                category=paper.category,
                categories=categories.category_options(kept),
                remarks=(thing.remarks or {}) if thing else {},
                reason=thing.reason if thing and thing.status in ("returned", "rejected") else None,
                anew=anew if thing and thing.category_id == paper.category.id else (),
                cover=cover_of(thing) if thing else None,
                attachments=attachments_of(thing) if thing else [],
                preview=markdown.render(markdown.cleaned(described)) if preview else None,
                cancel=self.after_writing(thing) if thing and thing.id else self.cancel_url(),
            )
        )

    def cancel_url(self) -> str:
        return str(self.get_url(".index_view"))


def locked_category(thing: Draft) -> Category:
    """Return the category that was posted, else the one that the row has."""
    posted = request.form.get("category") if request.method == "POST" else None
    return chosen_category(posted, thing.category_id) or thing.category
