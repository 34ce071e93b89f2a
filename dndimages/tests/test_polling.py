"""The loop over connections: who is asked what it wants, and who is told what happened."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from waitress import wasyncore

from dndimages import polling
from dndimages.polling import Connections


class Owner(wasyncore.dispatcher):
    """One end of a connection that says what it wants and keeps what happened."""

    def __init__(self, connections: Connections, sock: socket.socket) -> None:
        self.wants_to_read, self.wants_to_write = True, False
        self.asked = 0
        self.happened: list[str] = []
        super().__init__(sock, connections)
        self.connected = True

    def readable(self) -> bool:
        self.asked += 1
        return self.wants_to_read

    def writable(self) -> bool:
        return self.wants_to_write

    def handle_read(self) -> None:
        self.happened.append(self.recv(100).decode() or "closed")

    def handle_expt(self) -> None:
        self.happened.append("something urgent")

    def handle_write(self) -> None:
        self.happened.append("may write")
        self.wants_to_write = False


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    """Nobody is asked unless something has happened, after the first time."""
    monkeypatch.setattr(polling, "ASK_ALL_S", 3600.0)
    connections = Connections()
    connections.turn(0)
    yield connections
    wasyncore.close_all(connections, ignore_all=True)


@pytest.fixture
def pair(connections: Connections) -> Iterator[tuple[Owner, socket.socket]]:
    ours, theirs = socket.socketpair()
    with theirs:
        yield Owner(connections, ours), theirs


def test_who_waits_is_not_asked_again(connections: Connections, pair: tuple[Owner, socket.socket]) -> None:
    owner, theirs = pair
    for _ in range(5):
        connections.turn(0)
    assert owner.asked == 1
    theirs.sendall(b"hello")
    for _ in range(5):
        connections.turn(0)
    assert owner.happened == ["hello"]
    assert owner.asked == 2


def test_what_another_thread_changed_is_asked_for(
    connections: Connections, pair: tuple[Owner, socket.socket]
) -> None:
    owner, _ = pair
    connections.turn(0)

    def change() -> None:
        owner.wants_to_write = True
        connections.changed(owner)

    other = threading.Thread(target=change)
    other.start()
    other.join()
    for _ in range(3):
        connections.turn(0)
    assert owner.happened == ["may write"]


def test_who_wants_nothing_is_told_nothing_until_it_does(
    connections: Connections, pair: tuple[Owner, socket.socket]
) -> None:
    owner, theirs = pair
    owner.wants_to_read = False
    theirs.sendall(b"early")
    theirs.close()
    for _ in range(3):
        connections.turn(0)
    assert owner.happened == []
    owner.wants_to_read = True
    connections.changed(owner)
    connections.turn(0)
    assert owner.happened == ["early"]


def test_a_descriptor_that_is_used_again_belongs_to_its_new_owner(
    connections: Connections, pair: tuple[Owner, socket.socket]
) -> None:
    first, _ = pair
    connections.turn(0)
    assert first.socket is not None
    descriptor = first.socket.fileno()
    connections.changed(first)
    first.close()
    ours, theirs = socket.socketpair()
    second = Owner(connections, ours)
    with theirs:
        assert ours.fileno() == descriptor
        theirs.sendall(b"for the second")
        connections.turn(0)
    assert (first.happened, second.happened) == ([], ["for the second"])


def test_who_is_closed_while_it_is_asked_is_not_waited_for(connections: Connections) -> None:
    class Closed(Owner):
        def readable(self) -> bool:
            self.close()  # as a thread may, in between
            return True

    ours, theirs = socket.socketpair()
    with theirs:
        Closed(connections, ours)
        connections.turn(0)
        assert connections._awaited == {}
        assert connections._poll.poll(0) == []


def test_an_urgent_byte_keeps_nobody_busy(connections: Connections) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.socket() as theirs:
        theirs.connect(door.getsockname())
        owner = Owner(connections, door.accept()[0])
        connections.turn(0)
        theirs.send(b"!", socket.MSG_OOB)
        for _ in range(5):
            connections.turn(0.01)
        assert owner.happened == []
        theirs.sendall(b"hello")
        connections.turn(10)
        assert owner.happened == ["hello"]


def test_once_in_a_while_all_are_asked(
    connections: Connections, pair: tuple[Owner, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, _ = pair
    connections.turn(0)
    owner.wants_to_write = True  # and nobody says so
    connections.turn(0)
    assert owner.happened == []
    monkeypatch.setattr(polling, "ASK_ALL_S", 0.0)
    monkeypatch.setattr(connections, "_ask_all_at_s", 0.0)
    connections.turn(0)
    assert owner.happened == ["may write"]
