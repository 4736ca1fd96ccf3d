"""A service that keeps notes in PostgreSQL, by way of psql."""

import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def sql(text):
    command = [os.environ["PSQL"], os.environ["DATABASE_URL"], "-qAtX", "-v", "ON_ERROR_STOP=1"]
    return subprocess.run([*command, "-c", text], check=True, capture_output=True, text=True).stdout


class Notes(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/ready":
            return self.answer(200)
        return self.asked("SELECT body FROM notes", 200)

    def do_POST(self):
        return self.asked("INSERT INTO notes (body) VALUES ('milk')", 201)

    def asked(self, text, status):
        try:
            sql(text)
        except subprocess.CalledProcessError as error:
            print(error.stderr.strip(), flush=True)
            status = 500
        self.answer(status)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if os.environ.get("CHECKS_SCHEMA") and sql("SELECT count(*) FROM applied").strip() != "1":
        raise SystemExit("this database is of another release")
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Notes).serve_forever()
