"""A mail server of our own: a socket that speaks enough SMTP to take mails in, or to answer as it is told to."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Conversation(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        self._say("220 mail.example.com ready")
        while verb := self.rfile.readline(1_000).split(b" ")[0].strip().upper():
            if verb == b"DATA":
                self._take_mail()
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take_mail(self) -> None:
        self._say("354 go ahead")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        answer = self.server.answers.pop(0) if self.server.answers else "250 ok"
        if answer == "hang up":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if answer.startswith("250"):
            self.server.mails.append(message_from_bytes(b"".join(lines), policy=default))
        self._say(answer)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """`mails` it accepted, and the `answers` it gives to the next ones instead of a plain yes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
