"""Operators and roles: who works here, what each may do, and what happened to their accounts.

An administrator of some cities manages the accounts that see no others, and hands out no others.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import PERMISSIONS, Permission, current, needs, passwords, roll
from dispatch.accounts.permissions import needs_second_factor
from dispatch.accounts.roll import AccountRefused, Person
from dispatch.city.model import Words
from dispatch.console import export
from dispatch.console.account_history import lines
from dispatch.console.desk import Desk
from dispatch.console.export import Lines
from dispatch.console.i18n import _, marked
from dispatch.console.numbers import ONE_ROW
from storage import accounts
from storage.account_tables import Operator
from storage.vocabulary import Role

_ACCOUNT = ("name", "email", "role", "departments", "cities", "active", "second_factor", "created_at", "last_login_at")
"""Columns of a file, as in the ledger."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the pages about accounts."""
    manages = Permission.MANAGE_OPERATORS
    export.offer(routes, desk, "operators", manages, read=lambda: _accounts_file(desk))
    export.offer(routes, desk, "operators_history", manages, read=lambda: _history_file(desk))

    @routes.get("/operators")
    @needs(Permission.MANAGE_OPERATORS)
    def operators() -> ResponseReturnValue:
        """Everybody with an account, the roles, and what happened lately."""
        with desk.database.reading() as session:
            people = _looked_after(session)
            history = lines(accounts.history(session, [person.id or 0 for person in people], limit=50))
        return render_template(
            "console/operators.html",
            people=people,
            names={person.id: person.name for person in people},
            called={person.email: person.name for person in people},
            departments=_departments(desk),
            history=history,
            roles=PERMISSIONS,
            permissions=list(Permission),
            needs_second_factor=needs_second_factor,
        )

    @routes.route("/operators/new", methods=["GET", "POST"])
    @needs(Permission.MANAGE_OPERATORS)
    def operators_new() -> ResponseReturnValue:
        """Open an account; the password to hand over is shown once."""
        if request.method == "GET":
            return _form(None, Person("", "", Role.OPERATOR, cities=current().cities))
        person = _written(desk)
        password = "" if desk.city_log_in and "by_city" in request.form else passwords.made_up()
        try:
            _within_own_cities(person)
            with desk.database.transaction() as session:
                kept = passwords.hashed(password) if password else None
                operator = roll.add(session, desk.now(), current().email, person, kept)
        except AccountRefused as refused:
            return _form(None, person, str(refused))
        if not password:
            flash(_("Kept."), "success")
            return redirect(url_for("console.operators"))
        return render_template("console/operator_password.html", operator=operator, password=password)

    @routes.route(f"/operators/{ONE_ROW}", methods=["GET", "POST"])
    @needs(Permission.MANAGE_OPERATORS)
    def operators_one(number: int) -> ResponseReturnValue:
        """One account: what it may, and its history."""
        if request.method == "GET":
            return _form(*_found(number))
        person = _written(desk)
        try:
            _within_own_cities(person)
            with desk.database.transaction() as session:
                roll.change(session, desk.now(), current().email, _locked(session, number), person)
        except AccountRefused as refused:
            return _form(_found(number)[0], person, str(refused))
        flash(_("Kept."), "success")
        return redirect(url_for("console.operators"))

    @routes.post(f"/operators/{ONE_ROW}/disable")
    @needs(Permission.MANAGE_OPERATORS)
    def operators_disable(number: int) -> ResponseReturnValue:
        """Close an account; its sessions end at once."""
        return _done(number, roll.disable, _("The account is closed."))

    @routes.post(f"/operators/{ONE_ROW}/enable")
    @needs(Permission.MANAGE_OPERATORS)
    def operators_enable(number: int) -> ResponseReturnValue:
        """Open a closed account again."""
        return _done(number, roll.enable, _("The account is open again."))

    @routes.post(f"/operators/{ONE_ROW}/reset")
    @needs(Permission.MANAGE_OPERATORS)
    def operators_reset(number: int) -> ResponseReturnValue:
        """Give somebody a new password to hand over, and take the lost telephone out."""
        password = passwords.made_up()
        secret = passwords.hashed(password)
        with desk.database.transaction() as session:
            operator = _locked(session, number)
            roll.reset(session, desk.now(), current().email, operator, secret)
        return render_template("console/operator_password.html", operator=operator, password=password)

    def _locked(session: Session, number: int) -> Operator:
        return _own(accounts.by_id(session, number, lock=True))

    def _found(number: int) -> tuple[Operator, Person]:
        with desk.database.reading() as session:
            found = _own(accounts.by_id(session, number))
        return found, Person(found.email, found.name, found.role, found.departments, found.cities)

    def _done(number: int, do: Callable[..., None], words: str) -> ResponseReturnValue:
        try:
            with desk.database.transaction() as session:
                do(session, desk.now(), current().email, _locked(session, number))
        except AccountRefused as refused:
            flash(str(refused), "error")
        else:
            flash(words, "success")
        return redirect(url_for("console.operators_one", number=number))

    def _form(operator: Operator | None, person: Person, problem: str = "") -> ResponseReturnValue:
        history = []
        if operator:
            with desk.database.reading() as session:
                history = lines(accounts.history(session, [operator.id or 0]))
        page = render_template(
            "console/operator.html",
            operator=operator,
            person=person,
            problem=problem,
            roles=list(Role),
            departments=_departments(desk),
            history=history,
        )
        return page, 422 if problem else 200


def _looked_after(session: Session) -> list[Operator]:
    """The accounts that whoever is logged in manages."""
    return [person for person in accounts.everybody(session) if current().looks_after(person.cities)]


def _accounts_file(desk: Desk) -> Lines:
    with desk.database.reading() as session:
        people = _looked_after(session)
    return Lines(_ACCOUNT, ([getattr(person, name) for name in _ACCOUNT] for person in people))


def _history_file(desk: Desk) -> Lines:
    def some(session: Session, before: int | None) -> tuple[list[list[object]], int | None]:
        people = {person.id or 0: person.email for person in _looked_after(session)}
        events = accounts.history(session, list(people), limit=export.BATCH, before=before)
        told = [[line.at, people[line.operator_id], line.what, line.details, line.who] for line in lines(events)]
        return told, events[-1].id if len(events) == export.BATCH else None

    return Lines(("at", "account", "what", "details", "by"), export.in_batches(desk, some))


def _own(operator: Operator | None) -> Operator:
    """The account, if it is this administrator's to manage; to others it is not there (404)."""
    return operator if operator and current().looks_after(operator.cities) else abort(404)


def _within_own_cities(person: Person) -> None:
    """Refuse to hand out cities that whoever is logged in does not have, all of them least."""
    if not current().looks_after(person.cities):
        raise AccountRefused(marked("Tick one of your cities at least, and no others."))


def _departments(desk: Desk) -> dict[str, Words]:
    """Names of the departments of all cities, by code."""
    return {
        code: department.names for pack in desk.packs.values() for code, department in pack.city.departments.items()
    }


def _written(desk: Desk) -> Person:
    """What the form says. A department or city that is no longer there is left out."""
    form, known = request.form, _departments(desk)
    role = form.get("role", "")
    return Person(
        email=form.get("email", ""),
        name=form.get("name", ""),
        role=Role(role) if role in set(Role) else abort(400),
        departments=[code for code in form.getlist("departments") if code in known],
        cities=[slug for slug in form.getlist("cities") if slug in desk.packs],
    )
