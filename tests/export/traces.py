"""Reads an event log with pm4py and prints as JSON what it holds of stage changes and activities.

Arguments: the file, and "source" (events as the bank's log names them) or "export" (as stagebook writes them).
"""

import json
import sys
from collections import Counter

import pm4py
from pm4py.algo.discovery.dfg import algorithm as dfg
from pm4py.objects.log.obj import EventLog, Trace


def main(path, written_by):
    log = pm4py.read_xes(path, return_legacy_log_object=True)
    is_stage = stage_of_source if written_by == "source" else stage_of_export
    moves = EventLog()
    acts = Counter()
    for case in log:
        events = sorted(case, key=lambda event: event["time:timestamp"])
        moves.append(Trace([event for event in events if is_stage(event)], attributes=case.attributes))
        for event in events:
            lifecycle = event["lifecycle:transition"].lower()
            if not is_stage(event) and lifecycle in ("schedule", "complete"):
                acts[f'{event["concept:name"]} {lifecycle}'] += 1
    print(json.dumps({
        "traces": {case.attributes["concept:name"]: [told(event) for event in case] for case in moves},
        "follows": {" > ".join(pair): count for pair, count in sorted(dfg.apply(moves).items())},
        "activities": dict(sorted(acts.items())),
    }))


def told(event):
    return [event["concept:name"], event.get("org:resource", "system"), int(event["time:timestamp"].timestamp() * 1000)]


def stage_of_source(event):
    return event["concept:name"].startswith("A_") and event["lifecycle:transition"] == "COMPLETE"


def stage_of_export(event):
    return event["kind"].startswith("workflow.")


main(*sys.argv[1:])
