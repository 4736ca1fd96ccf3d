"""The hats, in the order in which they are worn."""

from opsready.hats.hat import Hat
from opsready.hats.ops_engineer import image, infrastructure

HATS: tuple[Hat, ...] = (
    Hat(
        "ops-engineer",
        "how the service is built, deployed and rolled back",
        ("OPS-1", "OPS-2", "OPS-3", "OPS-4", "OPS-5", "OPS-6"),
        (image.PRODUCER, infrastructure.PRODUCER),
    ),
    Hat(
        "sre",
        "how the service is watched and repaired",
        ("SRE-1", "SRE-2", "SRE-3", "SRE-4", "SRE-5"),
        (),
    ),
)
