"""Reports of calls: what they came to, where callers were lost, which questions fail, how long it takes to file."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlmodel import Session

from dispatch.city.model import City
from dispatch.console import charts, flow
from dispatch.console.charts import Bar, Step
from dispatch.console.i18n import _, number
from dispatch.console.report import Calendar, Cell, Report, Seconds, Span, median, share, shown
from dispatch.console.report_calendar import by_day, by_hour
from storage import call_figures
from storage.call_figures import CONTAINED, Came

_BEFORE_THE_FUNNEL = frozenset({"emergency", "transferred", "message"})


class CallFigures:
    """All that is counted of calls in a span of days."""

    def __init__(self, session: Session, city: City, span: Span, now: dt.datetime) -> None:
        """Ask the ledger."""
        self.span = span
        self.came = call_figures.came(session, city.slug, span.period)
        self.calendar = Calendar(span, call_figures.moments(session, city.slug, span.period, span.grain_s))
        some = call_figures.sample(session, city.slug, span.period, sum(line.calls for line in self.came))
        self.step = some.step
        self.stood = call_figures.stood(session, span.period, some)
        self.settled = call_figures.settled(session, span.period, some, now)
        self.filing = call_figures.time_to_file(session, city.slug, span.period, some)
        self.alarms = call_figures.emergencies(session, city.slug, span.period)

    def count(self, now: int, *outcomes: str) -> int:
        """Calls of one of the two periods that came to one of these; without any, all."""
        return sum(line.calls for line in self.came if line.now == now and (not outcomes or line.outcome in outcomes))

    def contained(self, now: int) -> Cell:
        """What part the line served by itself."""
        return share(self.count(now, *CONTAINED), self.count(now))

    def lost(self, now: int) -> Cell:
        """What part was broken off."""
        return share(self.count(now, "abandoned"), self.count(now))

    def zeroed_out(self, now: int) -> Cell:
        """What part went to a person."""
        return share(self.count(now, "transferred", "message"), self.count(now))

    def at_once(self, now: int) -> Cell:
        """What part was settled by one call."""
        lines = [line for line in self.settled if line.now == now]
        return share(sum(line.once for line in lines), sum(line.known for line in lines))

    def time_to_file(self, now: int) -> Cell:
        """How long half of those who filed were in the line until then."""
        seconds = median({took: count for when, took, count in self.filing if when == now})
        return None if seconds is None else Seconds(seconds)

    def reports(self) -> Iterator[Report]:
        """Every report of calls."""
        yield self._by_day()
        yield self._by_hour()
        yield self._funnel()
        yield self._outcomes()
        yield self._lost_by_state()
        yield self._misses()
        yield self._to_person()
        yield self._filing()
        yield self._alarms()

    def _by_day(self) -> Report:
        note = _("Calls that came in, those in the line now too, on the city’s calendar.")
        return by_day("calls-day", _("Calls by day"), note, _("Calls"), self.span, self.calendar)

    def _by_hour(self) -> Report:
        note = _("When people call, on the city’s clock: by this a line is staffed.")
        return by_hour("calls-hour", _("Calls by weekday and hour"), note, self.calendar)

    def _funnel(self) -> Report:
        title, steps, rows = _("From ringing to being sent"), [], []
        calls = [line for line in self.came if line.now]
        reach = {
            depth: [line for line in calls if _depth(line) >= depth and line.outcome not in _BEFORE_THE_FUNNEL]
            for depth in range(len(flow.REPORTING))
        }
        total = sum(line.calls for line in calls if line.outcome not in _BEFORE_THE_FUNNEL)
        for depth, stage in enumerate(flow.REPORTING):
            came = sum(line.calls for line in reach[depth])
            lost = sum(line.calls for line in reach[depth] if _depth(line) == depth and line.outcome == "abandoned")
            steps.append(
                Step(
                    _(stage.words),
                    came,
                    lost,
                    shown(share(came, total)),
                    _("%(share)s broke off", share=shown(share(lost, came))),
                )
            )
            rows.append((_(stage.words), came, share(came, total), lost, share(lost, came)))
        headings = [_("Part of the call"), _("Calls"), _("Share"), _("Broken off there"), _("Share of those there")]
        note = _("How far callers came who wanted to report something, by where their call ended. ")
        note += _(
            "Calls that went to a person, a message or 911 are not in it; nor, after the second part, those answered."
        )
        return Report("funnel", title, note, headings, rows, charts.funnel(title, steps), legend="lost", wide=True)

    def _outcomes(self) -> Report:
        title = _("What calls came to")
        codes = sorted({*flow.OUTCOMES, *(line.outcome for line in self.came)}, key=lambda code: -self.count(1, code))
        rows = [
            (flow.outcome(code), self.count(1, code), self.count(0, code), share(self.count(1, code), self.count(1)))
            for code in codes
        ]
        picture = charts.bars(
            title, [Bar(row[0], row[1], row[2], f"{number(row[1])} · {shown(row[3])}") for row in rows]
        )
        note = _("Filed and answered calls were contained: no person was needed.")
        return Report("outcomes", title, note, [_("Outcome"), _("Calls"), _("Before"), _("Share")], rows, picture)

    def _lost_by_state(self) -> Report:
        title = _("Where callers broke off")
        lost: dict[str, Counter[int]] = defaultdict(Counter)
        for line in self.came:
            if line.outcome == "abandoned":
                lost[line.state][line.now] += line.calls
        came = {line.state: line.calls * self.step for line in self.stood if line.now}
        rows = [
            (
                flow.state(code),
                lost[code][1],
                lost[code][0],
                share(lost[code][1], max(came.get(code, 0), lost[code][1])),
            )
            for code in sorted(lost, key=lambda code: -lost[code][1])
        ]
        picture = charts.bars(title, [Bar(row[0], row[1], row[2]) for row in rows[:12]])
        headings = [_("Where it ended"), _("Calls"), _("Before"), _("Share of those there")]
        return Report("broken-off", title, _("Calls that ended before anything was settled."), headings, rows, picture)

    def _misses(self) -> Report:
        title, rows = _("Questions that get no answer"), []
        for line in sorted(self.stood, key=lambda one: -(one.no_input + one.no_match)):
            if line.now and line.asked and (line.no_input or line.no_match):
                quiet, unclear = share(line.no_input, line.asked), share(line.no_match, line.asked)
                rows.append((flow.state(line.state), line.asked * self.step, quiet, unclear))
        picture = charts.bars(
            title, [Bar(row[0], (row[2] or 0) + (row[3] or 0), shown=_pair(row[2], row[3])) for row in rows[:12]]
        )
        headings = [_("Question"), _("Answers awaited"), _("Silence"), _("Not understood")]
        return Report(
            "misses", title, self._sampled(_("Of all times the question was asked.")), headings, rows, picture, "none"
        )

    def _to_person(self) -> Report:
        title = _("From where callers went to a person")
        lines = sorted((line for line in self.stood if line.now and line.to_person), key=lambda one: -one.to_person)
        rows = [(flow.state(one.state), one.to_person * self.step, share(one.to_person, one.calls)) for one in lines]
        picture = charts.bars(title, [Bar(row[0], row[1]) for row in rows[:12]])
        note = self._sampled(_("They pressed 0, asked for somebody, or were not understood too often."))
        headings = [_("Question"), _("Calls"), _("Share of those there")]
        return Report("to-a-person", title, note, headings, rows, picture, legend="none")

    def _filing(self) -> Report:
        title = _("How long filing takes")
        counted: dict[int, Counter[int]] = defaultdict(Counter)
        for now, seconds, count in self.filing:
            counted[min(seconds // 30 * 30, 300)][now] += count
        rows = []
        for start in sorted(counted):
            words = f"{start}–{start + 30} s" if start < 300 else _("5 minutes and more")
            rows.append((words, counted[start][1] * self.step, counted[start][0] * self.step))
        picture = charts.bars(title, [Bar(*row) for row in rows])
        note = self._sampled(_("From the first ring to the moment the ticket was filed."))
        return Report("time-to-file", title, note, [_("Time"), _("Calls"), _("Before")], rows, picture)

    def _alarms(self) -> Report:
        title = _("Emergencies by kind")
        kinds: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
        for now, verdict, kind, many in self.alarms:
            kinds[kind][now, verdict] += many
        rows = []
        for kind in sorted(kinds, key=lambda one: -kinds[one].total()):
            one = kinds[kind]
            now, before = (sum(count for (when, _v), count in one.items() if when == period) for period in (1, 0))
            rows.append((flow.category(kind), one[1, "certain"], one[1, "possible"], now, before))
        picture = charts.bars(title, [Bar(row[0], row[3], row[4]) for row in rows[:12]])
        headings = [_("Kind"), _("Certain"), _("Possible"), _("All"), _("Before")]
        note = _(
            "Calls, text messages, recorded messages and words on our pages in which danger was heard;"
            " a call may count under several kinds."
        )
        return Report("emergencies", title, note, headings, rows, picture)

    def _sampled(self, note: str) -> str:
        if self.step == 1:
            return note
        return f"{note} " + _("Read from about one call in %(n)s.", n=number(self.step))


def _depth(line: Came) -> int:
    """How far a report came, by the place of its last part in the funnel."""
    if line.outcome == "filed":
        return len(flow.REPORTING) - 1
    stage = flow.stage_of(line.state)
    return stage if stage is not None and stage < len(flow.REPORTING) else 1


def _pair(quiet: Cell, unclear: Cell) -> str:
    return f"{shown(quiet)} + {shown(unclear)}"
