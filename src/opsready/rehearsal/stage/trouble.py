"""The two ways in which a stage fails: one says something about the machine, one the service."""


class CannotStage(Exception):
    """This machine lacks what the stage needs; nothing is shown about the service."""


class DidNotStart(Exception):
    """The service was given all it asks for and still did not start: that is an answer."""


class Ended(SystemExit):
    """Somebody ended the rehearsal, so what a thread saw last is no answer. Not an Exception: no
    probe may catch it, and a thread that it ends says nothing."""
