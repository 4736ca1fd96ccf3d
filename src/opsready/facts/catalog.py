"""Every reader, one line each."""

from opsready.facts.reader import Reader
from opsready.facts.readers import (
    compose,
    diagrams,
    env_files,
    go,
    image,
    java,
    journeys,
    kubernetes,
    manifest,
    node,
    objectives,
    observed,
    openapi,
    pipelines,
    procfile,
    prose_dependencies,
    terraform,
)

READERS: tuple[Reader, ...] = (
    compose.READER,
    diagrams.READER,
    env_files.READER,
    go.READER,
    image.READER,
    java.READER,
    journeys.READER,
    kubernetes.READER,
    manifest.READER,
    node.READER,
    objectives.READER,
    observed.READER,
    openapi.READER,
    pipelines.READER,
    procfile.READER,
    prose_dependencies.READER,
    terraform.READER,
)
