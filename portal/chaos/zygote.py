"""A process that has imported everything and does nothing but fork: each child is a process of the portal to be killed.

Importing Django takes a second, forking a process that has done so takes a few milliseconds, and kill -9 is as final
for the one as for the other. The zygote itself has no connection to anything.
"""

import json
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

LONGEST_JOB_BYTES = 64 * 1024


class Zygote:
    """Forks a child for each job; `run` is what the child does with the job and its line to us."""

    def __init__(self, run: Callable[[dict[str, Any], socket.socket], None]) -> None:
        self._line, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self._line.close()
            _fork_for_each_job(theirs, run)
            os._exit(0)
        theirs.close()

    def fork(self, job: dict[str, Any]) -> tuple[int, socket.socket]:
        """The pid of the child that does the job, and our end of the line to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._line, [json.dumps(job).encode()], [theirs.fileno()])
        return int(self._line.recv(64)), ours

    def stop(self) -> None:
        self._line.close()
        os.waitpid(self.pid, 0)


def _fork_for_each_job(line: socket.socket, run: Callable[[dict[str, Any], socket.socket], None]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the kernel
    while True:
        data, (*files,), _, _ = socket.recv_fds(line, LONGEST_JOB_BYTES, 1)
        if not data:
            return
        if (pid := os.fork()) == 0:
            line.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                run(json.loads(data), socket.socket(fileno=files[0]))
            finally:
                os._exit(0)
        os.close(files[0])
        line.send(str(pid).encode())
