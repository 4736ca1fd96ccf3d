"""The two ways in which a stage fails: one says something about the machine, one the service."""


class CannotStage(Exception):
    """This machine lacks what the stage needs; nothing is shown about the service."""


class DidNotStart(Exception):
    """The service was given all it asks for and still did not start: that is an answer."""
