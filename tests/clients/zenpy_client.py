"""An agent's working day with zenpy, the Python client of Zendesk's API, as it comes from PyPI.

The client is told where the backend is by its own two variables, ZENPY_FORCE_SCHEME and ZENPY_FORCE_NETLOC. What it is
asked to do is what its documentation shows; what must come back is asserted. With `limited` as the argument the backend
lets five requests a minute through.
"""

import os
import sys
import tempfile
import time

from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Request, SatisfactionRating, Ticket, User
from zenpy.lib.exception import APIException, RatelimitBudgetExceeded, RecordNotFoundException

REQUESTER = os.environ["REQUESTER_EMAIL"]


def client(email, token, **more):
    return Zenpy(subdomain="balcao", email=email, token=token, disable_cache=True, **more)


def agent(**more):
    return client(os.environ["AGENT_EMAIL"], os.environ["AGENT_TOKEN"], **more)


def requester():
    return client(REQUESTER, os.environ["REQUESTER_TOKEN"])


def refused(status, act):
    try:
        act()
    except APIException as error:
        assert error.response.status_code == status, error
        return error
    raise AssertionError("it was not refused")


def working_day():
    desk, store = agent(), requester()
    me = desk.users.me()
    assert me.role == "admin", me.to_dict()
    assert store.users.me().role == "end-user"

    # List, both ways of paging.
    numbers = [ticket.id for ticket in desk.tickets()]
    assert len(numbers) > 10 and len(set(numbers)) == len(numbers), numbers
    by_offset = [ticket.id for ticket in desk.tickets(cursor_pagination=False)]
    assert sorted(by_offset) == sorted(numbers)
    in_pages = [ticket.id for ticket in desk.tickets(cursor_pagination=3)]
    assert in_pages == numbers, (in_pages, numbers)

    # Create for a requester, with a file.
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("what the log says")
    upload = desk.attachments.upload(file.name, target_name="log.txt")
    comment = Comment(body="She called: the **papagaio** is stuck.", uploads=[upload.token])
    ticket = Ticket(subject="Papagaio by phone", comment=comment, requester=User(email=REQUESTER, name="Ana"))
    created = desk.tickets.create(ticket)
    number = created.ticket.id
    assert created.ticket.status == "new" and created.audit.ticket_id == number
    assert created.ticket.requester.email == REQUESTER
    assert created.ticket.submitter_id == me.id

    # Show, and show several.
    shown = desk.tickets(id=number)
    assert shown.subject == "Papagaio by phone"
    assert shown.organization.name, "the organization is looked up"
    assert sorted(ticket.id for ticket in desk.tickets(ids=[number, numbers[0]])) == sorted([number, numbers[0]])

    # Search.
    found = desk.search("papagaio", type="ticket", status_less_than="solved")
    assert [ticket.id for ticket in found] == [number], len(found)
    assert len(desk.search(type="ticket", requester=REQUESTER, sort_by="created_at", sort_order="desc")) >= 1
    assert [user.email for user in desk.search(REQUESTER, type="user")] == [REQUESTER]
    assert [user.email for user in desk.users.search(query=REQUESTER)] == [REQUESTER]

    # Comment: a note among agents, then a reply. Only one of them is the requester's.
    shown.comment = Comment(body="Looks like the cage", public=False)
    noted = desk.tickets.update(shown)
    assert noted.ticket.status == "new" and noted.audit.events[0]["public"] is False
    shown = desk.tickets(id=number)
    shown.comment = Comment(html_body="<p>We look into it.</p>", public=True)
    shown.status = "pending"
    replied = desk.tickets.update(shown)
    assert replied.ticket.status == "pending" and replied.ticket.assignee_id == me.id
    thread = list(desk.tickets.comments(ticket=number))
    assert [comment.public for comment in thread] == [True, False, True]
    assert thread[0].author.email == me.email
    assert [comment.public for comment in store.requests.comments(number)] == [True, True]
    assert len(list(desk.tickets.audits(ticket=number))) == 3

    # Download, as agent and as requester.
    attachment = thread[0].attachments[0]
    for someone in (desk, store):
        with tempfile.TemporaryDirectory() as folder:
            path = someone.attachments.download(attachment.id, folder)
            with open(path, encoding="utf-8") as read:
                assert read.read() == "what the log says"

    # The requester answers, the agent solves.
    store.requests.update(Request(id=number, comment=Comment(body="It is out again")))
    assert desk.tickets(id=number).status == "open"
    shown = desk.tickets(id=number)
    shown.status = "solved"
    shown.priority = "high"
    solved = desk.tickets.update(shown)
    assert (solved.ticket.status, solved.ticket.priority) == ("solved", "high")

    # The requester rates.
    # `tickets.rate` of this release looks for an endpoint that it does not have; the ratings' own way works.
    store.satisfaction_ratings.create(number, SatisfactionRating(score="good", comment="Quick"))
    assert desk.tickets(id=number).satisfaction_rating.score == "good"
    assert number in [rating.ticket_id for rating in desk.satisfaction_ratings()]

    # Tags.
    assert "vip" in desk.tickets.add_tags(number, ["vip", "pix"])
    assert list(desk.tickets.delete_tags(number, ["pix"])) == ["vip"]
    assert [ticket.id for ticket in desk.search(type="ticket", tags="vip")] == [number]

    # Incremental export by time, then by cursor: all of it, then what changed since.
    by_time = [ticket.id for ticket in desk.tickets.incremental(start_time=1, paginate_by_time=True, per_page=7)]
    assert set(by_time) == {*numbers, number}, (by_time, numbers)
    export = desk.tickets.incremental(start_time=1, per_page=7)
    exported = [ticket.id for ticket in export]
    assert sorted(exported) == sorted(numbers + [number]), (exported, numbers)
    assert exported[-1] == number
    cursor = export.after_cursor
    assert list(desk.tickets.incremental(cursor=cursor)) == []
    desk.tickets.update(Ticket(id=number, status="open"))
    assert [ticket.id for ticket in desk.tickets.incremental(cursor=cursor)] == [number]

    # What is refused.
    try:
        desk.tickets(id=999999)
        raise AssertionError("there is no such ticket")
    except RecordNotFoundException:
        pass
    error = refused(422, lambda: desk.tickets.update(Ticket(id=number, status="closed")))
    assert error.response.json()["details"]["base"][0]["field_key"] == "status"
    refused(422, lambda: desk.tickets.create(Ticket(subject="No text")))
    refused(403, lambda: store.tickets(id=number))
    refused(401, lambda: client(REQUESTER, "wrong").users.me())
    assert desk.organizations(id=solved.ticket.organization_id).id == solved.ticket.organization_id


def limited():
    desk = agent(ratelimit_budget=1)
    began = time.monotonic()
    try:
        for _ in range(10):
            desk.users.me()
    except RatelimitBudgetExceeded:
        assert time.monotonic() - began < 30
        return
    raise AssertionError("nobody was told to wait")


if __name__ == "__main__":
    limited() if "limited" in sys.argv else working_day()
    print("passed")
