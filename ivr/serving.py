"""What a WSGI server is pointed at: `ivr.serving:application()`, made once and then forked into its processes."""

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
    # hundred some tens of milliseconds, and would give each process a copy of what they share.
    gc.collect()
    gc.freeze()
    return app
