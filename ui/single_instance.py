"""One window for each data folder: a lock file, and a local socket to knock on.

The first start holds the lock and listens; a second one knocks, and the first raises its
window. A lock left behind by a crash is seen to be stale, because its process is gone.
Knows no window: it only says that somebody knocked.
"""

from __future__ import annotations

import hashlib
from enum import Enum

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.paths import AppPaths

_KNOCK = b"raise\n"
_ANSWER = b"raised\n"
_PATIENCE_MILLISECONDS = 3000


class Claim(Enum):
    """What became of an attempt to be the one instance."""

    FIRST = "first"
    RAISED_OTHER = "raised-other"
    NO_ANSWER = "no-answer"


class SingleInstance(QObject):
    """Holds a data folder for this process. GUI thread; owned by the application.

    Signals:
        raise_requested: another start asked for the window.
    """

    raise_requested = Signal()

    def __init__(self, paths: AppPaths, parent: QObject | None = None) -> None:
        """Prepare; nothing is locked yet. The data folder must exist."""
        super().__init__(parent)
        self._lock = QLockFile(str(paths.data / "window.lock"))
        # The lock is held for as long as the window is open, so age alone proves nothing:
        # 0 leaves it to Qt to ask whether the process that wrote it still runs.
        self._lock.setStaleLockTime(0)
        digest = hashlib.sha256(str(paths.data.resolve()).encode()).hexdigest()
        self._name = f"dramatis-{digest[:24]}"
        self._server: QLocalServer | None = None

    def claim(self) -> Claim:
        """Become the one instance, or ask the one that is to raise its window."""
        if self._lock.tryLock(0):
            self._listen()
            return Claim.FIRST
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            # A read-only folder keeps no lock; the database will say so in a better sentence.
            return Claim.FIRST
        return Claim.RAISED_OTHER if self._knock() else Claim.NO_ANSWER

    def release(self) -> None:
        """Stop listening and give the folder back; idempotent."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _listen(self) -> None:
        # The lock is ours, so a socket of this name is one that a crash left behind.
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._answer)
        server.listen(self._name)
        self._server = server

    def _answer(self) -> None:
        server = self._server
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.write(_ANSWER)
            socket.flush()
            self.raise_requested.emit()

    def _knock(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_PATIENCE_MILLISECONDS):
            return False
        socket.write(_KNOCK)
        socket.flush()
        # The answer may already be here, and then there is nothing left to wait for.
        if not socket.canReadLine():
            socket.waitForReadyRead(_PATIENCE_MILLISECONDS)
        answer = bytes(socket.readLine().data())
        socket.disconnectFromServer()
        return answer == _ANSWER
