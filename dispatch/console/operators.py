"""Operators and roles: who works here, what each may do, and what happened to their accounts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import PERMISSIONS, Permission, current, needs, passwords, roll
from dispatch.accounts.permissions import needs_second_factor
from dispatch.accounts.roll import AccountRefused, Person
from dispatch.city.model import Words
from dispatch.console.account_history import lines
from dispatch.console.desk import Desk
from dispatch.console.i18n import _
from storage import accounts
from storage.account_tables import Operator
from storage.vocabulary import Role


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the pages about accounts."""

    @routes.get("/operators")
    @needs(Permission.MANAGE_OPERATORS)
    def operators() -> ResponseReturnValue:
        """Everybody with an account, the roles, and what happened lately."""
        with desk.database.reading() as session:
            people = accounts.everybody(session)
            history = lines(accounts.history(session, limit=50))
        return render_template(
            "console/operators.html",
            people=people,
            names={person.id: person.name for person in people},
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
            return _form(None, Person("", "", Role.OPERATOR))
        person = _written(desk)
        password = "" if desk.city_log_in and "by_city" in request.form else passwords.made_up()
        try:
            with desk.database.transaction() as session:
                kept = passwords.hashed(password) if password else None
                operator = roll.add(session, desk.now(), current().email, person, kept)
        except AccountRefused as refused:
            return _form(None, person, str(refused))
        if not password:
            flash(_("Kept."), "success")
            return redirect(url_for("console.operators"))
        return render_template("console/operator_password.html", operator=operator, password=password)

    @routes.route("/operators/<int:number>", methods=["GET", "POST"])
    @needs(Permission.MANAGE_OPERATORS)
    def operators_one(number: int) -> ResponseReturnValue:
        """One account: what it may, and its history."""
        if request.method == "GET":
            return _form(*_found(number))
        person = _written(desk)
        try:
            with desk.database.transaction() as session:
                roll.change(session, desk.now(), current().email, _locked(session, number), person)
        except AccountRefused as refused:
            return _form(_found(number)[0], person, str(refused))
        flash(_("Kept."), "success")
        return redirect(url_for("console.operators"))

    @routes.post("/operators/<int:number>/disable")
    @needs(Permission.MANAGE_OPERATORS)
    def operators_disable(number: int) -> ResponseReturnValue:
        """Close an account; its sessions end at once."""
        return _done(number, roll.disable, _("The account is closed."))

    @routes.post("/operators/<int:number>/enable")
    @needs(Permission.MANAGE_OPERATORS)
    def operators_enable(number: int) -> ResponseReturnValue:
        """Open a closed account again."""
        return _done(number, roll.enable, _("The account is open again."))

    @routes.post("/operators/<int:number>/reset")
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
        return accounts.by_id(session, number, lock=True) or abort(404)

    def _found(number: int) -> tuple[Operator, Person]:
        with desk.database.reading() as session:
            found = accounts.by_id(session, number) or abort(404)
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
                history = lines(accounts.history(session, operator.id))
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
