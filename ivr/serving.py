"""One worker process of the line: what a WSGI server is pointed at (`ivr.serving:application()`)."""

from __future__ import annotations

import gc

from flask import Flask

from ivr import observability
from ivr.app import create_app
from ivr.settings import load


def application() -> Flask:
    """Make the application from the environment, with its logs set up."""
    settings = load()
    observability.set_up_logs(settings.log_level)
    app = create_app(settings)
    # What was made at the start stays for good: looking through it again and again for garbage would cost a caller in a
    # hundred some tens of milliseconds.
    gc.collect()
    gc.freeze()
    return app
