"""The inputs of `features` a second time, each straight from its definition, one row at a time: slow, and for checking.

Nothing is shared with `features` but the settings: a row looks through all rows before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, nan
from statistics import median

import numpy as np

from bigmodel_apps.fraud.features import LAST, NOTHING, UNUSUAL, Settings, names
from bigmodel_apps.fraud.transactions import DAY, FRAUD, UNKNOWN, Floats, Transactions

_HOUR = 3_600
_RUN_CAP = 30


def inputs(transactions: Transactions, row: int, settings: Settings | None = None) -> Floats:
    """Inputs of one row, shape (d,), in the order of `features.names`."""
    settings = settings or Settings()
    seconds, amounts, fraud = transactions.seconds, transactions.amounts, transactions.fraud
    now, amount, delay = int(seconds[row]), float(amounts[row]), settings.delay_days * DAY
    date = np.datetime64(now, "s").item()
    found = dict.fromkeys(names(settings), nan)
    found |= {"amount": amount, "weekend": float(date.weekday() >= 5), "night": float(date.hour <= 6)}
    if transactions.customers is not None:
        of_customer = np.flatnonzero(transactions.customers == transactions.customers[row])
        earlier = [int(place) for place in of_customer if place < row]
        both = [*earlier, row]
        for days in settings.windows:
            window = [float(amounts[place]) for place in both if seconds[place] > now - days * DAY]
            found[f"customer_count_{days}d"] = len(window)
            found[f"customer_mean_{days}d"] = fsum(window) / len(window)
        habits = [place for place in earlier if seconds[place] > now - settings.habit_days * DAY]

        def ratio(place: int, days: int) -> float:
            past = [
                float(amounts[other])
                for other in earlier
                if other < place and seconds[other] > seconds[place] - days * DAY
            ]
            return _ratio(float(amounts[place]), past)

        recent = [
            ratio(place, settings.habit_days) for place in earlier if seconds[place] > now - settings.recent_days * DAY
        ]
        recent = [value for value in recent if value == value]
        found["customer_amount_ratio"] = ratio(row, settings.habit_days)
        found["customer_amount_ratio_30d"] = ratio(row, 30)
        found["customer_unusual_count"] = sum(value > UNUSUAL for value in recent)
        found["customer_unusual_max"] = max(recent, default=nan)
        found["customer_count_1h"] = sum(seconds[place] > now - _HOUR for place in both)
        found["customer_gap_hours"] = (now - int(seconds[earlier[-1]])) / _HOUR if earlier else nan
        hours = [(int(seconds[place]) // _HOUR - now // _HOUR) % 24 in (23, 0, 1) for place in habits]
        found["customer_hour_share"] = sum(hours) / len(hours) if hours else nan
        known = [place for place in of_customer if fraud[place] == FRAUD and seconds[place] <= now - delay]
        found["customer_known_frauds_30d"] = sum(seconds[place] > now - delay - 30 * DAY for place in known)
        found["customer_fraud_age_days"] = (now - int(seconds[known[-1]])) / DAY if known else nan
        if transactions.terminals is not None:
            terminals = transactions.terminals
            visits = [terminals[place] == terminals[row] for place in habits]
            found["customer_visit_share"] = sum(visits) / len(visits) if visits else nan
            found["customer_new_terminals_1d"] = sum(
                not any(
                    terminals[other] == terminals[place] and seconds[other] > seconds[place] - settings.habit_days * DAY
                    for other in both
                    if other < place
                )
                for place in both
                if seconds[place] > now - DAY
            )
    if transactions.terminals is not None:
        at_terminal = np.flatnonzero(transactions.terminals == transactions.terminals[row])
        for days in settings.windows:
            matured = [place for place in at_terminal if now - delay - days * DAY < seconds[place] <= now - delay]
            labels = [bool(fraud[place] == FRAUD) for place in matured if fraud[place] != UNKNOWN]
            found[f"terminal_count_{days}d"] = len(matured)
            found[f"terminal_risk_{days}d"] = sum(labels) / len(labels) if labels else 0.0
        past = [float(amounts[place]) for place in at_terminal if place < row and seconds[place] > now - 30 * DAY]
        found["terminal_amount_ratio"] = _ratio(amount, past)
        found["terminal_count_1h"] = sum(seconds[place] > now - _HOUR for place in at_terminal if place <= row)
        told = [int(place) for place in at_terminal if fraud[place] != UNKNOWN and seconds[place] <= now - delay]
        frauds = [place for place in told if fraud[place] == FRAUD]
        run = _last_run(told, [bool(fraud[place] == FRAUD) for place in told])
        found["terminal_last_frauds"] = sum(fraud[place] == FRAUD for place in told[-LAST:])
        found["terminal_fraud_age_days"] = (now - int(seconds[frauds[-1]])) / DAY if frauds else nan
        found["terminal_fraud_amount"] = float(amounts[frauds[-1]]) if frauds else nan
        legitimate = [place for place in told if fraud[place] != FRAUD]
        found["terminal_legitimate_age_days"] = (now - int(seconds[legitimate[-1]])) / DAY if legitimate else nan
        of_frauds = bool(run) and bool(fraud[run[-1]] == FRAUD)
        found["terminal_run"] = min(len(run), _RUN_CAP) * (1 if of_frauds else -1) if run else 0
        found["terminal_run_age_days"] = (now - int(seconds[run[0]])) / DAY if of_frauds else nan
    return np.array([found[name] for name in names(settings)], dtype=np.float64)


def _ratio(amount: float, past: Sequence[float]) -> float:
    usual = median(past) if past else 0.0
    return amount / usual if usual > NOTHING else nan


def _last_run(places: Sequence[int], labels: Sequence[bool]) -> Sequence[int]:
    begin = len(places)
    while begin > 0 and labels[begin - 1] == labels[-1]:
        begin -= 1
    return places[begin:]
