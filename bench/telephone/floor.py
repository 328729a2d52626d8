"""The floor a turn is measured against: Flask, twilio's own validator, one durable read-modify-write, a constant reply.

The read-modify-write is SQLAlchemy Core on a table of its own in the same database: read what is remembered of the
call, write as much back. Served by the same server as the line, with as many processes and threads.
"""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from twilio.request_validator import RequestValidator

from storage.database import Database

FLOOR = Table(
    "bench_floor",
    MetaData(),
    Column("call_sid", String(64), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("memory", Text, nullable=False),
)
REMEMBERED = '{"state":"place","service":"pothole","said":["there is a pothole"]}' + " " * 600
"""About what a call in mid-way remembers."""
REPLY = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="/voice/turn/1" input="dtmf speech">'
    "<Say>How can I help?</Say></Gather></Response>"
)


def create_app() -> Flask:
    """Make the floor, on DATABASE_URL, signed with TWILIO_AUTH_TOKEN at PUBLIC_URL."""
    app = Flask(__name__)
    database = Database(os.environ["DATABASE_URL"], pool_size=int(os.environ.get("THREADS", "16")))
    FLOOR.create(database.engine, checkfirst=True)
    database.close()  # the processes are forked from here, and no connection may cross that
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    base = os.environ["PUBLIC_URL"]
    dialect = sqlite if database.is_sqlite else postgresql
    read = select(FLOOR.c.turn, FLOOR.c.memory).where(FLOOR.c.call_sid == bindparam("sid")).with_for_update()
    write = update(FLOOR).where(FLOOR.c.call_sid == bindparam("sid")).values(turn=bindparam("t"), memory=bindparam("m"))
    begin = dialect.insert(FLOOR).on_conflict_do_nothing()

    @app.post("/<path:path>")
    def turn(path: str) -> Response:
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(f"{base}/{path}{query}", request.form, signature):
            abort(403)
        sid = request.form["CallSid"]
        with database.engine.begin() as connection:
            known = connection.execute(read, {"sid": sid}).first()
            if known is None:
                connection.execute(begin, {"call_sid": sid, "turn": 0, "memory": REMEMBERED})
            else:
                connection.execute(write, {"sid": sid, "t": known.turn + 1, "m": known.memory})
        return Response(REPLY, content_type="text/xml; charset=utf-8")

    return app
