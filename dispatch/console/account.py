"""My account: the language and colours of the desk, and everything one logs in with."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user

from dispatch.accounts import Permission, current, needs, roll
from dispatch.accounts.sessions import SAME_PERSON
from dispatch.console.account_history import lines
from dispatch.console.desk import Desk
from dispatch.console.i18n import LANGUAGES, _
from storage import accounts

THEMES = {"auto": "As this machine has it", "light": "Light", "dark": "Dark"}


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page of one's own account."""

    @routes.get("/account")
    @needs()
    def account() -> ResponseReturnValue:
        """Show who one is here, and what can be changed about it."""
        who = current()
        with desk.database.reading() as session:
            history = lines(accounts.history(session, [who.id], limit=20))
        return render_template(
            "console/account.html",
            permissions=[permission for permission in Permission if who.can(permission)],
            codes_left=len(who.mf_recovery_codes or ()),
            themes=THEMES,
            history=history,
        )

    @routes.post("/account")
    @needs()
    def settings() -> ResponseReturnValue:
        """Keep the language and the colours."""
        spoken, theme = request.form.get("language", ""), request.form.get("theme", "auto")
        who = current()
        with desk.database.transaction() as session:
            operator = accounts.by_id(session, who.id, lock=True)
            if operator:
                known = spoken if spoken in LANGUAGES else ""
                roll.choose_settings(session, desk.now(), operator, known, theme if theme in THEMES else "auto")
                who.language = known
        g.pop("language", None)  # What is said next is said in the new language.
        flash(_("Kept."), "success")
        return redirect(url_for("console.account"))

    @routes.post("/account/sessions")
    @needs()
    def end_other_sessions() -> ResponseReturnValue:
        """Log out everywhere but here."""
        who = current()
        datastore = current_app.extensions["security"].datastore
        datastore.set_uniquifier(who)
        datastore.commit()
        login_user(who, authn_via=SAME_PERSON)
        flash(_("All your other sessions have ended."), "success")
        return redirect(url_for("console.account"))
