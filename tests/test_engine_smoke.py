from models import Event, Mail
from workflows import engine


def test_the_app_answers(client):
    assert client.get("/").status_code == 200
    assert client.get("/nothing").status_code == 404
    assert client.get("/readyz").json == {"status": "ok"}


def test_approve(cast):
    from models import Institution

    outcome = engine.perform(
        Institution, "approve", [cast.waiting.id], cast.vera, association="later"
    )
    assert outcome.refused == {}
    assert outcome.done == [cast.waiting.id]
    assert [m.recipient for m in Mail.query.all()] == ["reserved-waiting@example.com"]
    assert Event.query.count() == 1
