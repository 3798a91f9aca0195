"""What does the state of a reading say of an alert: that it is missed, frozen, kept or over?"""

from __future__ import annotations

from db.records import State

FROZEN_STATES = frozenset({State.STALE, State.NO_DATA, State.REJECTED, State.UNPUBLISHED})
MISSED_STATES = frozenset({State.MISSED, State.BEHIND})
# The states that say something of the goal: what is said of a rate is said in these alone.
OF_THE_GOAL = MISSED_STATES | {State.MET, State.AT_RISK, State.ON_TRACK}
# What ends in one of these was not mended: nothing is left that could be counted.
LAPSED_STATES = frozenset({State.NONE, State.NOT_APPLICABLE})

# Every other state is a good one; the value is the reason for which an alert ends.
REASON_TO_RESOLVE = {
    State.MET: "goal_met",
    State.AT_RISK: "goal_met",
    State.ON_TRACK: "back_on_the_pace",
    State.NONE: "nothing_left_to_count",
    State.NOT_APPLICABLE: "no_longer_applies",
    State.INFO: "items_done",
}
PROVING_STATES = frozenset({State.MET, State.AT_RISK, State.ON_TRACK, State.INFO})
# Here nothing could come back that one would have to wait for.
ENDS_AT_ONCE = frozenset({State.NOT_APPLICABLE, State.INFO})
