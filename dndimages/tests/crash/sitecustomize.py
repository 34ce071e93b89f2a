"""Kills this process at a chosen step of its work on the disk or the database.

Put on PYTHONPATH by `test_crashes`. It watches what Python itself audits (files opened for writing,
renamed, removed; statements that begin and end transactions; connections to the model), so the
service needs no hooks for it. ``$DATA_DIR/crash.json`` holds ``{"pid": …, "kill_at": …}``; each step
is noted in ``$DATA_DIR/steps.log`` before it happens.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
from typing import Any

DATA_DIR = os.environ.get("DATA_DIR", "")
PLAN, STEPS = os.path.join(DATA_DIR, "crash.json"), os.path.join(DATA_DIR, "steps.log")
state = threading.local()
counter: dict[str, Any] = {"plan": None, "steps": 0}
lock = threading.Lock()


def step(what: str) -> None:
    others = threading.current_thread().name in ("counters", "leases")  # they work at times of their own
    if others or getattr(state, "busy", False) or not os.path.exists(PLAN):
        return
    state.busy = True
    try:
        with lock:
            note(what)
    finally:
        state.busy = False


def note(what: str) -> None:
    with open(PLAN) as file:
        text = file.read()
    if counter["plan"] != text:
        counter.update(plan=text, steps=0)
    plan = json.loads(text or "{}")
    if plan.get("pid") != os.getpid():
        return
    counter["steps"] += 1
    with open(STEPS, "a") as file:
        file.write(f"{counter['steps']} {what}\n")
    if counter["steps"] == plan["kill_at"]:
        os.kill(os.getpid(), signal.SIGKILL)


def in_data_dir(path: object) -> bool:
    name = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
    return name.startswith((os.path.join(DATA_DIR, "media"), os.path.join(DATA_DIR, "spool")))


def place(path: Any) -> str:
    """``spool`` or ``media/images/full``: the same for every picture."""
    parts = os.path.relpath(os.fsdecode(path), DATA_DIR).split("/")
    return parts[0] if parts[0] == "spool" else "/".join(parts[:3])


def hook(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and in_data_dir(args[0]) and args[1] and set(str(args[1])) & set("wax+"):
        step(f"write {place(args[0])}")
    elif event in ("os.rename", "os.remove") and in_data_dir(args[0]):
        step(f"{event} {place(args[0])}")
    elif event == "socket.connect" and os.environ.get("GEMINI_BASE_URL", "").endswith(f":{args[1][1]}"):
        step("call the model")


def connect(*args: Any, **options: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = plain_connect(*args, **options)
    if "db.sqlite3" in str(options.get("database", args)):
        connection.set_trace_callback(statement)
    return connection


def statement(sql: str) -> None:
    if sql.startswith(("COMMIT", "INSERT", "UPDATE", "DELETE")):
        step(sql.split()[0].lower())


if DATA_DIR:
    plain_connect = sqlite3.dbapi2.connect
    sqlite3.dbapi2.connect = sqlite3.connect = connect  # type: ignore[assignment]  # watched
    sys.addaudithook(hook)
