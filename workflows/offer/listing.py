"""Listing offers of many regular products at once, each in a savepoint of its own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from models import RegularOffer, User
from workflows import engine
from workflows.engine import Words
from workflows.offer.forms import OfferForm
from workflows.offer.rules import ALREADY_OFFERED


def list_all(
    institution_id: int, filled: Mapping[int, OfferForm], actor: User
) -> tuple[list[int], dict[int, Words]]:
    """List the items of `filled` for an institution, in the caller's unit of work.

    One that is refused never sinks the others.

    Returns:
        Ids of the items that were listed, and the others with the reason why not.

    Raises:
        PermissionError: the actor does not work for the institution.
    """
    done: list[int] = []
    refused: dict[int, Words] = {}
    for item_id, form in filled.items():
        offer = RegularOffer(institution_id=institution_id, item_id=item_id, **form.values())
        try:
            engine.create(offer, "list", actor)
            done.append(item_id)
        except IntegrityError:  # a savepoint: the others stay
            refused[item_id] = ALREADY_OFFERED
        except ValueError as error:
            refused[item_id] = str(error)
    return done, refused
